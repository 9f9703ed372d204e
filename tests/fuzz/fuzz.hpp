// What the fuzz targets share: the entry point's name, promises that must hold, input in parts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

/// One input; defined by each target, called by libFuzzer or by run_corpus.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace lavavisor::fuzz {

/// End the process, as the fuzzer wants it, unless `holds`.
inline void require(bool holds, const char* promise) {
  if (!holds) {
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Cut off and return what `rest` holds before a line "---"; all of it when there is none.
inline std::string_view next_part(std::string_view& rest) {
  constexpr std::string_view k_separator = "\n---\n";
  const auto end = rest.find(k_separator);
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + k_separator.size());
  return part;
}

/// A folder of the process's own, removed when it ends.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lavavisor-fuzz-XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr, "there is room for a scratch folder");
    m_path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const char* name, std::string_view content) const {
    std::ofstream file{m_path / name, std::ios::binary};
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    return m_path / name;
  }

 private:
  std::filesystem::path m_path;
};

}  // namespace lavavisor::fuzz
