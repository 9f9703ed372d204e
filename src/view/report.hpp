// `lavavisor apply`: what was done and what became of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"
#include "view/screen.hpp"

#include <string>
#include <string_view>

namespace lavavisor::view {

/// A line for each action with its fate, time and reason, errors below; failed health gates, what
/// is held back, notices, and one line that sums it up. `result` is a word of the contract:
/// converged, changed, failed, rolled_back, planned.
std::string report_text(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        const model::Report& report,
                        std::string_view result,
                        const Screen& screen);

/// The same as one JSON document (schema/plan.schema.json). "converged" is true when nothing is
/// left to do: every action was done, and no problem stands in the way.
std::string report_json(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        const model::Report& report,
                        std::string_view result);

/// One line for people, without its line end: "Changed: 5 done, 1 held back in 12.3 s."
std::string summary_of(const model::Plan& plan,
                       const model::Report& report,
                       std::string_view result);

}  // namespace lavavisor::view
