// The few header fields that a download goes by.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/head.hpp"

#include "base/text.hpp"

#include <curl/curl.h>

#include <strings.h>
#include <time.h>

#include <array>
#include <charconv>

namespace lavavisor::release {
namespace {

struct Field {
  std::string_view name;
  std::string Head::*value;
};

constexpr std::array<Field, 5> k_fields{{
    {"content-type", &Head::content_type},
    {"content-range", &Head::content_range},
    {"etag", &Head::etag},
    {"last-modified", &Head::last_modified},
    {"date", &Head::date},
}};

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

/// "HTTP/1.1 206 Partial Content" -> 206
long status_of(std::string_view line) {
  const auto words = base::split(line, ' ');
  const auto status = words.size() < 2 ? std::nullopt : parse_number(base::trim(words[1]));
  return static_cast<long>(status.value_or(0));
}

}  // namespace

void read_line(Head& head, std::string_view line) {
  if (line.starts_with("HTTP/")) {
    head = Head{};
    head.status = status_of(line);
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    return;
  }
  const auto name = line.substr(0, colon);
  const auto value = base::trim(line.substr(colon + 1));
  if (same_word(name, "content-length")) {
    head.length = parse_number(value);
  }
  for (const auto& field : k_fields) {
    if (same_word(name, field.name)) {
      head.*field.value = value;
    }
  }
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view k_unit = "bytes ";
  const auto slash = text.find('/');
  if (!text.starts_with(k_unit) || slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto span = text.substr(k_unit.size(), slash - k_unit.size());
  const auto total = text.substr(slash + 1);
  ContentRange range{.first = {}, .last = {}, .total = parse_number(total)};
  if (!range.total && total != "*") {
    return std::nullopt;
  }
  if (span == "*") {
    return range.total ? std::optional{range} : std::nullopt;
  }
  const auto dash = span.find('-');
  if (dash == std::string_view::npos) {
    return std::nullopt;
  }
  range.first = parse_number(span.substr(0, dash));
  range.last = parse_number(span.substr(dash + 1));
  const bool fits = range.first && range.last && *range.first <= *range.last &&
                    (!range.total || *range.last < *range.total);
  return fits ? std::optional{range} : std::nullopt;
}

std::string strong_validator(const Head& head) {
  constexpr time_t k_strong_after = 60;
  if (head.etag.starts_with('"')) {
    return head.etag;
  }
  const time_t modified = curl_getdate(head.last_modified.c_str(), nullptr);
  const time_t answered = curl_getdate(head.date.c_str(), nullptr);
  const bool strong = modified >= 0 && answered >= 0 && answered - modified >= k_strong_after;
  return strong ? head.last_modified : "";
}

bool is_html(const Head& head) {
  const auto media_type =
      base::trim(std::string_view{head.content_type}.substr(0, head.content_type.find(';')));
  return same_word(media_type, "text/html") || same_word(media_type, "application/xhtml+xml");
}

}  // namespace lavavisor::release
