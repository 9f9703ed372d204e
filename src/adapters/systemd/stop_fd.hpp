// A descriptor that becomes readable when a stop is requested, for poll(2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <stop_token>
#include <utility>

namespace lavavisor::systemd {

class StopFd {
 public:
  explicit StopFd(std::stop_token stop)
      : m_fd{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
        m_callback{std::move(stop), Signal{m_fd.get()}} {}

  /// -1 when the process has no descriptor left.
  int get() const { return m_fd.get(); }

 private:
  struct Signal {
    int fd;
    void operator()() const {
      const std::uint64_t one = 1;
      (void)!write(fd, &one, sizeof one);
    }
  };

  base::Fd m_fd;  // outlives the callback: a number that is closed may be somebody else's file
  std::stop_callback<Signal> m_callback;
};

}  // namespace lavavisor::systemd
