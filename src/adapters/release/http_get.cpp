// Redirects, one hop after the other, each judged before it is gone to.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/http_get.hpp"

#include "adapters/release/http_engine.hpp"
#include "adapters/release/url.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace lavavisor::release {
namespace {

constexpr std::size_t k_max_redirects = 5;

/// Fails unless `to` may follow on the `visited` URLs.
Tried<void> may_follow(const std::vector<std::string>& visited, const std::string& to) {
  if (auto good = check_redirect(visited.back(), to); !good) {
    return failed(Failure::Kind::permanent, good.error().message);
  }
  if (std::find(visited.begin(), visited.end(), to) != visited.end()) {
    return failed(Failure::Kind::permanent,
                  shown(visited.front()) + " redirects in a loop, back to " + shown(to));
  }
  if (visited.size() > k_max_redirects) {
    return failed(Failure::Kind::permanent,
                  shown(visited.front()) + " redirects more than " +
                      std::to_string(k_max_redirects) + " times, at last to " + shown(to));
  }
  return {};
}

Tried<void> check_readable(const std::filesystem::path& ca_file) {
  if (ca_file.empty()) {
    return {};
  }
  const base::Fd file{::open(ca_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file) {
    return failed(
        Failure::Kind::permanent,
        "cannot read binary.release.ca_file " + ca_file.string() + ": " + base::errno_text(errno));
  }
  return {};
}

std::string way(const std::vector<std::string>& visited) {
  return shown(visited.front()) +
         (visited.size() == 1 ? "" : " (redirected to " + shown(visited.back()) + ")");
}

}  // namespace

HttpGet::HttpGet(std::filesystem::path ca_file,
                 std::chrono::milliseconds stall,
                 const TimeLimit& limit,
                 std::stop_token stop)
    : m_ca_file(std::move(ca_file)),
      m_engine(std::make_unique<Engine>(m_ca_file, stall, limit, std::move(stop))) {}

HttpGet::~HttpGet() = default;

Tried<Head> HttpGet::get(const GetRequest& request, Sink& sink) {
  if (auto good = check_url(request.url); !good) {
    return failed(Failure::Kind::permanent, good.error().message);
  }
  if (auto good = check_readable(m_ca_file); !good) {
    return tl::make_unexpected(good.error());
  }
  GetRequest hop = request;
  for (std::vector<std::string> visited{request.url};; visited.push_back(hop.url)) {
    auto answer = m_engine->exchange(hop, sink);
    if (!answer) {
      return failed(answer.error().kind, way(visited) + ": " + answer.error().message);
    }
    if (auto* head = std::get_if<Head>(&*answer)) {
      return std::move(*head);
    }
    hop.url = std::get<Redirected>(*answer).to;
    if (auto good = may_follow(visited, hop.url); !good) {
      return tl::make_unexpected(good.error());
    }
  }
}

}  // namespace lavavisor::release
