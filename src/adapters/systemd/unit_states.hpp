// The state of many units, asked for in two waves: one call for all, then all properties at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/connection.hpp"
#include "model/observed.hpp"

#include <map>
#include <set>
#include <string>

namespace lavavisor::systemd {

struct UnitStates {
  std::map<std::string, model::ServiceState> states;  ///< by service; without unknown ones
  std::set<std::string> paths;  ///< the object paths of all that was asked for
};

/// Ask systemd for the state of `services`. Throws sdbus::Error.
UnitStates read_states(Connection& connection, const std::set<std::string>& services);

}  // namespace lavavisor::systemd
