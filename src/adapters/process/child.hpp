// The child's side of a fork, up to execve(2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/spawn.hpp"

#include <string>
#include <vector>

namespace lavavisor::process {

/// All that the child needs, made before the fork: behind it no memory may be asked for.
class Preparation {
 public:
  /// `out` and `err` become its outputs, `report` (close-on-exec) carries a ChildFailure back.
  Preparation(const Command& command, int null, int out, int err, int report);

  /// Become the program; never returns.
  [[noreturn]] void become() const;

 private:
  const Command& m_command;
  std::string m_program;
  std::vector<char*> m_argv;
  std::vector<char*> m_environment;
  int m_null;
  int m_out;
  int m_err;
  int m_report;
};

/// What the child writes to `report` when it can't become the program.
struct ChildFailure {
  int step = 0;  ///< for step_name
  int code = 0;  ///< errno
};

/// "exec", "setuid" ...
const char* step_name(int step);

}  // namespace lavavisor::process
