// libcurl's codes as sentences.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/curl_failure.hpp"

#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

#include <curl/curl.h>

#include <string_view>

namespace lavavisor::chain {
namespace {

std::string own_words(const TransferFailure& failure) {
  const std::string words = failure.details.empty()
                                ? curl_easy_strerror(static_cast<CURLcode>(failure.code))
                                : failure.details;
  return base::printable(base::trim(words));
}

std::string timed_out(const TransferFailure& failure) {
  const std::string what = failure.asked ? "no answer within " : "no connection within ";
  return what + base::format_duration(failure.timeout);
}

std::string not_connected(const TransferFailure& failure) {
  return failure.os_error == 0 ? "no connection: " + own_words(failure)
                               : base::errno_text(static_cast<int>(failure.os_error));
}

/// The same code is given for an answer without a status line and for a URL such as ftp://.
std::string not_http(const TransferFailure& failure) {
  const bool answered = failure.asked || failure.code == CURLE_WEIRD_SERVER_REPLY;
  return answered ? "did not answer in HTTP (is this the right port?)" : own_words(failure);
}

std::string untrusted(const TransferFailure& failure) {
  constexpr std::string_view k_prefix = "SSL certificate problem: ";
  const std::string words = own_words(failure);
  if (words.find("subject name") != std::string::npos) {
    return "TLS certificate is not trusted: it was issued for another host name";
  }
  return "TLS certificate is not trusted: " +
         (words.starts_with(k_prefix) ? words.substr(k_prefix.size()) : words);
}

}  // namespace

std::string describe(const TransferFailure& failure) {
  if (failure.too_large) {
    return "body larger than 1 MiB";
  }
  switch (failure.code) {
    case CURLE_FILESIZE_EXCEEDED:
      return "body larger than 1 MiB";
    case CURLE_OPERATION_TIMEDOUT:
      return timed_out(failure);
    case CURLE_COULDNT_CONNECT:
      return not_connected(failure);
    case CURLE_COULDNT_RESOLVE_HOST:
      return "its host name can't be resolved";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "the host name of the proxy can't be resolved";
    case CURLE_URL_MALFORMAT:
      return "its address is no valid URL";
    case CURLE_PEER_FAILED_VERIFICATION:
      return untrusted(failure);
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS handshake failed: " + own_words(failure) + " (is this port plain HTTP?)";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return not_http(failure);
    case CURLE_GOT_NOTHING:
      return "closed the connection without an answer";
    case CURLE_PARTIAL_FILE:
      return "closed the connection in the middle of its answer";
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return "the connection broke: " + own_words(failure);
    default:
      return own_words(failure);
  }
}

}  // namespace lavavisor::chain
