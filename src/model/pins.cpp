// A look-up, and whom it holds for.
// SPDX-License-Identifier: Apache-2.0
#include "model/pins.hpp"

namespace lavavisor::model {

const std::string* binary_pin(const BinaryPolicy& policy,
                              const Release& release,
                              BinarySource source) {
  const bool holds = policy.method == Method::release ||
                     (policy.method == Method::automatic && source != BinarySource::built);
  const auto pin = policy.sha256.find(release);
  return holds && pin != policy.sha256.end() ? &pin->second : nullptr;
}

}  // namespace lavavisor::model
