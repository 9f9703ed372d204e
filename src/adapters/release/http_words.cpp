// The table of what is worth another try.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/http_words.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <curl/curl.h>

#include <string_view>

namespace lavavisor::release {
namespace {

constexpr auto k_transient = Failure::Kind::transient;
constexpr auto k_permanent = Failure::Kind::permanent;

std::string_view status_words(long status) {
  switch (status) {
    case 401:
      return " (unauthorized)";
    case 403:
      return " (forbidden)";
    case 404:
      return " (not found: is there such a release, with this asset?)";
    case 408:
      return " (request timeout)";
    case 410:
      return " (gone)";
    case 429:
      return " (too many requests)";
    case 500:
      return " (internal server error)";
    case 502:
      return " (bad gateway)";
    case 503:
      return " (service unavailable)";
    case 504:
      return " (gateway timeout)";
    default:
      return "";
  }
}

std::string own_words(const TransferError& error) {
  return base::printable(base::trim(error.details.empty()
                                        ? curl_easy_strerror(static_cast<CURLcode>(error.code))
                                        : error.details));
}

std::string not_connected(const TransferError& error) {
  return "can't connect: " + (error.os_error == 0
                                  ? own_words(error)
                                  : base::errno_text(static_cast<int>(error.os_error)));
}

std::string cut(const TransferError& error) {
  return "the connection was cut after " + std::to_string(error.received) +
         (error.length ? " of " + std::to_string(*error.length) : "") + " bytes";
}

std::string bad_certificates(const TransferError& error) {
  return error.ca_file.empty()
             ? "the system's CA certificates can't be read (is ca-certificates installed?)"
             : "binary.release.ca_file " + error.ca_file.string() + " holds no PEM certificates";
}

std::string untrusted(const TransferError& error) {
  const std::string words = own_words(error);
  return "its TLS certificate is not trusted: " + (words.find("subject name") == std::string::npos
                                                       ? words
                                                       : "it was issued for another host name");
}

}  // namespace

Failure failure_of_status(long status) {
  const bool passes = status == 408 || status == 425 || status == 429 || status >= 500;
  return {passes ? k_transient : k_permanent,
          "answered HTTP " + std::to_string(status) + std::string{status_words(status)}};
}

Failure failure_of_transfer(const TransferError& error) {
  switch (error.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {k_transient, "its host name can't be resolved"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {k_transient, "the host name of the proxy can't be resolved"};
    case CURLE_COULDNT_CONNECT:
      return {k_transient, not_connected(error)};
    case CURLE_SSL_CONNECT_ERROR:
      return {k_transient, "TLS handshake failed: " + own_words(error)};
    case CURLE_GOT_NOTHING:
      return {k_transient, "closed the connection without an answer"};
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return {k_transient, cut(error)};
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PROXY:
      return {k_transient, own_words(error)};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {k_permanent, untrusted(error)};
    case CURLE_SSL_CACERT_BADFILE:
      return {k_permanent, bad_certificates(error)};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return {k_permanent, "did not answer in HTTP (is this the right port?)"};
    default:
      return {k_permanent, own_words(error)};
  }
}

}  // namespace lavavisor::release
