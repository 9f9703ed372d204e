// From what is asked for and what is true to what is to be done: pure, no clock, no port, no log.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"

namespace lavavisor::plan {

/// The steps from `observed` to `desired` in the order: fetch, hook, link, remove, stop, disable;
/// write, reload, enable, start; then batch by batch write, reload, restart; hook, prune. No steps
/// and no problem among the notices means converged.
model::Plan make_plan(const model::Desired& desired, const model::Observed& observed);

}  // namespace lavavisor::plan
