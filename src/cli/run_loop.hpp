// The loop of `run` and `start`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"
#include "config/load.hpp"

#include <functional>

namespace lavavisor::cli {

/// Run the loop on what `load` reads, now and whenever it may have changed; the exit code.
int run_loop_of(const Options& options, const std::function<config::Loaded()>& load);

}  // namespace lavavisor::cli
