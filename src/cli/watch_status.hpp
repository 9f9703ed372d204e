// `lavavisor status --watch`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

namespace lavavisor::cli {

/// Show the status anew until SIGINT, SIGTERM or SIGHUP: on a terminal as a page of its own that is
/// drawn when something changes and every 2 s at least; elsewhere a new one, with its time,
/// whenever something has changed, with --json as one line. The chain is asked once per interval of
/// the configuration, which is read anew when it changes. Its exit code: k_success, or k_usage.
int watch_status(const Options& options);

}  // namespace lavavisor::cli
