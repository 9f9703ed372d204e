// One run of lavap as our child: its start, and that nothing of it is left behind.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/ended.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"

#include <sys/resource.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace lavavisor::process {

/// What the child gets beside our environment, our working directory, our stdout and stderr.
struct LavapStart {
  std::vector<std::string> argv;  ///< the first word is the program's path
  base::Fd input;                 ///< its stdin; none = ours
  rlimit core{};                  ///< its RLIMIT_CORE
};

/// Start it in a session (and so a process group) of its own, with no descriptor beyond stderr,
/// every signal at its default but those of `ignored`, nothing blocked. It is killed when the
/// calling thread ends (prctl(2), PR_SET_PDEATHSIG), so call it in the main thread only. Its pid,
/// once it has become the program.
base::Result<pid_t> start_lavap(const LavapStart& start, const std::vector<int>& ignored);

/// From now on orphans below us become our children (prctl(2), PR_SET_CHILD_SUBREAPER), as they do
/// for an init.
void adopt_orphans();

/// The children that have ended and that no other thread awaits (helpers are their thread's own).
/// When `leader` is among them, its whole group is killed before its pid is free for others.
std::vector<Ended> reap(pid_t leader);

/// Kill what the main thread has adopted. True when there was something, whose end is still to be
/// awaited. Orphans are found where the kernel lists children (proc(5), /proc/tid/children).
bool kill_adopted();

}  // namespace lavavisor::process
