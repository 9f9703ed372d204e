// Which release a service is to run: the version table of lavavisor-reconcile(7) as one function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lavavisor::plan {

enum class Role { provider, consumer };

/// For whom a release is chosen, and what it has now.
struct Subject {
  std::string service;  ///< "" = the host's link
  model::VersionChoice wanted;
  Role role = Role::provider;
  std::optional<model::Release> current;  ///< what runs; else what its unit or the link names
  bool runs = false;                      ///< `current` runs at this moment
};

struct Selected {
  model::Selection selection;
  std::vector<model::Held> held;
  std::vector<model::Notice> notices;
};

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
std::optional<model::Held> unobtainable(const model::BinaryPolicy& policy,
                                        const model::Observed& observed,
                                        const std::string& service,
                                        const model::Release& release);

/// Choose. A selected release that is not usable is to be installed first.
Selected select_release(const model::Desired& desired,
                        const model::Observed& observed,
                        const Subject& subject);

}  // namespace lavavisor::plan
