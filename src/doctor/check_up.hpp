// `lavavisor doctor`: facts in, what is well and what to mend out; pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/facts.hpp"
#include "model/check.hpp"
#include "model/desired.hpp"

#include <vector>

namespace lavavisor::doctor {

/// Judge the host of `desired`. Checks of one section (what their ids begin with) stand together.
std::vector<model::Check> check_up(const model::Desired& desired, const Facts& facts);

/// True when one of them is a problem.
bool has_problem(const std::vector<model::Check>& checks);

}  // namespace lavavisor::doctor
