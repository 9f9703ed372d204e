// `lavavisor explain`: why this version, by which rule, who said so, what happens next and when.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "view/screen.hpp"

#include <string>

namespace lavavisor::view {

/// The chain endpoint by endpoint, each selection with its rule and what it was measured against,
/// and all that comes next with its reason and time.
std::string explain_text(const model::Desired& desired,
                         const model::Observed& observed,
                         const model::Plan& plan,
                         const Screen& screen);

/// The same as one JSON document (schema/explain.schema.json).
std::string explain_json(const model::Desired& desired,
                         const model::Observed& observed,
                         const model::Plan& plan);

}  // namespace lavavisor::view
