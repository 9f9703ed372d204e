// libcurl's own words are not told, since they may hold parts of the URL; its codes are.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/webhook.hpp"

#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "transfer/transfer.hpp"

#include <algorithm>
#include <cstdlib>

namespace lavavisor::notify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = Undelivered::Kind;

constexpr std::size_t k_most_answered = 64U << 10U;
constexpr seconds k_longest_retry_after{3'600};

/// The status says it all; a body that does not end is not waited for.
std::size_t throw_away(const char*, std::size_t, std::size_t size, void* context) {
  auto& answered = *static_cast<std::size_t*>(context);
  answered += size;
  return answered > k_most_answered ? 0 : size;
}

/// One POST and what came of it.
class Exchange {
 public:
  Exchange(const Receiver& receiver,
           const std::string& body,
           const std::string& user_agent,
           milliseconds timeout)
      : m_timeout{std::max(timeout, milliseconds{1})} {
    transfer::add_header(m_headers, "Content-Type: application/json");
    transfer::add_header(m_headers, "Expect:");
    if (!receiver.token.empty()) {
      transfer::add_header(m_headers, "Authorization: Bearer " + receiver.token);
    }
    set_request(receiver.url, body, user_agent);
    set_limits();
  }

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() { curl_multi_remove_handle(m_multi.get(), m_easy.get()); }

  std::optional<Undelivered> run(const std::stop_token& stop) {
    curl_multi_add_handle(m_multi.get(), m_easy.get());
    switch (transfer::drive(m_multi.get(), stop)) {
      case transfer::Driven::stopped:
        return Undelivered{Kind::stopped, "asked to stop before it arrived", {}};
      case transfer::Driven::broken:
        return Undelivered{Kind::unreachable, "the request could not be made (out of memory?)", {}};
      case transfer::Driven::ended:
        break;
    }
    return outcome();
  }

 private:
  void set_request(const std::string& url, const std::string& body, const std::string& agent) {
    CURL* easy = m_easy.get();
    transfer::aim(easy, url);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers.get());
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &m_answered);
  }

  void set_limits() {
    CURL* easy = m_easy.get();
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(m_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_timeout.count()));
    const char* authorities = std::getenv("SSL_CERT_FILE");
    if (authorities != nullptr && *authorities != '\0') {
      transfer::trust_only(easy, authorities);
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
  transfer::Multi m_multi = transfer::new_multi();
  transfer::Headers m_headers;
  transfer::Easy m_easy = transfer::new_easy();
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
