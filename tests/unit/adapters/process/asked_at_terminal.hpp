// A process that asks for the password at a real pseudo-terminal, as a job of a shell's session.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <sys/types.h>
#include <termios.h>

#include <functional>
#include <string>
#include <string_view>

namespace lavavisor::process {

/// The test plays the terminal and its user. Between it and the asking process stands a session
/// leader, as a shell would, so that the terminal outlives the asking process.
class AskedAtTerminal {
 public:
  /// `before` is called in the asking process. `alone`: it is process 1 of a PID namespace.
  explicit AskedAtTerminal(const std::function<void()>& before = {}, bool alone = false);
  ~AskedAtTerminal();
  AskedAtTerminal(const AskedAtTerminal&) = delete;
  AskedAtTerminal& operator=(const AskedAtTerminal&) = delete;

  /// Wait until `count` questions have been shown in all; false when the terminal falls silent.
  bool questions(int count);
  void type(std::string_view keys) const;
  void send(int signal) const;

  /// Wait for the next change of the process: as waitpid(2) tells it; -1 = there is none.
  int status();
  /// What the process made of the answer, after it exited: the password or "error: ...".
  std::string result() const;
  /// Everything that the terminal has shown.
  std::string shown();

  /// Before the process could touch them.
  const termios& original() const { return m_original; }
  termios attributes() const;
  void set_attributes(const termios& attributes) const;

 private:
  bool read_some();

  termios m_original{};
  base::Fd m_master;
  base::Fd m_slave;
  base::Fd m_statuses;
  base::Fd m_results;
  base::Fd m_hold;  ///< closed, it ends the leader
  pid_t m_leader = -1;
  pid_t m_asker = -1;
  std::string m_shown;
};

/// True when two terminals behave the same.
bool is_same(const termios& a, const termios& b);

}  // namespace lavavisor::process
