// Looks at chain, disk, service manager and ledger, and changes nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "ports/sensors.hpp"

#include <stop_token>

namespace lavavisor::observe {

/// Everything that make_plan needs to know about `desired`'s host now. What can't be learnt is an
/// Error in its place. `learnt` is laid over what the ledger remembers.
model::Observed observe(const model::Desired& desired,
                        const ports::Sensors& sensors,
                        const model::Learnt& learnt,
                        std::stop_token stop);

}  // namespace lavavisor::observe
