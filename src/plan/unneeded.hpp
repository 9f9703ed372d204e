// Installed versions that nothing needs any more.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/choices.hpp"

#include <vector>

namespace lavavisor::plan {

/// Whose binaries may go: only those that lavavisor fetched, or those placed by hand too.
enum class Prune { downloaded, all };

/// The installed releases beyond the newest `binary.keep`, of those that no service runs, is to
/// run, or would go back to, and that the link does not lead to; lowest first.
std::vector<model::Release> unneeded_releases(const model::Desired& desired,
                                              const model::Observed& observed,
                                              const Choices& choices,
                                              Prune whose);

/// A plan that does nothing but remove these.
model::Plan make_prune_plan(const model::Desired& desired, const model::Observed& observed);

}  // namespace lavavisor::plan
