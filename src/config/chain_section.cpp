// [chain]
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/names.hpp"
#include "config/sections.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <map>

namespace lavavisor::config {

namespace {

using std::chrono::milliseconds;

std::string read_id(const TableReader& chain, ChainId need) {
  if (!chain.has("id") && !chain.is_broken() && need == ChainId::required) {
    chain.error("id", chain.place(), "is required", "such as id = \"lava-mainnet-1\"");
  }
  const auto id = chain.checked("id", chain.find_string("id"), check_chain_id);
  return id ? id->value : "";
}

std::vector<model::Endpoint> read_endpoints(const TableReader& chain) {
  if (!chain.has("endpoints") && !chain.is_broken()) {
    chain.error("endpoints",
                chain.place(),
                "is required",
                "such as endpoints = [\"tcp://127.0.0.1:26657\"]");
    return {};
  }
  const auto texts = chain.find_strings("endpoints");
  if (texts && texts->value.empty()) {
    chain.error("endpoints",
                texts->place,
                "names no endpoint",
                "such as endpoints = [\"tcp://127.0.0.1:26657\"]");
  }
  std::vector<model::Endpoint> endpoints;
  std::map<std::pair<std::string, model::EndpointKind>, std::string> seen;
  for (const Text& text : texts ? texts->value : std::vector<Text>{}) {
    const auto endpoint = parse_endpoint(text.value);
    if (!endpoint) {
      chain.error("endpoints", text.place, endpoint.error());
      continue;
    }
    const auto [first, is_new] = seen.emplace(std::pair{endpoint->url, endpoint->kind}, text.value);
    if (!is_new) {
      chain.error("endpoints",
                  text.place,
                  in_quotes(text.value) + " is the same endpoint as " + in_quotes(first->second) +
                      " before it",
                  "each endpoint has one voice in the quorum");
    }
    endpoints.push_back(*endpoint);
  }
  return endpoints;
}

}  // namespace

model::ChainSettings read_chain(const TableReader& root, ChainId need) {
  const TableReader chain = root.table("chain");
  model::ChainSettings out;
  out.id = read_id(chain, need);
  out.endpoints = read_endpoints(chain);
  out.quorum = chain.count("quorum", 1);
  out.timeout = chain.duration("timeout", milliseconds{1});
  out.max_block_age = chain.duration("max_block_age", milliseconds{1});
  const auto* const listed =
      chain.has("endpoints") ? chain.find("endpoints")->as<RawList>() : nullptr;
  if (listed != nullptr && !listed->empty() && out.quorum > listed->size()) {
    chain.error("quorum",
                chain.place_of("quorum"),
                std::to_string(out.quorum) + " is more than there are endpoints (" +
                    std::to_string(listed->size()) + ")");
  }
  return out;
}

}  // namespace lavavisor::config
