// The part of a plan that only puts files in their places.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/plan.hpp"

#include <string>

namespace lavavisor::plan {

/// The steps of `plan` that install binaries and write the YAML copy and the unit of `service`:
/// nothing is started or stopped, and the service manager is told of nothing.
model::Plan only_files(const model::Plan& plan, const std::string& service);

}  // namespace lavavisor::plan
