// `lavavisor status`: desired beside observed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "view/screen.hpp"

#include <string>

namespace lavavisor::view {

/// The chain, whether the host is compliant and converged, a line for each service, the installed
/// binaries, the quarantine, what is held back, and notices.
std::string status_text(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        const Screen& screen);

/// The same as one JSON document (schema/status.schema.json).
std::string status_json(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan);

}  // namespace lavavisor::view
