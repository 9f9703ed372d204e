// URLs taken apart with care: they come from a file, and some are handed to programs.
// SPDX-License-Identifier: Apache-2.0
#include "config/url.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace lavavisor::config {

namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

bool all_of(std::string_view text, std::string_view allowed_punctuation) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           allowed_punctuation.find(c) != std::string_view::npos;
  });
}

bool is_host(std::string_view host) {
  return host.find(':') != std::string_view::npos ? all_of(host, ":.%") : all_of(host, ".-_");
}

bool is_port(std::string_view port) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc{} && end == port.data() + port.size() && number >= 1 && number <= 65535;
}

/// Split "host", "host:port" or "[v6]:port" without judging it.
HostPort split_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close != std::string_view::npos) {
      std::string_view rest = text.substr(close + 1);
      rest.remove_prefix(rest.starts_with(':') ? 1 : 0);
      return {lower(text.substr(1, close - 1)), std::string{rest}};
    }
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return {lower(text), ""};
  }
  return {lower(text.substr(0, colon)), std::string{text.substr(colon + 1)}};
}

/// True when an IPv6 address is written without its brackets.
bool lacks_brackets(std::string_view authority) {
  return std::count(authority.begin(), authority.end(), ':') > 1 && !authority.starts_with('[');
}

std::optional<Problem> judge(std::string_view whole,
                             std::string_view authority,
                             const HostPort& at) {
  if (lacks_brackets(authority)) {
    return Problem{in_quotes(whole) + " holds more than one colon",
                   "an IPv6 address stands in brackets: [::1]:2224"};
  }
  if (!is_host(at.host)) {
    return Problem{in_quotes(whole) + " holds no valid host name or address", ""};
  }
  const bool has_port = !at.port.empty() || authority.ends_with(':');
  if (has_port && !is_port(at.port)) {
    return Problem{"the port in " + in_quotes(whole) + " is not a number from 1 to 65535", ""};
  }
  return std::nullopt;
}

}  // namespace

Checked<HostPort> parse_host_port(std::string_view text) {
  const HostPort at = split_authority(text);
  if (const auto wrong = judge(text, text, at)) {
    return tl::make_unexpected(*wrong);
  }
  if (at.port.empty()) {
    return problem(in_quotes(text) + " has no port", "write host:port, such as \"127.0.0.1:2224\"");
  }
  return at;
}

Checked<Url> parse_url(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0) {
    return problem(in_quotes(text) + " is not a URL: it has no scheme", "");
  }
  const bool printable_ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!printable_ascii) {
    return problem(in_quotes(text) + " holds a character that a URL may not hold",
                   "write it as %XX, its byte in hexadecimal digits");
  }
  Url url;
  url.scheme = lower(text.substr(0, mark));
  std::string_view rest = text.substr(mark + 3);
  std::string_view authority = rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
  url.rest = rest.substr(authority.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  url.at = split_authority(authority);
  if (const auto wrong = judge(text, authority, url.at)) {
    return tl::make_unexpected(*wrong);
  }
  if (url.at.host.empty()) {
    return problem(in_quotes(text) + " names no host");
  }
  return url;
}

bool names_a_user(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

std::string without_user(std::string_view text) {
  constexpr std::string_view k_mark = "://";
  const auto mark = text.find(k_mark);
  const auto at = text.rfind('@');
  if (mark == std::string_view::npos || at == std::string_view::npos || at < mark) {
    return std::string{text};
  }
  std::string shown{text.substr(0, mark + k_mark.size())};
  return shown.append("...").append(text.substr(at));
}

Checked<std::string> check_http_url(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) {
    return tl::make_unexpected(url.error());
  }
  if (url->scheme != "http" && url->scheme != "https") {
    return problem(in_quotes(text) + " is not an http:// or https:// URL",
                   guess(url->scheme, {"http", "https"}));
  }
  return std::string{text};
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") {
    return true;
  }
  const auto parts = base::split(host, '.');
  return parts.size() == 4 && parts[0] == "127" &&
         std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && part.size() <= 3 && all_of(part, "") &&
                  part.find_first_not_of("0123456789") == std::string_view::npos;
         });
}

bool is_wildcard(std::string_view host) {
  return host.empty() || host == "0.0.0.0" || host == "::" || host == "*";
}

}  // namespace lavavisor::config
