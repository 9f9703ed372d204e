// The multi interface, because only it can be woken from outside while it waits.
// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>

#include <new>
#include <utility>

namespace lavavisor::transfer {
namespace {

void initialise() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
}

/// libcurl 7.88 opens sockets that children would inherit.
curl_socket_t open_socket(void* /*context*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// "" = there is none.
std::string host_of(const std::string& address) {
  const Url url{curl_url()};
  char* text = nullptr;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, address.c_str(), 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK) {
    return "";
  }
  const std::string host{text};
  curl_free(text);
  return host;
}

}  // namespace

Easy new_easy() {
  initialise();
  Easy easy{curl_easy_init()};
  return easy ? std::move(easy) : throw std::bad_alloc{};
}

Multi new_multi() {
  initialise();
  Multi multi{curl_multi_init()};
  return multi ? std::move(multi) : throw std::bad_alloc{};
}

void add_header(Headers& headers, const std::string& line) {
  auto* longer = curl_slist_append(headers.get(), line.c_str());
  if (longer == nullptr) {
    throw std::bad_alloc{};
  }
  static_cast<void>(headers.release());  // it is the beginning of the longer one
  headers.reset(longer);
}

void aim(CURL* easy, const std::string& url) {
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  if (is_loopback(url)) {
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  }
}

void trust_only(CURL* easy, const std::string& file) {
  curl_easy_setopt(easy, CURLOPT_CAINFO, file.c_str());
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
}

bool is_loopback(const std::string& url) {
  std::string host = host_of(url);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24U) == 127;
  }
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&v6);
  }
  return ::strcasecmp(host.c_str(), "localhost") == 0;
}

Driven drive(CURLM* multi, const std::stop_token& stop, const std::function<void()>& between) {
  constexpr int k_poll_ms = 1'000;
  const std::stop_callback wake{stop, [multi] {
                                  curl_multi_wakeup(multi);
                                }};
  for (int running = 1; running > 0;) {
    if (stop.stop_requested()) {
      return Driven::stopped;
    }
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      return Driven::broken;
    }
    if (between) {
      between();
    }
    if (running > 0 && curl_multi_poll(multi, nullptr, 0, k_poll_ms, nullptr) != CURLM_OK) {
      return Driven::broken;
    }
  }
  return Driven::ended;
}

}  // namespace lavavisor::transfer
