// What is asked of the chain.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"

#include <stop_token>
#include <vector>

namespace lavavisor::ports {

class ChainQuery {
 public:
  virtual ~ChainQuery() = default;

  /// Ask every endpoint of `chain` at once, each request within `chain.timeout`; one answer or one
  /// failure per endpoint, in the settings' order. Answers are decoded, not judged. Returns early
  /// with failures when `stop` is requested.
  virtual std::vector<base::Result<model::EndpointAnswer>> ask(const model::ChainSettings& chain,
                                                               std::stop_token stop) = 0;
};

}  // namespace lavavisor::ports
