// What a service's draft says, key by key, as config.toml spells it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compat/add_service.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace lavavisor::compat {

using DraftValue = std::variant<std::string, std::int64_t>;

/// One key that the draft gives.
struct DraftKey {
  std::string key;
  DraftValue value;
};

/// The value as TOML.
std::string literal(const DraftValue& value);

/// All keys that `draft` gives but its flags, in the order in which they are written.
std::vector<DraftKey> keys_of_draft(const ServiceDraft& draft);

/// Fails on a name that no unit can have, and on text that no TOML file can hold.
base::Result<void> check_draft(const ServiceDraft& draft);

}  // namespace lavavisor::compat
