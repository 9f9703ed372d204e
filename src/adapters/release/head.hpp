// What an HTTP answer says of itself before its body.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::release {

struct Head {
  long status = 0;
  std::optional<std::uint64_t> length;  ///< Content-Length: bytes of this body
  std::string content_type;
  std::string content_range;
  std::string etag;
  std::string last_modified;
  std::string date;
};

/// Take one header line, its end of line included; a status line begins a new head.
void read_line(Head& head, std::string_view line);

/// Content-Range (RFC 9110, 14.4): "bytes 5-9/10", "bytes 5-9/*", "bytes */10".
struct ContentRange {
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> last;
  std::optional<std::uint64_t> total;

  bool operator==(const ContentRange&) const = default;
};
std::optional<ContentRange> parse_content_range(std::string_view text);

/// What may stand in If-Range for this answer: a strong ETag, or a Last-Modified that is a minute
/// older than the answer and so can't have changed within its second (RFC 9110, 8.8.2.2 and
/// 13.1.5); "" = nothing.
std::string strong_validator(const Head& head);

/// True when it calls its body a web page.
bool is_html(const Head& head);

}  // namespace lavavisor::release
