// URLs, URL templates, endpoints and host:port pairs as the configuration spells them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/problem.hpp"
#include "model/desired.hpp"

#include <string>
#include <string_view>

namespace lavavisor::config {

struct HostPort {
  std::string host;  ///< lower case, an IPv6 address without its brackets; may be ""
  std::string port;  ///< "1" .. "65535", or "" where it may be left out

  bool operator==(const HostPort&) const = default;
};

/// The parts of SCHEME://[USER@]HOST[:PORT][REST] (RFC 3986).
struct Url {
  std::string scheme;  ///< lower case
  std::string user;    ///< "name:password"; "" = none
  HostPort at;
  std::string rest;  ///< path, query and fragment

  bool operator==(const Url&) const = default;
};

/// Parse HOST:PORT; the host may be empty, an IPv6 address stands in brackets.
Checked<HostPort> parse_host_port(std::string_view text);

/// Parse an absolute URL of any scheme with a host.
Checked<Url> parse_url(std::string_view text);

/// True when SCHEME://... has USER@ in front of its host, which is a secret as a rule.
bool names_a_user(std::string_view url);

/// A text of any kind for the operator's eyes: what stands between :// and the last @, which may be
/// a password even where the URL is a wrong one, becomes "...".
std::string without_user(std::string_view text);

/// Check an http:// or https:// URL.
Checked<std::string> check_http_url(std::string_view text);

/// Check a URL with {version}, {os} and {arch} in it. Plain http is for the own host only: what is
/// downloaded is going to be run.
Checked<std::string> check_template(std::string_view text);

/// Parse one of chain.endpoints: tcp://, http://, https://, rest+http:// or rest+https://.
Checked<model::Endpoint> parse_endpoint(std::string_view text);

/// True for localhost, 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

/// True when a listener on `host` takes the port on every address: "", 0.0.0.0, ::, *.
bool is_wildcard(std::string_view host);

}  // namespace lavavisor::config
