// A terminal that is asked for a secret: without echo, and given back whatever happens.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <signal.h>
#include <termios.h>

#include <optional>

namespace lavavisor::process {

/// From construction to destruction `fd` reads lines without echo. What was typed before is
/// dropped.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd);
  ~SilentTerminal();
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  /// False when the terminal did not obey, so that what is typed would be seen.
  bool is_silent() const { return m_is_silent; }

 private:
  int m_fd;
  std::optional<termios> m_before;
  bool m_is_silent = false;
};

/// From construction to destruction signals that would end or stop this process wait; so does
/// SIGCONT. Those that are ignored stay so.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  /// Wait until `fd` is ready for `events` (poll(2)) or a signal has come: the signal, which is
  /// taken off, or nothing.
  std::optional<int> wait_for(int fd, short events) const;

 private:
  sigset_t m_before{};
  base::Fd m_signals;
};

}  // namespace lavavisor::process
