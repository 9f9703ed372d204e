// Which digest the operator asks of a binary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"

#include <string>

namespace lavavisor::model {

/// The pin that the binary of `release` must match when it came from `source`; null = none. What is
/// built here has a digest that nobody can know beforehand: with method "build" a pin is that of
/// the source archive, with "auto" that of what is downloaded or placed.
const std::string* binary_pin(const BinaryPolicy& policy,
                              const Release& release,
                              BinarySource source);

}  // namespace lavavisor::model
