// A hook speaks for the whole plan, not for one service.
// SPDX-License-Identifier: Apache-2.0
#include "plan/hooks.hpp"

namespace lavavisor::plan {

std::vector<const ServicePlan*> upgrades_of(const std::vector<ServicePlan>& services) {
  std::vector<const ServicePlan*> all;
  for (const auto& service : services) {
    if (service.run == Run::restart && !service.move.from.empty() &&
        service.move.cause != model::Cause::rolled_back) {
      all.push_back(&service);
    }
  }
  return all;
}

model::RunHook hook_for(const std::vector<const ServicePlan*>& upgrades, model::HookPoint point) {
  model::RunHook hook;
  hook.point = point;
  for (const auto* service : upgrades) {
    hook.from = service->move.from;
    hook.to = service->move.to;
    hook.services.push_back(service->name);
  }
  return hook;
}

}  // namespace lavavisor::plan
