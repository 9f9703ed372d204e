// One file over HTTP: redirects followed by rule, stall and time limit watched, stopped at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/failure.hpp"
#include "adapters/release/head.hpp"
#include "adapters/release/retries.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace lavavisor::release {

/// Who is handed an answer, and may end it at any point by a failure.
class Sink {
 public:
  virtual ~Sink() = default;

  /// A 200 or 206 that is no web page; before its first byte, or at its end when it has none.
  virtual Tried<void> begin(const Head& head) = 0;
  virtual Tried<void> take(std::string_view bytes) = 0;

  /// Called between pieces, outside of libcurl.
  virtual void between() {}
};

struct GetRequest {
  std::string url;
  std::uint64_t from = 0;  ///< > 0: ask for the bytes from there on
  std::string if_range;    ///< the validator that they must still have; "" = none
};

class HttpGet {
 public:
  /// `ca_file` "" = the system's certificates; `stall` = no byte for so long ends a get.
  HttpGet(std::filesystem::path ca_file,
          std::chrono::milliseconds stall,
          const TimeLimit& limit,
          std::stop_token stop);
  ~HttpGet();
  HttpGet(const HttpGet&) = delete;
  HttpGet& operator=(const HttpGet&) = delete;

  /// Get `request.url` and hand what comes to `sink`. The head of a complete answer, its status
  /// 200, 206, or, when a range was asked for, 416; all else is a failure whose message names the
  /// URL.
  Tried<Head> get(const GetRequest& request, Sink& sink);

 private:
  class Engine;

  std::filesystem::path m_ca_file;
  std::unique_ptr<Engine> m_engine;
};

}  // namespace lavavisor::release
