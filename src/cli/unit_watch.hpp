// Wakes the loop when systemd reports that a managed unit failed or stopped.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"

#include <functional>
#include <thread>

namespace lavavisor::cli {

/// Listens in a thread of its own, with a bus connection of its own, until it goes out of scope.
class UnitWatch {
 public:
  UnitWatch(const model::Desired& desired, std::function<void()> on_stop);

 private:
  std::jthread m_thread;
};

}  // namespace lavavisor::cli
