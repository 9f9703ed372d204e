// Drop-ins that another hand laid beside a unit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/unit_folders.hpp"

#include <string>
#include <vector>

namespace lavavisor::systemd {

/// The drop-ins of `service`'s unit in `folders` that set ExecStart= (systemd.unit(5): x.service.d,
/// its prefixes a-.service.d, and service.d).
std::vector<Path> exec_drop_ins(const std::vector<Path>& folders, const std::string& service);

}  // namespace lavavisor::systemd
