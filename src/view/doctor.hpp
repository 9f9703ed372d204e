// `lavavisor doctor`: each check with what was found, and what to do about it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/check.hpp"
#include "view/screen.hpp"

#include <string>
#include <vector>

namespace lavavisor::view {

/// A section for each group of checks, a line for each, below it the remedy; one line that sums up.
std::string doctor_text(const std::vector<model::Check>& checks, const Screen& screen);

/// The same as one JSON document (schema/doctor.schema.json).
std::string doctor_json(const std::vector<model::Check>& checks);

}  // namespace lavavisor::view
