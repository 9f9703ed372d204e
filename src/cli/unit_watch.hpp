// Hears from systemd that a managed unit failed, stopped or changed otherwise.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"

#include <functional>
#include <thread>

namespace lavavisor::cli {

/// Listens in a thread of its own, with a bus connection of its own, until it goes out of scope.
/// `on_stop` is called for those that are to run, `on_change` whenever any service may have become
/// another than it was, and before `on_stop`.
class UnitWatch {
 public:
  UnitWatch(const model::Desired& desired,
            std::function<void()> on_stop,
            std::function<void()> on_change);

 private:
  std::jthread m_thread;
};

}  // namespace lavavisor::cli
