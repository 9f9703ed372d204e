// What is refused here can't be made safe by anybody later.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/entry_path.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace lavavisor::release {
namespace {

constexpr std::size_t k_max_name = 255;    // NAME_MAX
constexpr std::size_t k_max_path = 4'095;  // PATH_MAX without its NUL

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
}

}  // namespace

base::Result<EntryPath> parse_entry_path(std::string_view name) {
  const auto refuse = [name](const std::string& why) {
    return base::fail("the name '" + base::printable(name) + "' " + why);
  };
  if (name.starts_with('/')) {
    return refuse("is absolute");
  }
  if (has_control_character(name)) {
    return refuse("holds a control character");
  }
  if (name.size() > k_max_path) {
    return refuse("is too long");
  }
  EntryPath path;
  for (const auto part : base::split(name, '/')) {
    if (part == "..") {
      return refuse("leads out of its folder");
    }
    if (part.size() > k_max_name) {
      return refuse("is too long");
    }
    if (!part.empty() && part != ".") {
      path.emplace_back(part);
    }
  }
  return path;
}

}  // namespace lavavisor::release
