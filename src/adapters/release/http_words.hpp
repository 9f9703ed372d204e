// HTTP statuses and libcurl's codes as failures: which may pass, and how to say it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace lavavisor::release {

/// An answer that is not 200 or 206.
Failure failure_of_status(long status);

/// What is known of a transfer that libcurl gave up.
struct TransferError {
  int code = 0;         ///< CURLcode
  long os_error = 0;    ///< errno of the connection attempt; 0 = none
  std::string details;  ///< libcurl's own words
  std::filesystem::path ca_file;
  std::uint64_t received = 0;           ///< bytes of this body
  std::optional<std::uint64_t> length;  ///< bytes that this body was to have
};
Failure failure_of_transfer(const TransferError& error);

}  // namespace lavavisor::release
