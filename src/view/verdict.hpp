// How a host is, in a headline.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/overview.hpp"
#include "view/service_facts.hpp"

#include <string>
#include <vector>

namespace lavavisor::view {

enum class Mood { unknown, good, busy, caution, bad };

/// What is counted and judged of an overview; all zero and false before the first look.
struct Verdict {
  Mood mood = Mood::unknown;
  std::string headline;    ///< "All 3 services are healthy on 6.2.5"; not escaped
  std::size_t wanted = 0;  ///< services that are to run
  std::size_t healthy = 0;
  std::size_t incompliant = 0;
  std::size_t problems = 0;  ///< to solve by hand
  bool converged = false;
  bool trusted = false;
};

/// The worst thing is the headline; a look that is long over at `now` is bad in itself.
Verdict verdict_of(const Overview& overview,
                   const std::vector<ServiceFacts>& services,
                   base::TimePoint now);

}  // namespace lavavisor::view
