// The newest run, as status has it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/observed.hpp"
#include "view/json.hpp"
#include "view/screen.hpp"

#include <optional>
#include <string>

namespace lavavisor::view {

/// One line: "Last run:  apply 3 min ago, changed  commit 1a2b3c4d5e6f (modified)"; "" for none.
std::string last_run_text(const std::optional<model::LastRun>& run, const Screen& screen);

/// The member last_run: an object, or null.
void write_last_run(Json& json, const std::optional<model::LastRun>& run);

}  // namespace lavavisor::view
