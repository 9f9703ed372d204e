// A folder of the test's own, and files in it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/temporary_folder.hpp"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace lavavisor::compat {

using Scratch = testing_support::TemporaryFolder;

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline constexpr std::string_view k_eth1 =
    "endpoints:\n  - {chain-id: ETH1, api-interface: jsonrpc, network-address: '127.0.0.1:2221', "
    "node-urls: [{url: 'ws://127.0.0.1:8546'}]}\n";

}  // namespace lavavisor::compat
