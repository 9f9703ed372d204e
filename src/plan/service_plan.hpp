// What one service needs, looked at by itself; make_plan puts it in order with the others'.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::plan {

enum class Run { leave, start, restart, stop };

struct ServicePlan {
  std::string name;
  model::Release release;
  model::Reason move;  ///< why the release changes; `from` is empty when it does not
  std::optional<model::Reason> config;  ///< the YAML copy is to be written
  std::optional<model::Reason> unit;    ///< the unit (or its link) is to be written
  std::string text;         ///< the unit's text; "" where it stays and so does the process
  std::string text_before;  ///< what it replaces
  bool needs_reload = false;
  std::optional<model::Reason> enable;
  bool disable = false;
  Run run = Run::leave;
  model::Reason run_reason;

  bool has_binary = false;         ///< filled in by make_plan: the release is there or will be
  std::vector<std::size_t> needs;  ///< filled in by make_plan: the steps that lead up to a start
};

/// True while the unit is running or on its way there.
bool is_up(const model::UnitState& unit);

ServicePlan plan_service(const model::Desired& desired,
                         const model::Observed& observed,
                         const model::Service& service,
                         const model::UnitState& unit,
                         const model::Selection& selection);

}  // namespace lavavisor::plan
