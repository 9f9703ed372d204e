// The HTTP check: one libcurl transfer that a stop request ends at once.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/health_checks.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <optional>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Multi = std::unique_ptr<CURLM, FreeMulti>;

/// The body is not looked at; beyond this much of it the answer is known well enough.
constexpr std::size_t k_body_limit = 1U << 20U;

struct Body {
  std::size_t received = 0;
};

std::size_t drop(char* /*bytes*/, std::size_t /*one*/, std::size_t count, void* body) {
  auto& seen = *static_cast<Body*>(body);
  seen.received += count;
  return seen.received > k_body_limit ? 0 : count;  // 0 ends the transfer
}

void set_options(CURL* easy, const std::string& url, std::chrono::milliseconds limit, Body& body) {
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "lavavisor");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
}

/// Drive the transfer to its end; none = stopped.
std::optional<CURLcode> perform(CURLM* multi, const std::stop_token& stop) {
  const std::stop_callback<std::function<void()>> wake{stop, [multi] {
                                                         curl_multi_wakeup(multi);
                                                       }};
  int running = 1;
  while (running > 0) {
    if (stop.stop_requested()) {
      return std::nullopt;
    }
    if (curl_multi_perform(multi, &running) != CURLM_OK ||
        (running > 0 && curl_multi_poll(multi, nullptr, 0, 1'000, nullptr) != CURLM_OK)) {
      return CURLE_FAILED_INIT;
    }
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
}

}  // namespace

Result<void> check_http(const std::string& url,
                        std::chrono::milliseconds limit,
                        std::stop_token stop) {
  const auto unhealthy = [&](const std::string& why) {
    return fail("health check of " + base::printable(url) + " failed: " + why);
  };
  const Multi multi{curl_multi_init()};
  const Easy easy{curl_easy_init()};
  if (!multi || !easy) {
    return unhealthy("no memory for a request");
  }
  Body body;
  set_options(easy.get(), url, limit, body);
  curl_multi_add_handle(multi.get(), easy.get());
  const auto result = perform(multi.get(), stop);
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_multi_remove_handle(multi.get(), easy.get());

  if (!result) {
    return unhealthy("stopped");
  }
  if (*result == CURLE_OPERATION_TIMEDOUT) {
    return unhealthy("no answer within " + base::format_duration(limit));
  }
  if (*result == CURLE_UNSUPPORTED_PROTOCOL) {
    return unhealthy("what answers there does not speak HTTP");
  }
  if (*result != CURLE_OK && body.received <= k_body_limit) {
    return unhealthy(curl_easy_strerror(*result));
  }
  if (status < 200 || status > 299) {
    return unhealthy("it answered HTTP status " + std::to_string(status));
  }
  return {};
}

}  // namespace lavavisor::process
