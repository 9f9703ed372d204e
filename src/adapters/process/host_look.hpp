// What the kernel says of this host: file systems, listening sockets, programs, locks, the clock.
// Everything is read, nothing is opened for writing, no lock is taken, nothing is run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/host_facts.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace lavavisor::process {

/// The file system of `path`, or of the deepest folder above it that there is.
base::Result<model::Volume> look_at_volume(const std::filesystem::path& path);

/// Every TCP socket that listens, IPv4 and IPv6 (proc(5), /proc/net/tcp); whose it is as far as
/// we may know: root sees all, others their own.
base::Result<std::vector<model::Listener>> listeners(const std::filesystem::path& proc = "/proc");

/// The header of an ELF file; fails with a phrase to stand behind its name: "is no ELF program".
base::Result<model::Elf> read_elf(const std::filesystem::path& file);

/// Who has locked the directory (flock(2) on its lock file), as /proc/locks tells it; 0 = somebody
/// whose pid is not to be seen from here; none = nobody.
std::optional<pid_t> lock_holder(const std::filesystem::path& directory,
                                 const std::filesystem::path& proc = "/proc");

/// Whether something keeps the kernel's clock right (adjtimex(2)), as systemd's timedated judges
/// it.
std::optional<bool> clock_synchronized();

}  // namespace lavavisor::process
