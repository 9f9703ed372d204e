// `lavavisor history`: past runs and their actions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/report.hpp"
#include "view/screen.hpp"

#include <string>
#include <vector>

namespace lavavisor::view {

/// A line for each run, in the order given, and below it one for each of its actions. A run that
/// has no end is shown as interrupted, one whose configuration differed from its commit as
/// modified.
std::string history_text(const std::vector<model::RunRecord>& runs, const Screen& screen);

/// The same as one JSON document (schema/history.schema.json).
std::string history_json(const std::vector<model::RunRecord>& runs);

}  // namespace lavavisor::view
