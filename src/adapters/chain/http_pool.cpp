// One multi handle that owns the connections, and an easy handle per request slot that is used
// again in each call, so that thousands of calls cost neither memory nor descriptors.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/http_pool.hpp"

#include "adapters/chain/curl_failure.hpp"

#include <curl/curl.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lavavisor::chain {
namespace {

using base::fail;
using base::Result;
using std::chrono::milliseconds;

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// What one transfer writes into while it runs.
struct Slot {
  std::unique_ptr<CURL, FreeEasy> easy{curl_easy_init()};
  std::string body;
  bool too_large = false;
  bool added = false;
  std::array<char, CURL_ERROR_SIZE> details{};
  Result<HttpAnswer> outcome = fail("was not asked");
};

std::size_t take_body(const char* bytes, std::size_t, std::size_t size, void* context) {
  auto& slot = *static_cast<Slot*>(context);
  if (size > k_max_body - slot.body.size()) {
    slot.too_large = true;
    return 0;
  }
  try {
    slot.body.append(bytes, size);
  } catch (...) {
    return 0;
  }
  return size;
}

/// libcurl 7.88 opens sockets that children would inherit.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool is_loopback(const std::string& address) {
  const std::unique_ptr<CURLU, FreeUrl> url{curl_url()};
  char* text = nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, address.c_str(), 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK) {
    return false;
  }
  const std::string host{text};
  curl_free(text);
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::string header_of(CURL* easy, const char* name) {
  curl_header* header = nullptr;
  const bool found = curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  return found ? header->value : "";
}

std::string redirect_of(CURL* easy) {
  char* url = nullptr;
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &url);
  return url == nullptr ? "" : url;
}

TransferFailure failure_of(const Slot& slot, CURLcode code, milliseconds timeout) {
  TransferFailure failure{.code = static_cast<int>(code),
                          .details = slot.details.data(),
                          .timeout = timeout,
                          .too_large = slot.too_large};
  long request_size = 0;
  curl_easy_getinfo(slot.easy.get(), CURLINFO_OS_ERRNO, &failure.os_error);
  curl_easy_getinfo(slot.easy.get(), CURLINFO_REQUEST_SIZE, &request_size);
  failure.asked = request_size > 0;
  return failure;
}

}  // namespace

class HttpPool::Multi {
 public:
  Multi() {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(global);
    m_multi.reset(curl_multi_init());
    m_headers.reset(curl_slist_append(nullptr, "Content-Type: application/json"));
    curl_slist_append(m_headers.get(), "Accept: application/json");
    curl_slist_append(m_headers.get(), "Expect:");
  }

  ~Multi() { remove_all(); }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  std::vector<Result<HttpAnswer>> exchange(const std::vector<HttpRequest>& requests,
                                           const std::string& user_agent,
                                           milliseconds timeout,
                                           const std::stop_token& stop) {
    while (m_slots.size() < requests.size()) {
      m_slots.push_back(std::make_unique<Slot>());
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
      begin(*m_slots[i], requests[i], user_agent, timeout);
    }
    drive(timeout, stop);
    remove_all();
    std::vector<Result<HttpAnswer>> answers;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      answers.push_back(std::exchange(m_slots[i]->outcome, fail("was not asked")));
    }
    return answers;
  }

 private:
  void begin(Slot& slot,
             const HttpRequest& request,
             const std::string& user_agent,
             milliseconds timeout) {
    slot.body.clear();
    slot.too_large = false;
    slot.details.front() = '\0';
    slot.outcome = fail("asked to stop before the answer came");
    curl_easy_reset(slot.easy.get());
    set_limits(slot, timeout);
    set_request(slot, request, user_agent);
    slot.added = curl_multi_add_handle(m_multi.get(), slot.easy.get()) == CURLM_OK;
    if (!slot.added) {
      slot.outcome = fail("the request could not be begun (out of memory?)");
    }
  }

  static void set_limits(Slot& slot, milliseconds timeout) {
    CURL* easy = slot.easy.get();
    const long limit = static_cast<long>(std::max(timeout, milliseconds{1}).count());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, limit);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, limit);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs is left behind
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE, static_cast<long>(k_max_body));
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  }

  void set_request(Slot& slot, const HttpRequest& request, const std::string& user_agent) {
    CURL* easy = slot.easy.get();
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers.get());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot.details.data());
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &slot);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &slot);
    if (request.json) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.json->size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.json->c_str());
    }
    if (is_loopback(request.url)) {
      curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }
  }

  void drive(milliseconds timeout, const std::stop_token& stop) {
    constexpr int k_poll_ms = 1'000;
    const std::stop_callback wake{stop, [this] {
                                    curl_multi_wakeup(m_multi.get());
                                  }};
    int running = 1;
    while (running > 0 && !stop.stop_requested()) {
      if (curl_multi_perform(m_multi.get(), &running) != CURLM_OK) {
        return;
      }
      collect(timeout);
      if (running > 0) {
        curl_multi_poll(m_multi.get(), nullptr, 0, k_poll_ms, nullptr);
      }
    }
  }

  void collect(milliseconds timeout) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(m_multi.get(), &left)) {
      if (message->msg == CURLMSG_DONE) {
        char* context = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
        Slot& slot = *static_cast<Slot*>(static_cast<void*>(context));
        slot.outcome = outcome_of(slot, message->data.result, timeout);
      }
    }
  }

  static Result<HttpAnswer> outcome_of(Slot& slot, CURLcode code, milliseconds timeout) {
    if (code != CURLE_OK) {
      return fail(describe(failure_of(slot, code, timeout)));
    }
    HttpAnswer answer;
    curl_easy_getinfo(slot.easy.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    answer.body = std::exchange(slot.body, {});
    answer.block_height = header_of(slot.easy.get(), "Grpc-Metadata-X-Cosmos-Block-Height");
    answer.redirect = redirect_of(slot.easy.get());
    return answer;
  }

  void remove_all() {
    for (const auto& slot : m_slots) {
      if (std::exchange(slot->added, false)) {
        curl_multi_remove_handle(m_multi.get(), slot->easy.get());
      }
    }
  }

  std::unique_ptr<CURLM, FreeMulti> m_multi;
  std::unique_ptr<curl_slist, FreeList> m_headers;
  std::vector<std::unique_ptr<Slot>> m_slots;  ///< gone before the multi handle they were added to
};

HttpPool::HttpPool(std::string user_agent)
    : m_user_agent(std::move(user_agent)), m_multi(std::make_unique<Multi>()) {}

HttpPool::~HttpPool() = default;

std::vector<Result<HttpAnswer>> HttpPool::exchange(const std::vector<HttpRequest>& requests,
                                                   milliseconds timeout,
                                                   const std::stop_token& stop) {
  return m_multi->exchange(requests, m_user_agent, timeout, stop);
}

void HttpPool::forget_connections() {
  m_multi = std::make_unique<Multi>();
}

}  // namespace lavavisor::chain
