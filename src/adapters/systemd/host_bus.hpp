// systemd's word on itself and polkit's word on us, over a connection of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/host_facts.hpp"

#include <map>
#include <string>
#include <vector>

namespace lavavisor::systemd {

/// Version, state and failed units of the manager of `scope` (system or user), and the unit files
/// and units whose names match one of the shell `patterns`.
base::Result<model::ManagerFacts> ask_manager(model::Scope scope,
                                              const std::vector<std::string>& patterns);

/// The actions that lavavisor needs from systemd (org.freedesktop.systemd1(5), "Security").
const std::vector<std::string>& needed_actions();

/// Whether polkit lets this process do `actions`, without asking anybody for a password. A rule
/// that looks at the unit's name can't be asked for that way, and counts as a no.
base::Result<std::map<std::string, model::Authorization>> ask_polkit(
    const std::vector<std::string>& actions);

}  // namespace lavavisor::systemd
