// The chain, asked over CometBFT JSON-RPC and Cosmos REST.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/chain/http_pool.hpp"
#include "ports/chain_query.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::chain {

/// Keeps its connections from one call to the next; not for use by two threads at once.
class HttpChainQuery : public ports::ChainQuery {
 public:
  /// `version` is lavavisor's own, for the User-Agent "lavavisor/<version>".
  explicit HttpChainQuery(const std::string& version);

  std::vector<base::Result<model::EndpointAnswer>> ask(const model::ChainSettings& chain,
                                                       std::stop_token stop) override;

 private:
  HttpPool m_pool;
  std::vector<model::Endpoint> m_endpoints;  ///< those that connections are kept to
};

}  // namespace lavavisor::chain
