// What programs that we start for the operator get of our environment.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace lavavisor::process {

/// Our environment ("NAME=value") without what is for lavavisor alone, the secrets of alerts, and
/// with `added`, which beats it.
std::vector<std::string> inherited_environment(const std::map<std::string, std::string>& added);

}  // namespace lavavisor::process
