// https://go.dev/ref/mod#go-mod-file-go and https://go.dev/doc/toolchain.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/go_version.hpp"

#include "base/text.hpp"

#include <charconv>
#include <vector>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;

/// The words of a line of go.mod, without its comment.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  line = line.substr(0, line.find("//"));
  while (!(line = base::trim(line)).empty()) {
    const auto end = line.find_first_of(" \t");
    words.push_back(line.substr(0, end));
    line.remove_prefix(words.back().size());
  }
  return words;
}

}  // namespace

std::optional<GoVersion> parse_go_version(std::string_view text) {
  text.remove_prefix(text.starts_with("go") ? 2 : 0);
  GoVersion version;
  version.text = text;
  std::size_t count = 0;
  for (const char *at = text.data(), *end = at + text.size(); count < 3;) {
    const auto [stop, error] = std::from_chars(at, end, version.numbers[count]);
    if (error != std::errc{}) {
      return std::nullopt;
    }
    ++count;
    if (stop == end || *stop != '.') {
      break;
    }
    at = stop + 1;
  }
  return count >= 2 ? std::optional{version} : std::nullopt;
}

Result<GoVersion> version_asked_by(std::string_view go_mod) {
  std::optional<GoVersion> asked;
  for (const auto line : base::split(go_mod, '\n')) {
    const auto words = words_of(line);
    const bool counts = words.size() == 2 && (words[0] == "go" || words[0] == "toolchain");
    if (!counts || words[1] == "default") {
      continue;
    }
    const auto version = parse_go_version(words[1]);
    if (!version) {
      return fail("go.mod's line '" + base::printable(base::trim(line)) + "' names no Go version");
    }
    if (!asked || asked->is_older_than(*version)) {
      asked = version;
    }
  }
  if (!asked) {
    return fail("go.mod does not say which Go it asks for");
  }
  return *asked;
}

std::optional<GoVersion> version_printed(std::string_view output) {
  for (const auto word : words_of(output)) {
    if (word.starts_with("go1") || word.starts_with("go2")) {
      return parse_go_version(word);
    }
  }
  return std::nullopt;
}

}  // namespace lavavisor::process
