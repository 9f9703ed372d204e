// Everything that the check-up goes by, gathered from the real host.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/finding.hpp"
#include "doctor/facts.hpp"
#include "model/desired.hpp"

#include <vector>

namespace lavavisor::cli {

/// Look at the host of `desired`, of which validate said `findings`. Nothing is written, locked or
/// run. Done within chain.timeout and some seconds.
doctor::Facts gather_facts(const model::Desired& desired,
                           const std::vector<config::Finding>& findings);

}  // namespace lavavisor::cli
