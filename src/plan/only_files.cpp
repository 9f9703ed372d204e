// What a step needs is carried over as far as it is kept.
// SPDX-License-Identifier: Apache-2.0
#include "plan/only_files.hpp"

#include <map>
#include <variant>

namespace lavavisor::plan {
namespace {

bool is_kept(const model::Action& action, const std::string& service) {
  if (const auto* config = std::get_if<model::WriteConfig>(&action)) {
    return config->service == service;
  }
  if (const auto* unit = std::get_if<model::WriteUnit>(&action)) {
    return unit->service == service;
  }
  return std::holds_alternative<model::InstallBinary>(action);
}

}  // namespace

model::Plan only_files(const model::Plan& plan, const std::string& service) {
  model::Plan files = plan;
  files.steps.clear();
  std::map<std::size_t, std::size_t> places;  // in `plan` -> in `files`
  for (std::size_t index = 0; index < plan.steps.size(); ++index) {
    if (!is_kept(plan.steps[index].action, service)) {
      continue;
    }
    auto step = plan.steps[index];
    step.needs.clear();
    for (const auto need : plan.steps[index].needs) {
      if (const auto kept = places.find(need); kept != places.end()) {
        step.needs.push_back(kept->second);
      }
    }
    places[index] = files.steps.size();
    files.steps.push_back(std::move(step));
  }
  return files;
}

}  // namespace lavavisor::plan
