// All requests of all endpoints go out together; afterwards each endpoint reads its own answers.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/http_chain_query.hpp"

#include "adapters/chain/rest.hpp"
#include "adapters/chain/rpc.hpp"

#include <cstddef>

namespace lavavisor::chain {
namespace {

std::vector<HttpRequest> requests_of(const model::Endpoint& endpoint) {
  switch (endpoint.kind) {
    case model::EndpointKind::rpc:
      return rpc_requests(endpoint.url);
    case model::EndpointKind::rest:
      return rest_requests(endpoint.url);
  }
  return {};
}

using Answers = std::vector<base::Result<HttpAnswer>>;

base::Result<model::EndpointAnswer> read(model::EndpointKind kind,
                                         const Answers& answers,
                                         std::size_t first) {
  switch (kind) {
    case model::EndpointKind::rpc:
      return read_rpc(answers[first], answers[first + 1]);
    case model::EndpointKind::rest:
      return read_rest(answers[first], answers[first + 1], answers[first + 2]);
  }
  return base::fail("is of an unknown kind");
}

}  // namespace

HttpChainQuery::HttpChainQuery(const std::string& version) : m_pool("lavavisor/" + version) {}

std::vector<base::Result<model::EndpointAnswer>> HttpChainQuery::ask(
    const model::ChainSettings& chain, std::stop_token stop) {
  if (chain.endpoints != m_endpoints) {
    m_pool.forget_connections();
    m_endpoints = chain.endpoints;
  }
  std::vector<HttpRequest> requests;
  std::vector<std::size_t> first;
  for (const auto& endpoint : chain.endpoints) {
    first.push_back(requests.size());
    const auto own = requests_of(endpoint);
    requests.insert(requests.end(), own.begin(), own.end());
  }
  const auto answers = m_pool.exchange(requests, chain.timeout, stop);
  std::vector<base::Result<model::EndpointAnswer>> read_answers;
  for (std::size_t i = 0; i < chain.endpoints.size(); ++i) {
    read_answers.push_back(read(chain.endpoints[i].kind, answers, first[i]));
  }
  return read_answers;
}

}  // namespace lavavisor::chain
