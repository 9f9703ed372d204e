// Whether a service answers: an HTTP request, a TCP connection, a command.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/health_probe.hpp"

namespace lavavisor::process {

class HealthChecks final : public ports::HealthProbe {
 public:
  base::Result<void> check(const model::Health& health,
                           const std::string& user,
                           std::chrono::milliseconds limit,
                           std::stop_token stop) override;
};

/// GET `url` directly (no proxy, no redirect followed); only an answer 2xx is good.
base::Result<void> check_http(const std::string& url,
                              std::chrono::milliseconds limit,
                              std::stop_token stop);

/// Connect to `address` ("host:port", "[v6]:port", ":port" = this host) and hang up.
base::Result<void> check_tcp(const std::string& address,
                             std::chrono::milliseconds limit,
                             std::stop_token stop);

/// Run `argv` as `user` ("" = who we are); only exit status 0 is good.
base::Result<void> check_command(const std::vector<std::string>& argv,
                                 const std::string& user,
                                 std::chrono::milliseconds limit,
                                 std::stop_token stop);

}  // namespace lavavisor::process
