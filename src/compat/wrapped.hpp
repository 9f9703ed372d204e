// wrap and pod: one command line and a few flags -> what is asked of this host.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"

#include <filesystem>
#include <string>

namespace lavavisor::compat {

/// The flags of `lavavisor wrap` as given; "" = left out. `pod` is the same with auto_download.
struct WrapRequest {
  std::string cmd = {};
  bool auto_download = false;
  std::string directory = {};  ///< D: D/.lavavisor is used; default ~
  std::string node = {};
  std::string chain_id = {};
  std::filesystem::path config = {};
};

/// Make the Desired of one service of type custom out of `request`, the file it names and `lavap`'s
/// own flags in its command: its role and its name come from lavap's subcommand ("rpcconsumer" and
/// "rpcconsumer-STEM" of the first YAML file named), the chain from --chain-id and --node. A flag
/// beats the file, which beats the command (another chain than the file's is warned about).
///
/// chain.id is "" when nothing names it: then no endpoint's network is to be held against it.
/// A finding about a flag has the flag for its file: "--cmd:1:7: this ' has no closing '".
config::Loaded wrapped(const WrapRequest& request, const config::Environment& environment);

}  // namespace lavavisor::compat
