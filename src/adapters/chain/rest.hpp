// Cosmos REST (the gRPC gateway on a node's LCD port): what is asked, how its answers are read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/chain/http_pool.hpp"
#include "model/observed.hpp"

#include <string>
#include <vector>

namespace lavavisor::chain {

/// The requests for the parameters, the newest block and the syncing flag, in this order.
std::vector<HttpRequest> rest_requests(const std::string& url);

/// Read the answers to rest_requests. The height is the one that the parameters were read at
/// (header Grpc-Metadata-X-Cosmos-Block-Height), where a proxy dropped it the newest block's.
base::Result<model::EndpointAnswer> read_rest(const base::Result<HttpAnswer>& params,
                                              const base::Result<HttpAnswer>& block,
                                              const base::Result<HttpAnswer>& syncing);

}  // namespace lavavisor::chain
