// The operator's own commands around an upgrade.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::ports {

class HookRunner {
 public:
  virtual ~HookRunner() = default;

  /// Run `argv` without a shell, with `environment` added to lavavisor's own, within `timeout`.
  /// Fails with the exit status or signal and the last line that it wrote to stderr.
  virtual base::Result<void> run(const std::vector<std::string>& argv,
                                 const std::map<std::string, std::string>& environment,
                                 std::chrono::milliseconds timeout,
                                 std::stop_token stop) = 0;
};

}  // namespace lavavisor::ports
