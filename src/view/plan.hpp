// `lavavisor plan`: what would be done and why.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "view/screen.hpp"

#include <string>

namespace lavavisor::view {

/// The chain, what changes in each unit file, each step with its reason, what is held back, the
/// notices, and one line that sums it up.
std::string plan_text(const model::Desired& desired,
                      const model::Observed& observed,
                      const model::Plan& plan,
                      const Screen& screen);

/// The same as one JSON document (schema/plan.schema.json); `result` is "planned",
/// "converged", or "failed" where only problems are left.
std::string plan_json(const model::Desired& desired,
                      const model::Observed& observed,
                      const model::Plan& plan);

}  // namespace lavavisor::view
