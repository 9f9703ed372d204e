// What the operator must see of the world as it is, whatever is planned.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"

#include <vector>

namespace lavavisor::plan {

/// A distrusted chain or outvoted endpoints, `condemned` releases, unusable binaries, and a service
/// manager that can't be asked.
std::vector<model::Notice> notices_of(const model::Desired& desired,
                                      const model::Observed& observed,
                                      const std::vector<model::Condemned>& condemned);

}  // namespace lavavisor::plan
