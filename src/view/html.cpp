// Escaping, times in words, and the hash that lets one inline style through.
// SPDX-License-Identifier: Apache-2.0
#include "view/html.hpp"

#include "base/base64.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

#include <array>
#include <cstdint>

namespace lavavisor::view {
namespace {

using std::chrono::microseconds;

struct Unit {
  std::chrono::seconds length;
  const char* name;
};
constexpr std::array k_units{Unit{std::chrono::days{1}, "d"},
                             Unit{std::chrono::hours{1}, "h"},
                             Unit{std::chrono::minutes{1}, "min"},
                             Unit{std::chrono::seconds{1}, "s"}};

std::string time_element(base::TimePoint at, const std::string& words) {
  const std::string exact = base::format_time(at);
  return "<time datetime=\"" + exact + "\" title=\"" + exact + "\">" + words + "</time>";
}

std::uint8_t nibble(char hex) {
  return static_cast<std::uint8_t>(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

/// The bytes that an even number of lower-case hex digits stands for.
std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(nibble(hex[i]) << 4U | nibble(hex[i + 1]));
  }
  return bytes;
}

}  // namespace

std::string html(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : base::printable(text, limit)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string element(std::string_view tag, std::string_view style, std::string_view content) {
  const std::string name{tag};
  std::string out = "<" + name;
  if (!style.empty()) {
    out.append(" class=\"").append(style).append("\"");
  }
  return out.append(">").append(content).append("</" + name + ">");
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3; at -= 3) {
    text.insert(at - 3, ",");
  }
  return text;
}

std::string rough(microseconds duration) {
  auto rest = std::chrono::duration_cast<std::chrono::seconds>(duration);
  std::string text;
  for (const auto& [length, name] : k_units) {
    const auto count = rest / length;
    if (count > 0) {
      text += (text.empty() ? "" : " ") + std::to_string(count) + "\u00a0" + name;
      rest -= count * length;
      if (text.find(' ') != std::string::npos || count >= 10 || length.count() == 60) {
        return text;
      }
    } else if (!text.empty()) {
      return text;
    }
  }
  return text.empty() ? "0\u00a0s" : text;
}

std::string ago(base::TimePoint at, base::TimePoint now) {
  const auto past = now - at;
  return time_element(at, past < std::chrono::seconds{1} ? "just now" : rough(past) + " ago");
}

std::string ahead(base::TimePoint at, base::TimePoint now) {
  return time_element(at, at <= now ? "now" : "in " + rough(at - now));
}

std::string csp_hash(std::string_view content) {
  return "'sha256-" + base::encode_base64(bytes_of(base::sha256_hex(content))) + "'";
}

}  // namespace lavavisor::view
