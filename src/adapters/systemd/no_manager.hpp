// Scope "none": unit files are written, and no service manager is asked or told anything.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/services.hpp"

#include <condition_variable>
#include <mutex>

namespace lavavisor::systemd {

class NoManager final : public ports::ServiceProbe, public ports::ServiceManager {
 public:
  base::Result<std::map<std::string, model::ServiceState>> states(
      const std::set<std::string>&) override {
    return std::map<std::string, model::ServiceState>{};
  }

  /// Nothing ever changes: waits until `limit` is over or `stop` is requested.
  void wait_for_change(std::chrono::milliseconds limit, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock{mutex};
    never.wait_for(lock, stop, limit, [] { return false; });
  }

  base::Result<void> reload() override { return {}; }
  base::Result<void> enable(const std::string&) override { return {}; }
  base::Result<void> disable(const std::string&) override { return {}; }
  std::vector<base::Result<void>> run(const std::vector<ports::Job>& jobs) override {
    return std::vector<base::Result<void>>(jobs.size());
  }
};

}  // namespace lavavisor::systemd
