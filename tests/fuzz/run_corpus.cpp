// The main function of a fuzz target without a fuzzer: every file of the folders that are named,
// whole, cut in half and with its middle byte changed.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

void feed(const std::string& input) {
  (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

void feed_file(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::string input{std::istreambuf_iterator<char>{stream}, {}};
  feed(input);
  feed(input.substr(0, input.size() / 2));
  if (!input.empty()) {
    input[input.size() / 2] = static_cast<char>(~input[input.size() / 2]);
    feed(input);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator{argv[i]}) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  feed({});
  for (const auto& file : files) {
    std::cout << file.filename().string() << std::endl;
    feed_file(file);
  }
  return files.empty() ? 1 : 0;
}
