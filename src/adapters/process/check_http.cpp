// The HTTP check: one libcurl transfer that a stop request ends at once.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/health_checks.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "transfer/transfer.hpp"

#include <optional>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;

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
  transfer::aim(easy, url);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "lavavisor");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
}

/// How the one transfer of `multi` ended; none = it was stopped.
std::optional<CURLcode> perform(CURLM* multi, const std::stop_token& stop) {
  if (transfer::drive(multi, stop) == transfer::Driven::stopped) {
    return std::nullopt;
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
  const auto multi = transfer::new_multi();
  const auto easy = transfer::new_easy();
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
