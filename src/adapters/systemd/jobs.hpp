// Jobs of systemd: sent together, and each awaited until systemd says how it ended.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/connection.hpp"
#include "base/result.hpp"
#include "ports/services.hpp"

#include <map>
#include <string>
#include <vector>

namespace lavavisor::systemd {

/// How jobs ended, by object path: filled by JobRemoved signals, which can come before the reply
/// that tells a job's path.
using JobResults = std::map<std::string, std::string>;

/// Send all `jobs` (mode "replace") and await their ends in `results`, which a subscription fills.
/// A signal that got lost is made up for by asking which jobs are left. Throws sdbus::Error when
/// the bus is lost.
std::vector<base::Result<void>> run_jobs(Connection& connection,
                                         model::Scope scope,
                                         const std::vector<ports::Job>& jobs,
                                         JobResults& results);

}  // namespace lavavisor::systemd
