// CometBFT JSON-RPC (docs.cometbft.com/v0.38/rpc): what is asked and how its answers are read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/chain/http_pool.hpp"
#include "model/observed.hpp"

#include <string>
#include <vector>

namespace lavavisor::chain {

/// The requests `status` and `abci_query`, in this order: two POSTs, because public gateways often
/// refuse batches. No height is given: the one in `status` can run ahead of what can be queried.
std::vector<HttpRequest> rpc_requests(const std::string& url);

/// Read the answers to rpc_requests. An answer's id must be there, but any will do: each exchange
/// carries one request, and nodes answer -1 to the GETs that gateways make of POSTs.
base::Result<model::EndpointAnswer> read_rpc(const base::Result<HttpAnswer>& status,
                                             const base::Result<HttpAnswer>& params);

}  // namespace lavavisor::chain
