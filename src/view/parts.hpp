// The pieces that several views share: actions, held entries, notices, the closing line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/observed.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"
#include "view/json.hpp"
#include "view/screen.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {

/// Nothing to do, and no problem that stands in the way of doing it.
bool is_converged(const model::Plan& plan);

/// One line for people, without its line end: "Plan: 1 release to install, 3 services to restart.
/// 2 held back.", or "Converged: nothing to do."
std::string summary_of(const model::Plan& plan);

/// The end of such a line: " 2 held back. 1 problem to solve by hand.", or "".
std::string unfinished_text(const model::Plan& plan);

bool has_problem(const std::vector<model::Notice>& notices);

/// "1 service", "3 services".
std::string counted(std::size_t count, std::string_view singular, std::string_view plural);

/// The RFC 3339 text of a time that may be none.
std::optional<std::string> time_text(const std::optional<base::TimePoint>& at);

// --- text: "" where there is nothing to list, else a headed block with a blank line before it ----

std::string held_text(const std::vector<model::Held>& held, const Screen& screen);
std::string notices_text(const std::vector<model::Notice>& notices, const Screen& screen);

// --- JSON: arrays of the object that is open
// ------------------------------------------------------

void write_actions(Json& json, const std::vector<model::ActionRecord>& actions);
void write_held(Json& json, const std::vector<model::Held>& held);
void write_notices(Json& json, const std::vector<model::Notice>& notices);

}  // namespace lavavisor::view
