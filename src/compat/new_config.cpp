// The first config.toml: a template with the operator's values filled in.
// SPDX-License-Identifier: Apache-2.0
#include "compat/new_config.hpp"

#include "base/text.hpp"
#include "compat/toml_write.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace lavavisor::compat {

namespace {

constexpr std::string_view k_template = R"(#:schema ./lavavisor.schema.json
# What lavavisor keeps running on this host. Keep this file in Git: nothing in it is a secret, and
# nothing else decides. `lavavisor validate` checks it, `lavavisor plan` shows what would change,
# `lavavisor apply` changes it once, `lavavisor run` goes on for ever. See lavavisor.toml(5).

# Binaries, units, copies of the lavap YAML files and the history lie here.
directory = @directory@
# interval = "15s"               # how often `run` asks the chain

# The chain says which version is wanted. Every endpoint must report this network.
[chain]
id        = @chain@
endpoints = [@node@]
# With several endpoints, all of which are asked, one that lags or is down does no harm:
# endpoints = ["tcp://127.0.0.1:26657", "https://rpc.example:443", "rest+https://lcd.example"]
# quorum    = 1                  # so many of them must agree

[binary]
# "target" follows the version that the chain recommends, "min" the oldest that it accepts, and
# "6.2.5" stays at that release.
version       = "target"
# Whether releases are fetched. When false, put each binary at upgrades/v<release>/lavap below the
# directory by hand; nothing is changed until it is there.
auto_download = @auto_download@
# Where a link to the chosen binary is kept, so that you can call `lavap`; "" makes none. Services
# do not need it.
@link@
# keep        = 3                # older versions that stay on disk

@systemd@

# [rollout]
# max_parallel = 1               # services restarted at once
# windows      = ["Mon-Fri 02:00-04:00"]   # UTC; when upgrades may restart services

# What all services have in common, unless they say otherwise.
@defaults@
# from            = "operator"   # the key that it signs with
# keyring_backend = "test"
# geolocation     = 1

# Services, one table each. `lavavisor create-service` adds them below, or write them by hand:
# [[service]]
# name   = "operator-ETH1"       # the unit is operator-ETH1.service
# type   = "provider"            # provider | consumer | cache | custom
# config = "provider-ETH1.yml"   # the lavap YAML, relative to this file
# flags  = { parallel-connections = 10, metrics-listen-address = ":7776" }
)";

constexpr const char* k_system_scope =
    "# [systemd]\n"
    "# scope = \"system\"            # or \"user\"";
constexpr const char* k_user_scope =
    "# Services run under the user's own systemd; `loginctl enable-linger` keeps them up after\n"
    "# logging out.\n"
    "[systemd]\n"
    "scope = \"user\"";

std::string defaults_head(const InitDraft& draft) {
  if (draft.user_scope) {
    return "# [defaults]";
  }
  return draft.user.empty() ? "# [defaults]\n"
                              "# user            = \"lava\"       # whom lavap runs as; must exist"
                            : "[defaults]\nuser              = " + toml_string(draft.user) +
                                  "   # whom lavap runs as";
}

std::string link_line(const InitDraft& draft) {
  return draft.link ? "link          = " + toml_string(draft.link->string())
                    : "# link        = \"/usr/local/bin/lavap\"";
}

}  // namespace

std::string default_node(const std::string& chain_id) {
  if (chain_id == "lava-mainnet-1") {
    return "https://lava.tendermintrpc.lava.build:443";
  }
  if (chain_id == "lava-testnet-2") {
    return "https://lav1.tendermintrpc.lava.build:443";
  }
  return "tcp://localhost:26657";
}

std::string new_config(const InitDraft& draft) {
  const std::string chain = draft.chain_id.empty() ? k_default_chain : draft.chain_id;
  const std::array<std::pair<std::string_view, std::string>, 7> values{{
      {"@directory@", toml_string(draft.directory.string())},
      {"@chain@", toml_string(chain)},
      {"@node@", toml_string(draft.node.empty() ? default_node(chain) : draft.node)},
      {"@auto_download@", draft.auto_download ? "true" : "false"},
      {"@link@", link_line(draft)},
      {"@systemd@", draft.user_scope ? k_user_scope : k_system_scope},
      {"@defaults@", defaults_head(draft)},
  }};
  // Each place is filled from behind it on, so that a value which looks like one stays as it is.
  std::string text;
  std::string_view rest = k_template;
  for (const auto& [place, value] : values) {
    const auto at = rest.find(place);
    text.append(rest.substr(0, at)).append(value);
    rest.remove_prefix(at + place.size());
  }
  return text.append(rest);
}

}  // namespace lavavisor::compat
