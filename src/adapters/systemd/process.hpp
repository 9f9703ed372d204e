// The main process of a service, read from /proc.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "model/observed.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace lavavisor::systemd {

/// Read process `pid` from `proc`; none when it is gone. What the caller may not see (another
/// user's process) is left empty.
std::optional<model::Process> read_process(pid_t pid,
                                           base::TimePoint started_at,
                                           const std::filesystem::path& proc = "/proc");

}  // namespace lavavisor::systemd
