// Paths and what answers to them; everything is rendered on request, in the server's thread.
// SPDX-License-Identifier: Apache-2.0
#include "cli/web.hpp"

#include "base/log.hpp"
#include "view/metrics.hpp"
#include "view/page.hpp"
#include "view/status.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace lavavisor::cli {
namespace {

using http::Answer;

constexpr int k_unavailable = 503;

Answer not_yet() {
  return {.status = k_unavailable, .body = "nothing was looked at yet; ask again in a moment\n"};
}

Answer page(const view::Overview& overview, std::optional<std::chrono::seconds> refresh) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return {.content_type = "text/html; charset=utf-8",
          .body = view::page_html(overview, now, refresh),
          .headers = {{"Content-Security-Policy", view::page_policy()}}};
}

Answer moving_page(const view::Overview& overview) {
  return page(overview, view::refresh_of(overview));
}

Answer still_page(const view::Overview& overview) {
  return page(overview, std::nullopt);
}

Answer metrics(const view::Overview& overview) {
  return {.content_type = std::string{view::k_metrics_type}, .body = view::metrics_text(overview)};
}

Answer status(const view::Overview& overview) {
  if (!overview.look) {
    return not_yet();
  }
  const auto& [observed, plan] = *overview.look;
  return {.content_type = "application/json",
          .body = view::status_json(*overview.desired, observed, plan)};
}

struct Path {
  std::string_view path;
  Answer (*answer)(const view::Overview&);
};
constexpr std::array k_paths{Path{"/", moving_page},
                             Path{"/still", still_page},
                             Path{"/metrics", metrics},
                             Path{"/status.json", status}};

}  // namespace

Web::Web(const Board& board, const http::Pulse& pulse, std::function<bool()> ready)
    : m_board{board}, m_pulse{pulse}, m_ready{std::move(ready)} {}

base::Result<void> Web::listen(const std::string& address) {
  if (address == m_address) {
    return {};
  }
  m_server.reset();  // another spelling may mean the same port
  m_address.clear();
  if (address.empty()) {
    base::log_info("no longer serving metrics and status page");
    return {};
  }
  auto server = http::Server::start(
      address, [this](const http::Request& request) { return answer(request); });
  if (!server) {
    return tl::make_unexpected(server.error());
  }
  m_server = std::move(*server);
  m_address = address;
  base::log_info("serving metrics and status page on http://" + m_server->address() + "/");
  return {};
}

void Web::follow(const std::string& address) {
  const auto listens = listen(address);
  const std::string complaint = listens ? "" : listens.error().message;
  if (!complaint.empty() && complaint != m_complaint) {
    base::log_warn(complaint + "; metrics and status page are not served, and it is tried again");
  }
  m_complaint = complaint;
}

Answer Web::answer(const http::Request& request) const {
  if (auto health = http::health_answer(m_pulse, m_ready(), request.path)) {
    return *health;
  }
  for (const auto& [path, answer_by] : k_paths) {
    if (request.path == path) {
      const auto overview = m_board.overview();
      return overview.desired ? answer_by(overview) : not_yet();
    }
  }
  return http::not_found();
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this host";
}

}  // namespace lavavisor::cli
