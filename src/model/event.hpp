// What an operator wants to be told of at once, wherever they are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <string>

namespace lavavisor::model {

struct Event {
  enum class Kind {
    upgrade,     ///< a service runs another release and is healthy
    rollback,    ///< a service left a release that is quarantined
    quarantine,  ///< a release failed on this host and is not chosen again
    failure,     ///< a pass failed otherwise, in a way that was not told yet
    recovery,    ///< what was told as a failure is over
  };
  Kind kind = Kind::failure;
  base::TimePoint at;
  std::string service;  ///< "" = none in particular
  std::string from;     ///< release before; "" = none
  std::string to;       ///< release after, or the one in quarantine; "" = none
  std::string detail;   ///< a sentence for people

  bool operator==(const Event&) const = default;
};

}  // namespace lavavisor::model
