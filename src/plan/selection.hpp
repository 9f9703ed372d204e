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

using model::Role;

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

/// Choose. A selected release that is not usable is to be installed first.
Selected select_release(const model::Desired& desired,
                        const model::Observed& observed,
                        const Subject& subject);

}  // namespace lavavisor::plan
