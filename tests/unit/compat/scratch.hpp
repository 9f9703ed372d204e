// A folder of the test's own, and files in it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace lavavisor::compat {

/// A temporary folder that goes away with the object.
class Scratch {
 public:
  Scratch() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "lavavisor-compat-XXXXXX").string();
    m_path = ::mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return m_path; }

  std::filesystem::path write(const std::filesystem::path& name, std::string_view text) const {
    std::filesystem::create_directories((m_path / name).parent_path());
    std::ofstream{m_path / name, std::ios::binary} << text;
    return m_path / name;
  }

 private:
  std::filesystem::path m_path;
};

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
