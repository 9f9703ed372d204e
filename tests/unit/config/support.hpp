// What the tests of config share: a folder of their own, and a file that is enough.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace lavavisor::config {

/// A temporary folder that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "lavavisor-config-XXXXXX").string();
    m_path = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return m_path; }

  std::filesystem::path write(const std::filesystem::path& name, std::string_view text) const {
    std::filesystem::create_directories((m_path / name).parent_path());
    std::ofstream{m_path / name, std::ios::binary} << text;
    return m_path / name;
  }

 private:
  std::filesystem::path m_path;
};

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
