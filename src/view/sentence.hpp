// How things are, in one sentence: what `systemctl status` shows of a running lavavisor.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"

#include <string>

namespace lavavisor::view {

/// "3 services on 6.2.5; the chain asks for 6.2.5, accepts 6.0.0." or what failed, or what is held.
std::string sentence(const model::Desired& desired,
                     const model::Observed& observed,
                     const model::Plan& plan,
                     const model::Report& report);

}  // namespace lavavisor::view
