// Why a transfer brought no answer, in words that an operator understands.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace lavavisor::chain {

struct TransferFailure {
  int code = 0;         ///< CURLcode
  std::string details;  ///< libcurl's own words; "" = none
  std::chrono::milliseconds timeout{0};
  long os_error = 0;   ///< errno of a connect that failed
  bool asked = false;  ///< the request had been sent
  bool too_large = false;
};

/// One sentence for it, without the endpoint's name: "connection refused", "no answer within 5s".
std::string describe(const TransferFailure& failure);

}  // namespace lavavisor::chain
