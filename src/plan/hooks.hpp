// What upgrade hooks are told.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/plan.hpp"
#include "plan/service_plan.hpp"

#include <vector>

namespace lavavisor::plan {

/// Those of `services` that move to another release; going back to the version before is none.
std::vector<const ServicePlan*> upgrades_of(const std::vector<ServicePlan>& services);

/// The hook for all of `upgrades`.
model::RunHook hook_for(const std::vector<const ServicePlan*>& upgrades, model::HookPoint point);

}  // namespace lavavisor::plan
