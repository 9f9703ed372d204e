// Servers and answers that the tests of the chain adapter share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/chain/http_chain_query.hpp"
#include "support/http_server.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace lavavisor::chain {

/// A recorded answer of a real node, byte for byte.
inline std::string recorded(const std::string& name) {
  std::ifstream file{std::string{LAVAVISOR_FIXTURES} + "/cometbft/" + name, std::ios::binary};
  if (!file) {
    throw std::runtime_error("no fixture " + name);
  }
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline bool asks_for_params(const support::ServedRequest& request) {
  return request.body.find("abci_query") != std::string::npos;
}

/// An RPC node that answers its two methods with these bytes.
inline support::HttpServer::Handler node(std::string status, std::string params) {
  return [=](const support::ServedRequest& request) {
    return support::ServedReply{.bytes = asks_for_params(request) ? params : status};
  };
}

/// A healthy node: lava-testnet-2 at height 149, versions 6.2.5/5.5.1.
inline support::HttpServer::Handler good_node() {
  return node(recorded("after_status_post.http"), recorded("after_params_post.http"));
}

inline model::Endpoint rpc(const std::string& url) {
  return {.text = url, .kind = model::EndpointKind::rpc, .url = url};
}

inline model::Endpoint rest(const std::string& url) {
  return {.text = "rest+" + url, .kind = model::EndpointKind::rest, .url = url};
}

inline model::ChainSettings settings(std::vector<model::Endpoint> endpoints,
                                     std::chrono::milliseconds timeout = std::chrono::seconds{20}) {
  model::ChainSettings chain;
  chain.id = "lava-testnet-2";
  chain.endpoints = std::move(endpoints);
  chain.timeout = timeout;
  return chain;
}

/// What a fresh query hears from this one endpoint.
inline base::Result<model::EndpointAnswer> ask_one(const model::Endpoint& endpoint) {
  HttpChainQuery query{"0.0.0"};
  return query.ask(settings({endpoint}), {}).at(0);
}

}  // namespace lavavisor::chain
