// Which versions of the chain are believed, given what its endpoints said; pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"

#include <vector>

namespace lavavisor::observe {

/// Judge `answers` (one per endpoint of `chain`, in order) at the instant `now`.
///
/// An endpoint is believed when it serves network `chain.id`, is not catching up, its newest block
/// is neither older than `chain.max_block_age` nor so far in the future, and its four versions are
/// well-formed with min <= target. The versions that most of the believed endpoints give win, when
/// they are at least `chain.quorum` and more than give any others; a tie is not believed. Without
/// a winner the error names each endpoint with what it said.
model::ChainObservation judge(const model::ChainSettings& chain,
                              const std::vector<base::Result<model::EndpointAnswer>>& answers,
                              base::TimePoint now);

}  // namespace lavavisor::observe
