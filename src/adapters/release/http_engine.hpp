// libcurl behind HttpGet: one request, one answer, no redirect followed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/http_get.hpp"

#include <string>
#include <variant>

namespace lavavisor::release {

struct Redirected {
  std::string to;  ///< absolute
};

class HttpGet::Engine {
 public:
  Engine(std::filesystem::path ca_file,
         std::chrono::milliseconds stall,
         const TimeLimit& limit,
         std::stop_token stop);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// As HttpGet::get, but a redirect is told, not followed, and messages do not name the URL.
  Tried<std::variant<Head, Redirected>> exchange(const GetRequest& request, Sink& sink);

 private:
  struct Curl;

  void set_up(const GetRequest& request);
  std::optional<Failure> drive(Sink& sink);
  Tried<std::variant<Head, Redirected>> outcome(bool asked_range) const;

  std::filesystem::path m_ca_file;
  std::chrono::milliseconds m_stall;
  TimeLimit m_limit;
  std::stop_token m_stop;
  std::unique_ptr<Curl> m_curl;
};

}  // namespace lavavisor::release
