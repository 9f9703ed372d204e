// toml++'s tree as Raw, and its complaint as a Finding.
// SPDX-License-Identifier: Apache-2.0
#include "config/toml_text.hpp"

#include "base/text.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace lavavisor::config {

namespace {

Place place_of(const toml::source_region& region, const Source& source) {
  const bool one_line = region.begin.line == region.end.line;
  const unsigned width =
      one_line ? region.end.column - region.begin.column : std::numeric_limits<unsigned>::max();
  return {std::max(region.begin.line, 1U),
          std::max(region.begin.column, 1U),
          std::max(width, 1U),
          &source};
}

Raw convert(const toml::node& node, const Source& source);

RawTable convert_table(const toml::table& table, const Source& source) {
  RawTable out;
  out.reserve(table.size());
  for (const auto& [key, value] : table) {
    out.push_back({std::string{key.str()}, place_of(key.source(), source), convert(value, source)});
  }
  std::stable_sort(
      out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.place < b.place; });
  return out;
}

RawList convert_list(const toml::array& array, const Source& source) {
  RawList out;
  out.reserve(array.size());
  for (const auto& item : array) {
    out.push_back(convert(item, source));
  }
  return out;
}

Raw convert(const toml::node& node, const Source& source) {
  Raw raw;
  raw.place = place_of(node.source(), source);
  switch (node.type()) {
    case toml::node_type::table:
      raw.value = convert_table(*node.as_table(), source);
      break;
    case toml::node_type::array:
      raw.value = convert_list(*node.as_array(), source);
      break;
    case toml::node_type::string:
      raw.value = node.as_string()->get();
      break;
    case toml::node_type::integer:
      raw.value = node.as_integer()->get();
      break;
    case toml::node_type::floating_point:
      raw.value = node.as_floating_point()->get();
      break;
    case toml::node_type::boolean:
      raw.value = node.as_boolean()->get();
      break;
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
    case toml::node_type::none:
      raw.value = RawTime{};
      break;
  }
  return raw;
}

/// "Error while parsing array: encountered end-of-file" -> "in array: encountered end-of-file"
std::string words_of(const toml::parse_error& error) {
  constexpr std::string_view prefix = "Error while parsing ";
  std::string text{error.description()};
  if (text.starts_with(prefix)) {
    text.replace(0, prefix.size(), "in ");
  }
  return base::printable(base::replace_all(std::move(text), "\n", "\\n"));
}

}  // namespace

tl::expected<Raw, Finding> parse_toml(const Source& source) {
  if (const auto deep = find_deep_nesting(source.text())) {
    return tl::make_unexpected(source.finding(source.place_at(*deep), "nested too deeply"));
  }
  try {
    return convert(toml::parse(source.text()), source);
  } catch (const toml::parse_error& error) {
    return tl::make_unexpected(
        source.finding(place_of(error.source(), source), "not valid TOML: " + words_of(error)));
  }
}

std::string_view kind_of(const Raw& raw) {
  struct Namer {
    std::string_view operator()(const std::string&) const { return "a string"; }
    std::string_view operator()(std::int64_t) const { return "an integer"; }
    std::string_view operator()(double) const { return "a number with a fraction"; }
    std::string_view operator()(bool) const { return "a boolean"; }
    std::string_view operator()(const RawTime&) const { return "a date or time"; }
    std::string_view operator()(const RawList&) const { return "a list"; }
    std::string_view operator()(const RawTable&) const { return "a table"; }
  };
  return std::visit(Namer{}, raw.value);
}

}  // namespace lavavisor::config
