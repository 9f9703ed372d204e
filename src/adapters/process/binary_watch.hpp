// Notices at once that a binary may have arrived below <directory>/upgrades (inotify(7)).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/layout.hpp"

#include <functional>
#include <memory>
#include <thread>

namespace lavavisor::process {

/// Watches in a thread, from the end of its constructor until it goes out of scope. `on_arrival` is
/// called in that thread for everything after which an upgrades/v<release>/lavap may be there, or
/// be fit, that was not: moved or linked there, written to its end, its mode changed, its folder
/// moved there or made. That is a guess: whoever is told looks. Neither the directory nor a part of
/// the way to it has to exist yet, and any of them may go and come again.
class BinaryWatch {
 public:
  BinaryWatch(const model::Path& directory, std::function<void()> on_arrival);
  ~BinaryWatch();

 private:
  class Watcher;

  std::unique_ptr<Watcher> m_watcher;
  std::jthread m_thread;
};

}  // namespace lavavisor::process
