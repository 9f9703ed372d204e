// Look-ups that selection, plan and pruning share.
// SPDX-License-Identifier: Apache-2.0
#include "plan/knowledge.hpp"

#include "model/layout.hpp"

namespace lavavisor::plan {

using model::Held;
using model::Observed;
using model::Release;
using model::Version;

std::optional<model::ChainVersions> versions_to_follow(const Observed& observed) {
  if (observed.chain.versions) {
    return *observed.chain.versions;
  }
  if (observed.memory.last_known) {
    return observed.memory.last_known->versions;
  }
  return std::nullopt;
}

Release release_for(const model::BinaryPolicy& policy, const Version& version) {
  const auto named = policy.releases.find(version);
  return named != policy.releases.end() ? named->second : model::release_named(version);
}

std::optional<Version> reported(const Observed& observed, const Release& release) {
  const auto installed = observed.binaries.find(release);
  if (installed != observed.binaries.end() && installed->second.record) {
    return installed->second.record->reported;
  }
  const auto remembered = observed.memory.binaries.find(release);
  if (remembered != observed.memory.binaries.end()) {
    return remembered->second.reported;
  }
  return std::nullopt;
}

bool is_usable(const Observed& observed, const Release& release) {
  const auto installed = observed.binaries.find(release);
  return installed != observed.binaries.end() && installed->second.record.has_value();
}

std::optional<Held> unobtainable(const model::Desired& desired,
                                 const Observed& observed,
                                 const std::string& service,
                                 const Release& release) {
  Held held;
  held.service = service;
  held.release = release.name;
  if (!desired.binary.auto_download) {
    held.why = Held::Why::download_off;
    held.detail = model::binary_file(desired.directory, release).string();
    return held;
  }
  const auto failure = observed.memory.failures.find(release);
  if (failure == observed.memory.failures.end() || failure->second.retry_at <= observed.at) {
    return std::nullopt;
  }
  held.why = Held::Why::fetch_failed;
  held.detail = failure->second.error;
  if (failure->second.retry_at != base::TimePoint::max()) {
    held.until = failure->second.retry_at;
  }
  return held;
}

}  // namespace lavavisor::plan
