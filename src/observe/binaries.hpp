// The installed binaries and whether each is fit to run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "ports/binaries.hpp"

#include <map>

namespace lavavisor::observe {

/// Look at every installed binary. One whose stat signature is as recorded in `known` is neither
/// hashed nor probed again; one that is new is hashed, held against its pin and probed; one that
/// was downloaded and has another digest since is unusable.
std::map<model::Release, model::Binary> observe_binaries(
    const model::Desired& desired,
    ports::BinaryInventory& inventory,
    ports::BinaryProber& prober,
    const std::map<model::Release, model::BinaryRecord>& known,
    base::TimePoint now);

}  // namespace lavavisor::observe
