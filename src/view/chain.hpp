// What the chain asks for and how far it is believed, as every view shows it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "view/json.hpp"
#include "view/screen.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace lavavisor::view {

struct ChainFacts {
  std::string id;
  std::optional<model::ChainVersions> versions;  ///< believed now, else last known
  std::int64_t height = 0;                       ///< they were read at; 0 = none known
  std::optional<base::TimePoint> seen_at;        ///< when they were read
  unsigned agreed = 0;
  std::size_t asked = 0;
  bool trusted = false;
  std::string reason;  ///< why not trusted; "" = trusted
};

ChainFacts chain_facts(const model::Desired& desired, const model::Observed& observed);

/// The versions that a service of `type` is measured against, if any are known.
std::optional<model::RoleVersions> versions_for(const ChainFacts& facts, model::ServiceType type);

/// The contract's keys of "chain", and "seen_at" and "reason", into the object that is open.
void write_chain_fields(Json& json, const ChainFacts& facts);

/// "target 6.2.5, min 6.2.0", or both roles where they differ.
std::string versions_text(const model::ChainVersions& versions);

/// One line with the versions and who agrees; where they are not trusted, why, and the last known.
std::string chain_text(const ChainFacts& facts, const Screen& screen);

}  // namespace lavavisor::view
