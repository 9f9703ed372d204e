// What is known of releases and versions: read out of what was observed and of the policy.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"

#include <optional>
#include <string>

namespace lavavisor::plan {

/// The versions to go by: those of the chain, else the last known; none when neither is there.
std::optional<model::ChainVersions> versions_to_follow(const model::Observed& observed);

/// The release that serves protocol version `version`: as [binary.releases] says, else the one of
/// that name.
model::Release release_for(const model::BinaryPolicy& policy, const model::Version& version);

/// The protocol version that `release` reports, as far as it was ever learnt.
std::optional<model::Version> reported(const model::Observed& observed,
                                       const model::Release& release);

/// True when the release's binary is on disk and fit to run.
bool is_usable(const model::Observed& observed, const model::Release& release);

/// Why `release` can't be fetched for `service` now; none = it can.
std::optional<model::Held> unobtainable(const model::Desired& desired,
                                        const model::Observed& observed,
                                        const std::string& service,
                                        const model::Release& release);

}  // namespace lavavisor::plan
