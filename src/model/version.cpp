// Parsing and ordering of protocol versions and release names.
// SPDX-License-Identifier: Apache-2.0
#include "model/version.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace lavavisor::model {
namespace {

constexpr std::uint32_t k_max_minor_or_patch = 10'000;  // x/protocol/types/params.go
constexpr std::size_t k_max_release_name = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_release_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_' || c == '+';
}

std::string_view without_v(std::string_view text) {
  return text.starts_with('v') ? text.substr(1) : text;
}

bool parse_number(std::string_view text, std::uint32_t& number) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
    return false;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Cut the leading run of digits off `text`, zeros in front dropped.
std::string_view take_number(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) {
    ++size;
  }
  std::string_view number = text.substr(0, size);
  text.remove_prefix(size);
  while (number.size() > 1 && number.front() == '0') {
    number.remove_prefix(1);
  }
  return number;
}

}  // namespace

base::Result<Version> parse_version(std::string_view text) {
  const auto parts = base::split(without_v(text), '.');
  Version version;
  const bool well_formed =
      parts.size() == 3 && parse_number(parts[0], version.major) &&
      parse_number(parts[1], version.minor) && parse_number(parts[2], version.patch) &&
      version.minor <= k_max_minor_or_patch && version.patch <= k_max_minor_or_patch;
  if (!well_formed) {
    return base::fail("'" + base::printable(text, 40) +
                      "' is no version of the form MAJOR.MINOR.PATCH");
  }
  return version;
}

std::string to_string(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch);
}

std::strong_ordering Release::operator<=>(const Release& other) const {
  std::string_view mine = name;
  std::string_view theirs = other.name;
  while (!mine.empty() && !theirs.empty()) {
    if (is_digit(mine.front()) && is_digit(theirs.front())) {
      const auto a = take_number(mine);
      const auto b = take_number(theirs);
      if (const auto order = a.size() <=> b.size(); order != 0) {
        return order;
      }
      if (const auto order = a <=> b; order != 0) {
        return order;
      }
      continue;
    }
    if (const auto order = mine.front() <=> theirs.front(); order != 0) {
      return order;
    }
    mine.remove_prefix(1);
    theirs.remove_prefix(1);
  }
  if (const auto order = mine.size() <=> theirs.size(); order != 0) {
    return order;
  }
  return name <=> other.name;
}

base::Result<Release> parse_release(std::string_view text) {
  const std::string_view name = without_v(text);
  const bool well_formed = !name.empty() && name.size() <= k_max_release_name &&
                           is_digit(name.front()) &&
                           std::all_of(name.begin(), name.end(), is_release_character) &&
                           name.find("..") == std::string_view::npos;
  if (!well_formed) {
    return base::fail("'" + base::printable(text, 40) +
                      "' is no release name such as 6.2.5 or 3.1.7-near-hf");
  }
  return Release{std::string{name}};
}

Release release_named(const Version& version) {
  return Release{to_string(version)};
}

}  // namespace lavavisor::model
