// How a try at a download failed, and with that what comes next.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <string>
#include <utility>

namespace lavavisor::release {

struct Failure {
  enum class Kind {
    transient,   ///< the same request may go well a little later
    start_over,  ///< the part on disk can't be continued; from zero it may go well, at once
    permanent,   ///< trying again would change nothing
    stopped,     ///< we were asked to stop
    overdue,     ///< the time for all tries is up
  };
  Kind kind = Kind::permanent;
  std::string message;  ///< as base::Error's

  bool operator==(const Failure&) const = default;
};

template <class T>
using Tried = tl::expected<T, Failure>;

inline tl::unexpected<Failure> failed(Failure::Kind kind, std::string message) {
  return tl::make_unexpected(Failure{kind, std::move(message)});
}

}  // namespace lavavisor::release
