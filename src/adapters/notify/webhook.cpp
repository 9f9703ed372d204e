// The multi interface, because only it can be woken from outside while it waits. libcurl's own
// words are not told, since they may hold parts of the URL; its codes are.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/webhook.hpp"

#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

#include <curl/curl.h>

#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

namespace lavavisor::notify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = Undelivered::Kind;

constexpr std::size_t k_most_answered = 64U << 10U;
constexpr seconds k_longest_retry_after{3'600};

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

/// The status says it all; a body that does not end is not waited for.
std::size_t throw_away(const char*, std::size_t, std::size_t size, void* context) {
  auto& answered = *static_cast<std::size_t*>(context);
  answered += size;
  return answered > k_most_answered ? 0 : size;
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

/// One POST and what came of it.
class Exchange {
 public:
  Exchange(const Receiver& receiver,
           const std::string& body,
           const std::string& user_agent,
           milliseconds timeout)
      : m_timeout{std::max(timeout, milliseconds{1})} {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(global);
    m_multi.reset(curl_multi_init());
    m_easy.reset(curl_easy_init());
    if (!m_multi || !m_easy) {
      throw std::bad_alloc{};
    }
    add_header("Content-Type: application/json");
    add_header("Expect:");
    if (!receiver.token.empty()) {
      add_header("Authorization: Bearer " + receiver.token);
    }
    set_request(receiver.url, body, user_agent);
    set_limits(receiver.url);
  }

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() { curl_multi_remove_handle(m_multi.get(), m_easy.get()); }

  std::optional<Undelivered> run(const std::stop_token& stop) {
    const std::stop_callback wake{stop, [this] {
                                    curl_multi_wakeup(m_multi.get());
                                  }};
    curl_multi_add_handle(m_multi.get(), m_easy.get());
    for (int running = 1; running > 0;) {
      if (stop.stop_requested()) {
        return Undelivered{Kind::stopped, "asked to stop before it arrived", {}};
      }
      if (curl_multi_perform(m_multi.get(), &running) != CURLM_OK) {
        return Undelivered{Kind::unreachable, "the request could not be made (out of memory?)", {}};
      }
      constexpr int k_poll_ms = 1'000;
      if (running > 0) {
        curl_multi_poll(m_multi.get(), nullptr, 0, k_poll_ms, nullptr);
      }
    }
    return outcome();
  }

 private:
  void add_header(const std::string& line) {
    auto* longer = curl_slist_append(m_headers.get(), line.c_str());
    if (longer == nullptr) {
      throw std::bad_alloc{};
    }
    static_cast<void>(m_headers.release());
    m_headers.reset(longer);
  }

  void set_request(const std::string& url, const std::string& body, const std::string& agent) {
    CURL* easy = m_easy.get();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers.get());
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &m_answered);
  }

  void set_limits(const std::string& url) {
    CURL* easy = m_easy.get();
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(m_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs is left behind
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    const char* authorities = std::getenv("SSL_CERT_FILE");
    if (authorities != nullptr && *authorities != '\0') {
      curl_easy_setopt(easy, CURLOPT_CAINFO, authorities);
      curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // in place of the system's
    }
    if (is_loopback(url)) {
      curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }
  }

  std::optional<Undelivered> outcome() {
    int queued = 0;
    const CURLMsg* message = curl_multi_info_read(m_multi.get(), &queued);
    const CURLcode code = message == nullptr ? CURLE_FAILED_INIT : message->data.result;
    long status = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_RESPONSE_CODE, &status);
    const bool has_said_it_all = code == CURLE_WRITE_ERROR && m_answered > k_most_answered;
    if (code != CURLE_OK && !has_said_it_all) {
      return Undelivered{Kind::unreachable, words_of(code), {}};
    }
    return judge(status);
  }

  std::optional<Undelivered> judge(long status) {
    if (status >= 200 && status < 300) {
      return std::nullopt;
    }
    Undelivered failure;
    failure.why = "it answered " + std::to_string(status);
    if (status >= 300 && status < 400) {
      failure.kind = Kind::refused;
      failure.why += ", a redirect, which is not followed; give the URL that it leads to";
    } else if (status == 400 || status == 413 || status == 422) {
      failure.kind = Kind::unwanted;
      failure.why += ": it does not take this message; is notify.format right?";
    } else if (status >= 400 && status < 500 && status != 408 && status != 425 && status != 429) {
      failure.kind = Kind::refused;
      failure.why += ": is the webhook's URL, or its token, right and still valid?";
    } else {
      curl_off_t wait = 0;
      curl_easy_getinfo(m_easy.get(), CURLINFO_RETRY_AFTER, &wait);
      failure.retry_after = std::clamp(seconds{wait}, seconds{0}, k_longest_retry_after);
    }
    return failure;
  }

  std::string words_of(CURLcode code) const {
    long os_error = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_OS_ERRNO, &os_error);
    switch (code) {
      case CURLE_OPERATION_TIMEDOUT:
        return "no answer within " + base::format_duration(m_timeout);
      case CURLE_COULDNT_RESOLVE_HOST:
        return "its host name can't be resolved";
      case CURLE_COULDNT_CONNECT:
        return os_error == 0 ? "no connection" : base::errno_text(static_cast<int>(os_error));
      case CURLE_PEER_FAILED_VERIFICATION:
        return "its TLS certificate is not trusted" + verdict();
      case CURLE_SSL_CACERT_BADFILE:
        return "the file of trusted authorities can't be read; is $SSL_CERT_FILE right?";
      case CURLE_GOT_NOTHING:
        return "closed the connection without an answer";
      default:
        return std::string{"the request failed: "} + curl_easy_strerror(code);
    }
  }

  /// OpenSSL's number for what is wrong with the certificate (openssl-verify(1)).
  std::string verdict() const {
    long verdict = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_SSL_VERIFYRESULT, &verdict);
    switch (verdict) {
      case 0:
        return ": it was issued for another host name";
      case 10:
        return ": it has expired";
      case 18:
      case 19:
      case 20:
      case 21:
        return ": nobody that this host trusts vouches for it";
      default:
        return "";
    }
  }

  milliseconds m_timeout;
  std::size_t m_answered = 0;
  std::unique_ptr<CURLM, FreeMulti> m_multi;
  std::unique_ptr<curl_slist, FreeList> m_headers;
  std::unique_ptr<CURL, FreeEasy> m_easy;
};

}  // namespace

std::optional<Undelivered> post(const Receiver& receiver,
                                const std::string& body,
                                const std::string& user_agent,
                                milliseconds timeout,
                                std::stop_token stop) {
  return Exchange{receiver, body, user_agent, timeout}.run(stop);
}

}  // namespace lavavisor::notify
