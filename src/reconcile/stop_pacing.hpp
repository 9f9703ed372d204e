// Which stops the loop is woken for: the first one at once, a crash loop ever more rarely.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/observed.hpp"

#include <chrono>
#include <map>
#include <string>

namespace lavavisor::reconcile {

/// For one thread. `now` is steady time.
class StopPacing {
 public:
  /// Take note of how services are. One stopped when it is down and was not before (or was not
  /// known), when its process is another one, or when systemd restarted it.
  void look(const std::map<std::string, model::ServiceState>& states);

  /// True when the loop is to be woken now, once for all that stopped. Each service is good for one
  /// word in 1 s, then 2 s, 4 s ... 5 min, until it has kept quiet for a minute: a stop in between
  /// waits, none is lost.
  bool consume_due(std::chrono::milliseconds now);

  /// How long until consume_due() may be true without another look(); at most `longest`.
  std::chrono::milliseconds wait(std::chrono::milliseconds now,
                                 std::chrono::milliseconds longest) const;

 private:
  struct Pace {
    std::string active_state;
    pid_t pid = 0;
    unsigned restarts = 0;
    bool stopped = false;                   ///< no word was given of it yet
    unsigned words = 0;                     ///< given in a row
    std::chrono::milliseconds earliest{0};  ///< when the next one may be given
  };

  std::map<std::string, Pace> m_paces;  ///< by service
};

}  // namespace lavavisor::reconcile
