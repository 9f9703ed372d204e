// Who started us and wants to know how we are: systemd, for a unit of Type=notify.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace lavavisor::ports {

/// sd_notify(3) and its watchdog (sd_watchdog_enabled(3)); without a supervisor nothing happens.
class Supervisor {
 public:
  virtual ~Supervisor() = default;

  /// Start-up, or a reload of the configuration, is over.
  virtual void ready() = 0;

  /// The configuration is about to be read again.
  virtual void reloading() = 0;

  /// One sentence on how things are.
  virtual void status(const std::string& sentence) = 0;

  /// The end has begun.
  virtual void stopping() = 0;

  /// What is begun now is done within `limit`: until then the watchdog is kept alive, and no longer
  /// unless this is called again.
  virtual void expect_within(std::chrono::milliseconds limit) = 0;
};

}  // namespace lavavisor::ports
