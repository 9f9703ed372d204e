// Many small HTTP requests at once over connections that are kept between calls (libcurl's multi
// interface); every wait is bounded and every body is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::chain {

inline constexpr std::size_t k_max_body = 1U << 20U;  ///< bytes

struct HttpRequest {
  std::string url;                  ///< http or https
  std::optional<std::string> json;  ///< POSTed; none: a GET
};

struct HttpAnswer {
  long status = 200;
  std::string body;
  std::string block_height;  ///< header Grpc-Metadata-X-Cosmos-Block-Height; "" = not sent
  std::string redirect;      ///< where a redirect leads; they are not followed
};

class HttpPool {
 public:
  explicit HttpPool(std::string user_agent);
  ~HttpPool();
  HttpPool(const HttpPool&) = delete;
  HttpPool& operator=(const HttpPool&) = delete;

  /// Send all `requests` together, each within `timeout`; an answer of any status, or the reason
  /// why there is none, per request and in their order. Returns soon after `stop` is requested.
  ///
  /// HTTP/1.1; TLS verified; redirects not followed; no cookies, no compression. Proxies of the
  /// environment are used, but never for a loopback address.
  std::vector<base::Result<HttpAnswer>> exchange(const std::vector<HttpRequest>& requests,
                                                 std::chrono::milliseconds timeout,
                                                 const std::stop_token& stop);

  /// Close the connections that are kept.
  void forget_connections();

 private:
  class Multi;

  std::string m_user_agent;
  std::unique_ptr<Multi> m_multi;
};

}  // namespace lavavisor::chain
