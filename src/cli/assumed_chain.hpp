// What if the chain said so: a chain whose answers are overlaid with assumed versions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/chain_query.hpp"
#include "ports/clock.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::cli {

/// The versions that are assumed for both roles; "" = what the chain says.
struct Assumption {
  std::string target;
  std::string min;
};

/// Parse "target=6.3.0,min=6.0.0", either part or none.
base::Result<Assumption> parse_assumption(std::string_view text);

class AssumedChain final : public ports::ChainQuery {
 public:
  AssumedChain(ports::ChainQuery& real, Assumption assumption, ports::Clock& clock);

  /// The real answers with the assumed versions in them; where both are assumed, an endpoint that
  /// is silent, catching up or behind is taken to say them too.
  std::vector<base::Result<model::EndpointAnswer>> ask(const model::ChainSettings& chain,
                                                       std::stop_token stop) override;

 private:
  ports::ChainQuery& m_real;
  Assumption m_assumption;
  ports::Clock& m_clock;
};

}  // namespace lavavisor::cli
