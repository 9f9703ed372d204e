// One line an asset: "<hex>  name" (text mode) or "<hex> *name" (binary mode).
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/checksums.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

namespace lavavisor::release {
namespace {

struct Line {
  std::string_view digest;
  std::string_view name;  ///< without the path in front of it
};

std::optional<Line> parse_line(std::string_view text) {
  text = base::trim(text);
  const auto end = text.find_first_of(" \t");
  if (text.empty() || text.starts_with('#') || end == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view name = base::trim(text.substr(end));
  if (name.starts_with('*')) {
    name.remove_prefix(1);
  }
  return Line{text.substr(0, end), name.substr(name.rfind('/') + 1)};
}

std::string lower(std::string_view hex) {
  std::string text{hex};
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t k_most = 8;
  if (names.empty()) {
    return "nothing";
  }
  const auto shown = std::min(names.size(), k_most);
  const std::vector<std::string> first(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(shown));
  const auto rest = names.size() - shown;
  return base::join(first, ", ") + (rest == 0 ? "" : " and " + std::to_string(rest) + " more");
}

}  // namespace

base::Result<std::string> find_checksum(std::string_view text,
                                        std::string_view asset,
                                        std::string_view source) {
  const std::string where = base::printable(source);
  const std::string name = base::printable(asset);
  std::vector<std::string> others;
  std::string digest;
  for (const auto piece : base::split(text, '\n')) {
    const auto line = parse_line(piece);
    if (!line) {
      continue;
    }
    if (line->name != asset) {
      others.push_back(base::printable(line->name, 60));
      continue;
    }
    if (!base::is_sha256_hex(line->digest)) {
      return base::fail(where + " gives no SHA-256 digest for " + name + " but '" +
                        base::printable(line->digest, 80) + "'");
    }
    const std::string found = lower(line->digest);
    if (!digest.empty() && digest != found) {
      return base::fail(where + " lists " + name + " with two digests, " + digest + " and " +
                        found);
    }
    digest = found;
  }
  if (digest.empty()) {
    return base::fail(where + " does not list " + name + " (it lists: " + list_of(others) + ")");
  }
  return digest;
}

}  // namespace lavavisor::release
