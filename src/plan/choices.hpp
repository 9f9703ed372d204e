// The release of every service and of the link, and the releases condemned on the way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/selection.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::plan {

struct Choices {
  std::map<std::string, Selected> services;
  std::optional<Selected> link;  ///< only where no service leads: else the link follows that one
  std::optional<model::Release> linked;
  std::vector<model::Condemned> condemned;
};

/// What a service has now: the release that runs, else the one that its unit names.
std::optional<model::Release> current_release(const model::Desired& desired,
                                              const model::UnitState& unit);

/// Choose for all services of `desired`. A release whose service crash-loops within 10 minutes
/// after its upgrade is condemned, and chosen for none.
Choices choose_all(const model::Desired& desired, const model::Observed& observed);

}  // namespace lavavisor::plan
