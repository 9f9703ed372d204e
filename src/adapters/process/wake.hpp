// A descriptor that becomes readable when a stop is requested, for poll(2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <functional>
#include <stop_token>

namespace lavavisor::process {

class Wake {
 public:
  explicit Wake(std::stop_token stop);

  /// -1, which poll(2) passes over, where the system has no descriptor left.
  int fd() const { return m_event.get(); }

 private:
  base::Fd m_event;
  std::stop_callback<std::function<void()>> m_callback;
};

}  // namespace lavavisor::process
