// The operator's own commands around an upgrade, their output in our log.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/hook_runner.hpp"

namespace lavavisor::process {

class Hooks final : public ports::HookRunner {
 public:
  /// At `timeout`, and when `stop` is requested, the hook gets SIGTERM and, 5 s later, SIGKILL.
  base::Result<void> run(const std::vector<std::string>& argv,
                         const std::map<std::string, std::string>& environment,
                         std::chrono::milliseconds timeout,
                         std::stop_token stop) override;
};

}  // namespace lavavisor::process
