// What the tests of config share: a folder of their own, and a file that is enough.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace lavavisor::config {

using testing_support::TemporaryFolder;

inline constexpr std::string_view k_chain =
    "[chain]\nid = \"lava-testnet-2\"\nendpoints = [\"tcp://127.0.0.1:26657\"]\n";

inline constexpr std::string_view k_provider_yaml =
    "endpoints:\n  - {chain-id: ETH1, api-interface: jsonrpc, network-address: ':2224', "
    "node-urls: [{url: 'ws://127.0.0.1:8546'}]}\n";

inline Environment root() {
  return {true, "/root"};
}
inline Environment operator_user() {
  return {false, "/home/op"};
}

/// Load `text` that must be valid.
inline model::Desired valid(std::string_view text, const Environment& environment = root()) {
  const TemporaryFolder folder;
  folder.write("provider.yml", k_provider_yaml);
  const Loaded loaded = load(folder.write("config.toml", text), environment);
  EXPECT_TRUE(loaded.desired) << format_findings(loaded.findings, Colour::no);
  return loaded.desired.value_or(model::Desired{});
}

}  // namespace lavavisor::config
