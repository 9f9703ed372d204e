// One POST to a webhook over libcurl.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/notify/receiver.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace lavavisor::notify {

/// Why a document did not arrive. `why` names neither URL nor token.
struct Undelivered {
  enum class Kind {
    unreachable,  ///< no answer, or one that asks to try again: 408, 425, 429, 5xx
    refused,      ///< an answer that will not change by itself: another 4xx, a redirect
    unwanted,     ///< just this document is not taken: 400, 413, 422
    stopped,
  };
  Kind kind = Kind::unreachable;
  std::string why;
  std::chrono::seconds retry_after{0};  ///< that the receiver asked for, an hour at most; 0 = none
};

/// POST the JSON document `body` within `timeout`; none = it was answered with 2xx. TLS is
/// verified, against the system's authorities or $SSL_CERT_FILE; a redirect is not followed; what
/// the receiver answers is thrown away. `stop` ends it at once.
std::optional<Undelivered> post(const Receiver& receiver,
                                const std::string& body,
                                const std::string& user_agent,
                                std::chrono::milliseconds timeout,
                                std::stop_token stop);

}  // namespace lavavisor::notify
