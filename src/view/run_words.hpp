// What is said of a run wherever one is shown: how it ended, and from which commit it was.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/colour.hpp"
#include "view/json.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lavavisor::view {

/// Its result; a run that has no end, or none that was written down, is "interrupted".
std::string run_result(const std::string& finished, const std::string& result);

/// Of results and of an action's status alike.
Style result_style(const std::string& word);

/// "  commit 1a2b3c4d5e6f", and behind it what keeps that from being the whole truth: "(modified)",
/// or "(not compared)". Empty where there is no commit.
std::vector<Cell> commit_cells(const std::string& commit, std::optional<bool> dirty);

/// The members config_commit, in full, and config_dirty, null where it is not known.
void write_commit(Json& json, const std::string& commit, std::optional<bool> dirty);

}  // namespace lavavisor::view
