// Observed worlds for tests of the planner, built in a few words.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/sha256.hpp"
#include "fakes/host.hpp"
#include "plan/make_plan.hpp"
#include "plan/unit_text.hpp"

#include <string>
#include <vector>

namespace lavavisor::plan::testing_scene {

using model::Observed;
using model::Release;

inline base::TimePoint noon() {
  return *base::parse_time("2026-11-25T12:00:00Z");
}

inline model::ChainVersions versions(const std::string& target, const std::string& min) {
  const model::RoleVersions role{*model::parse_version(target), *model::parse_version(min)};
  return {role, role};
}

/// A host at noon on a Wednesday, with a chain that asks for `target` and accepts `min`.
inline Observed world(const std::string& target, const std::string& min) {
  Observed observed;
  observed.at = noon();
  observed.chain.versions = versions(target, min);
  observed.chain.agreed = 1;
  return observed;
}

inline void forget_chain(Observed& observed) {
  observed.chain.versions = tl::make_unexpected(base::Error{"no endpoint answered"});
}

inline void install(Observed& observed,
                    const std::string& release,
                    const std::string& reports,
                    model::BinarySource source = model::BinarySource::downloaded) {
  const Release name{release};
  const model::BinaryRecord record{
      name, base::sha256_hex(release), {}, source, *model::parse_version(reports), noon()};
  observed.binaries.insert_or_assign(name, model::Binary{name, 150, record});
}

inline void spoil(Observed& observed, const std::string& release) {
  const Release name{release};
  observed.binaries.insert_or_assign(
      name, model::Binary{name, 150, tl::make_unexpected(base::Error{"it changed"})});
}

inline void quarantine(Observed& observed, const std::string& release, unsigned tries = 1) {
  observed.memory.quarantine[Release{release}] = {
      "it crashed", noon() - std::chrono::minutes{30}, base::sha256_hex(release), tries};
}

/// The unit and files of `service` as they are when `release` was set up an hour ago.
inline model::UnitState& set_up(Observed& observed,
                                const model::Desired& desired,
                                const std::string& service,
                                const std::string& release) {
  const auto& wanted = model::service_named(desired, service);
  auto& unit = observed.units[service];
  unit.file.text = unit_text(desired, wanted, Release{release});
  unit.file.modified = noon() - std::chrono::hours{1};
  unit.file.config_sha256 = base::sha256_hex(wanted.config_text);
  unit.file.linked = true;
  unit.file.enabled = true;
  unit.service = model::ServiceState{"loaded", "inactive", "dead", "success", false, 0, "", {}};
  return unit;
}

/// The same, running since.
inline model::UnitState& run(Observed& observed,
                             const model::Desired& desired,
                             const std::string& service,
                             const std::string& release) {
  auto& unit = set_up(observed, desired, service, release);
  unit.service->active_state = "active";
  unit.service->sub_state = "running";
  unit.service->process = model::Process{100,
                                         noon() - std::chrono::minutes{59},
                                         model::binary_file(desired.directory, Release{release}),
                                         false,
                                         digest_in(*unit.file.text)};
  return unit;
}

inline bool has(const model::Plan& plan, model::Notice::Kind kind) {
  for (const auto& notice : plan.notices) {
    if (notice.kind == kind) {
      return true;
    }
  }
  return false;
}

inline bool holds(const model::Plan& plan, model::Held::Why why) {
  for (const auto& held : plan.held) {
    if (held.why == why) {
      return true;
    }
  }
  return false;
}

}  // namespace lavavisor::plan::testing_scene
