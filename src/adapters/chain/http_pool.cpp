// One multi handle that owns the connections, and an easy handle per request slot that is used
// again in each call, so that thousands of calls cost neither memory nor descriptors.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/http_pool.hpp"

#include "adapters/chain/curl_failure.hpp"
#include "transfer/transfer.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lavavisor::chain {
namespace {

using base::fail;
using base::Result;
using std::chrono::milliseconds;

struct Slot {
  transfer::Easy easy = transfer::new_easy();
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
    transfer::add_header(m_headers, "Content-Type: application/json");
    transfer::add_header(m_headers, "Accept: application/json");
    transfer::add_header(m_headers, "Expect:");
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
    transfer::drive(m_multi.get(), stop, [this, timeout] { collect(timeout); });
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
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE, static_cast<long>(k_max_body));
  }

  void set_request(Slot& slot, const HttpRequest& request, const std::string& user_agent) {
    CURL* easy = slot.easy.get();
    transfer::aim(easy, request.url);
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

  transfer::Multi m_multi = transfer::new_multi();
  transfer::Headers m_headers;
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
