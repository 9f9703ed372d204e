// One small function for each party that something is told of.
// SPDX-License-Identifier: Apache-2.0
#include "plan/notices.hpp"

#include <string>

namespace lavavisor::plan {
namespace {

using model::Notice;

/// "6.2.5/6.0.0": target and min.
std::string words_of(const model::RoleVersions& versions) {
  return to_string(versions.target) + "/" + to_string(versions.min);
}

void add_chain(const model::Desired& desired,
               const model::ChainObservation& chain,
               std::vector<Notice>& notices) {
  if (!chain.versions) {
    notices.push_back(
        {Notice::Kind::chain_untrusted, desired.chain.id, chain.versions.error().message});
    return;
  }
  for (const auto& endpoint : chain.endpoints) {
    if (endpoint.said && *endpoint.said != *chain.versions) {
      notices.push_back(
          {Notice::Kind::endpoint_outvoted,
           endpoint.endpoint,
           words_of(endpoint.said->provider) + ", " + words_of(endpoint.said->consumer)});
    }
  }
}

}  // namespace

std::vector<Notice> notices_of(const model::Desired& desired,
                               const model::Observed& observed,
                               const std::vector<model::Condemned>& condemned) {
  std::vector<Notice> notices;
  add_chain(desired, observed.chain, notices);
  for (const auto& bad : condemned) {
    notices.push_back({Notice::Kind::crash_loop, bad.release.name, bad.reason});
  }
  for (const auto& [release, binary] : observed.binaries) {
    if (!binary.record) {
      notices.push_back(
          {Notice::Kind::unusable_binary, release.name, binary.record.error().message});
    }
  }
  if (desired.systemd.scope != model::Scope::none && !observed.manager) {
    notices.push_back({Notice::Kind::manager_unreachable, "", observed.manager.error().message});
  }
  return notices;
}

}  // namespace lavavisor::plan
