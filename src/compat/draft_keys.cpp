// What a service's draft says, key by key, as config.toml spells it.
// SPDX-License-Identifier: Apache-2.0
#include "compat/draft_keys.hpp"

#include "base/text.hpp"
#include "compat/toml_write.hpp"
#include "config/names.hpp"

namespace lavavisor::compat {

std::string literal(const DraftValue& value) {
  const auto* const text = std::get_if<std::string>(&value);
  return text != nullptr ? toml_string(*text) : std::to_string(std::get<std::int64_t>(value));
}

std::vector<DraftKey> keys_of_draft(const ServiceDraft& draft) {
  std::vector<DraftKey> out;
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) {
      out.push_back({key, text});
    }
  };
  add("name", draft.name);
  add("type", draft.type == model::ServiceType::consumer ? "consumer" : "provider");
  add("config", draft.config.string());
  add("user", draft.user);
  add("from", draft.from);
  add("keyring_backend", draft.keyring_backend);
  if (draft.geolocation) {
    out.push_back({"geolocation", std::int64_t{*draft.geolocation}});
  }
  add("log_level", draft.log_level);
  add("node", draft.node);
  return out;
}

base::Result<void> check_draft(const ServiceDraft& draft) {
  if (const auto name = config::check_service_name(draft.name); !name) {
    return base::fail("service name: " + name.error().message);
  }
  for (const std::string& text : {draft.config.string(),
                                  draft.from,
                                  draft.keyring_backend,
                                  draft.node,
                                  draft.log_level,
                                  draft.user}) {
    if (!base::is_utf8(text)) {
      return base::fail("'" + base::printable(text) + "' is not UTF-8, as a TOML file must be");
    }
  }
  return {};
}

}  // namespace lavavisor::compat
