// The first config.toml, as `init` writes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lavavisor::compat {

/// What the operator said to `init`.
struct InitDraft {
  std::filesystem::path directory;  ///< absolute
  std::string chain_id;             ///< "" = lava-mainnet-1
  std::string node;                 ///< "" = the chain's public RPC; the local node for others
  bool auto_download = false;
  std::string user;                           ///< whom services run as; "" = nobody in particular
  bool user_scope = false;                    ///< services are to run under the user's own systemd
  std::optional<std::filesystem::path> link;  ///< none: the default, as a comment; "" = no link
};

/// The chain that is meant where none is named.
inline constexpr const char* k_default_chain = "lava-mainnet-1";

/// The RPC endpoint to ask where none is named: the public one of lava-mainnet-1 and
/// lava-testnet-2, else the node of this host.
std::string default_node(const std::string& chain_id);

/// A whole config.toml, commented for a newcomer, without services. It loads as it is.
std::string new_config(const InitDraft& draft);

}  // namespace lavavisor::compat
