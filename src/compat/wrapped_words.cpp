// Words of a command line that is lavap's; only what lavavisor must know of them is looked at.
// SPDX-License-Identifier: Apache-2.0
#include "compat/wrapped_words.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace lavavisor::compat {

namespace {

constexpr std::array<std::string_view, 3> k_services{"rpcprovider", "rpcconsumer", "cache"};
constexpr std::size_t k_longest_name = 100;  // half of what check_service_name takes

using Words = std::vector<std::string>;

/// Behind lavap itself and before a "--", behind which no flag is one.
struct Arguments {
  Words::const_iterator begin;
  Words::const_iterator end;
};

Arguments arguments_of(const Words& words) {
  const auto begin = words.begin() + (words.empty() ? 0 : 1);
  return {begin, std::find(begin, words.end(), "--")};
}

bool is_flag(const std::string& word) {
  return word.starts_with('-');
}

bool is_yaml(const std::string& word) {
  return !is_flag(word) && (word.ends_with(".yml") || word.ends_with(".yaml"));
}

bool fits_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':';
}

/// `text` with a dash for whatever a unit's name must not hold, and none at either end.
std::string fit_for_name(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, k_longest_name)) {
    const char next = fits_name(c) ? c : '-';
    const bool repeats = (next == '-' || next == '.') && name.ends_with(next);
    name += repeats ? "" : std::string(1, next);
  }
  const auto is_edge = [](char c) {
    return c == '-' || c == '.';
  };
  name.erase(name.begin(), std::find_if_not(name.begin(), name.end(), is_edge));
  name.erase(std::find_if_not(name.rbegin(), name.rend(), is_edge).base(), name.end());
  return name;
}

}  // namespace

std::string subcommand_of(const Words& words) {
  const auto [begin, end] = arguments_of(words);
  auto found = std::find_first_of(begin, end, k_services.begin(), k_services.end());
  if (found == end) {
    found = std::find_if_not(begin, end, is_flag);
  }
  return found == end ? "" : *found;
}

model::Role role_of_subcommand(std::string_view subcommand) {
  return subcommand == "rpcprovider" ? model::Role::provider : model::Role::consumer;
}

std::string flag_of(const Words& words, std::string_view name) {
  const std::string flag = "--" + std::string{name};
  const auto [begin, end] = arguments_of(words);
  std::string value;
  for (auto word = begin; word != end; ++word) {
    if (*word == flag && word + 1 != end) {
      value = *++word;
    } else if (word->starts_with(flag + "=")) {
      value = word->substr(flag.size() + 1);
    }
  }
  return value;
}

std::string service_name_of(const Words& words) {
  const auto [begin, end] = arguments_of(words);
  const auto yaml = std::find_if(begin, end, is_yaml);
  const std::string subcommand = fit_for_name(subcommand_of(words));
  const std::string stem =
      yaml == end ? "" : fit_for_name(std::filesystem::path{*yaml}.stem().string());
  const std::string name =
      fit_for_name(subcommand + (subcommand.empty() || stem.empty() ? "" : "-") + stem);
  return name.empty() || name.ends_with(".service") ? "lavap" : name;
}

}  // namespace lavavisor::compat
