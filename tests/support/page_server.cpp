// Serves the scenes of page_scenes.hpp for a browser: /SCENE/, /SCENE/still, /SCENE/metrics. Says
// its address on stdout and ends with its stdin.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.hpp"
#include "support/page_scenes.hpp"
#include "view/metrics.hpp"
#include "view/page.hpp"

#include <iostream>

namespace {

using lavavisor::http::Answer;
using lavavisor::http::Request;

Answer answer(const Request& request) {
  static const auto k_pages = lavavisor::view::all_pages();
  const auto slash = request.path.find('/', 1);
  const auto page = k_pages.find(request.path.substr(1, slash - 1));
  if (page == k_pages.end() || slash == std::string::npos) {
    return lavavisor::http::not_found();
  }
  const auto what = request.path.substr(slash + 1);
  if (what == "metrics") {
    return {.content_type = std::string{lavavisor::view::k_metrics_type},
            .body = lavavisor::view::metrics_text(page->second)};
  }
  using lavavisor::view::k_page_now;
  using lavavisor::view::page_html;
  const auto refresh =
      what == "still" ? std::nullopt : std::optional{lavavisor::view::refresh_of(page->second)};
  return {.content_type = "text/html; charset=utf-8",
          .body = page_html(page->second, k_page_now, refresh),
          .headers = {{"Content-Security-Policy", lavavisor::view::page_policy()}}};
}

}  // namespace

int main() {
  const auto server = lavavisor::http::Server::start("127.0.0.1:0", answer);
  if (!server) {
    std::cerr << server.error().message << "\n";
    return 1;
  }
  std::cout << server->address() << std::endl;
  std::cin.get();
  return 0;
}
