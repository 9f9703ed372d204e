// Endpoints of the chain, and URL templates of releases.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <array>

namespace lavavisor::config {

namespace {

struct Scheme {
  std::string_view name;
  model::EndpointKind kind;
  std::string_view transport;  ///< the scheme of the URL that is asked
};

constexpr std::array<Scheme, 5> k_schemes{{
    {"tcp", model::EndpointKind::rpc, "http"},
    {"http", model::EndpointKind::rpc, "http"},
    {"https", model::EndpointKind::rpc, "https"},
    {"rest+http", model::EndpointKind::rest, "http"},
    {"rest+https", model::EndpointKind::rest, "https"},
}};

std::vector<std::string> scheme_names() {
  std::vector<std::string> names;
  names.reserve(k_schemes.size());
  for (const Scheme& scheme : k_schemes) {
    names.push_back(std::string{scheme.name} + "://");
  }
  return names;
}

/// An endpoint's name in messages, logs and the ledger: as written, but for user and password.
std::string name_of(std::string_view text, const Url& url) {
  std::string name{text};
  const auto authority = name.find("://") + 3;
  return url.user.empty() ? name : name.erase(authority, url.user.size() + 1);
}

Checked<model::Endpoint> with_scheme(std::string_view text, const Scheme& scheme, const Url& url) {
  if (scheme.name == "tcp" && url.at.port.empty()) {
    return problem(in_quotes(text) + " has no port", "CometBFT's RPC listens on 26657 by default");
  }
  if (url.rest.find('#') != std::string::npos) {
    return problem(in_quotes(text) + " holds a fragment (#), which no server is ever sent");
  }
  if (scheme.kind == model::EndpointKind::rest && url.rest.find('?') != std::string::npos) {
    return problem(in_quotes(text) + " holds a query (?), but paths are added to a REST endpoint");
  }
  std::string host =
      url.at.host.find(':') == std::string::npos ? url.at.host : "[" + url.at.host + "]";
  std::string asked = std::string{scheme.transport} + "://" +
                      (url.user.empty() ? "" : url.user + "@") + host +
                      (url.at.port.empty() ? "" : ":" + url.at.port) + url.rest;
  while (asked.ends_with('/')) {
    asked.pop_back();
  }
  return model::Endpoint{name_of(text, url), scheme.kind, asked};
}

struct Placeholder {
  std::string_view name;
  std::size_t end;  ///< behind its closing brace
};

/// The placeholder that begins with the brace at `open`.
Checked<Placeholder> placeholder_at(std::string_view text, std::size_t open) {
  const std::size_t close = text.find('}', open);
  if (close == std::string_view::npos) {
    return problem(in_quotes(text) + " holds a { without its }");
  }
  const std::string_view name = text.substr(open + 1, close - open - 1);
  const std::vector<std::string> known{"version", "os", "arch"};
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    return problem("unknown placeholder {" + base::printable(name, 40) +
                       "}: only {version}, {os} and {arch} are filled in",
                   guess(name, known));
  }
  return Placeholder{name, close + 1};
}

/// `text` with every placeholder replaced by its own name, so that it can be read as a URL.
Checked<std::string> filled_in(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '}') {
      return problem(in_quotes(text) + " holds a } without its {");
    }
    if (text[at] != '{') {
      out += text[at++];
      continue;
    }
    const auto placeholder = placeholder_at(text, at);
    if (!placeholder) {
      return tl::make_unexpected(placeholder.error());
    }
    out += placeholder->name;
    at = placeholder->end;
  }
  return out;
}

}  // namespace

Checked<model::Endpoint> parse_endpoint(std::string_view text) {
  if (text.find("://") == std::string_view::npos) {
    return problem(in_quotes(text) + " has no scheme",
                   "write \"tcp://" + base::printable(text, 80) +
                       "\", or http://, https://, rest+http://, rest+https://");
  }
  const auto url = parse_url(text);
  if (!url) {
    return tl::make_unexpected(url.error());
  }
  const auto scheme = std::find_if(k_schemes.begin(), k_schemes.end(), [&](const Scheme& each) {
    return each.name == url->scheme;
  });
  if (scheme == k_schemes.end()) {
    const std::string hint = guess(url->scheme + "://", scheme_names());
    return problem("unknown scheme in " + in_quotes(text),
                   hint.empty() ? "an endpoint begins with " + alternatives(scheme_names()) : hint);
  }
  return with_scheme(text, *scheme, *url);
}

Checked<std::string> check_template(std::string_view text) {
  const auto plain = filled_in(text);
  if (!plain) {
    return tl::make_unexpected(plain.error());
  }
  if (const auto checked = check_http_url(*plain); !checked) {
    return tl::make_unexpected(checked.error());
  }
  const auto url = parse_url(*plain);
  if (url->scheme == "http" && !is_loopback(url->at.host)) {
    return problem(in_quotes(text) + " is plain http",
                   "use https; plain http is for 127.0.0.1, ::1 and localhost only");
  }
  return std::string{text};
}

}  // namespace lavavisor::config
