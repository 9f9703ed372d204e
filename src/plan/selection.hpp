// Which release a service is to run: the version table of lavavisor-reconcile(7) as one function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "plan/outlook.hpp"

#include <vector>

namespace lavavisor::plan {

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
