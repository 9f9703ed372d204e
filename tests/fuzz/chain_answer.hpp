// What the fuzz targets of both kinds of endpoint share: answers in parts, and what must hold of
// what was read from them, whatever a lying node said. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/chain/http_pool.hpp"
#include "fuzz/sentence.hpp"
#include "observe/chain_judgement.hpp"

namespace lavavisor::fuzz {

/// The first byte says which status the answer has.
inline chain::HttpAnswer answer_of(std::string_view part) {
  chain::HttpAnswer answer;
  if (!part.empty() && part.front() != '{') {
    constexpr long k_statuses[] = {200, 200, 500, 404, 503, 301};
    answer.status = k_statuses[static_cast<unsigned char>(part.front()) % 6];
    part.remove_prefix(1);
  }
  answer.body = part;
  return answer;
}

inline void require_versions(const model::RoleVersions& role) {
  require(role.min <= role.target, "the least version is not above the target");
  for (const auto& version : {role.target, role.min}) {
    const auto again = model::parse_version(to_string(version));
    require(again && *again == version,
            "a version is three numbers, and nothing else is left of it");
  }
}

/// Judged at the time of its block, by a configuration that takes the network's own name.
inline void check_answer(const base::Result<model::EndpointAnswer>& answer) {
  if (!answer) {
    return require_sentence(answer.error());
  }
  require(answer->height >= 0, "a height is one");
  model::ChainSettings chain;
  chain.endpoints.push_back({"tcp://127.0.0.1:1", model::EndpointKind::rpc, "http://127.0.0.1:1"});
  for (const std::string& id : {answer->network, std::string{"lava-testnet-2"}}) {
    chain.id = id;
    const auto judged = observe::judge(chain, {answer}, answer->block_time);
    if (!judged.versions) {
      require_sentence(judged.versions.error());
    } else {
      require(!answer->catching_up && answer->network == id, "a node that is believed may be");
      require_versions(judged.versions->provider);
      require_versions(judged.versions->consumer);
    }
  }
}

}  // namespace lavavisor::fuzz
