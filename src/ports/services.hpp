// The service manager: asked, told.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "model/observed.hpp"

#include <chrono>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::ports {

class ServiceProbe {
 public:
  virtual ~ServiceProbe() = default;

  /// The state of each service, in as few round trips as the manager allows. One that the manager
  /// has never heard of is missing from the answer.
  virtual base::Result<std::map<std::string, model::ServiceState>> states(
      const std::set<std::string>& services) = 0;

  /// Block until the state of a service that was asked for last may have changed, `limit` is over,
  /// or `stop` is requested.
  virtual void wait_for_change(std::chrono::milliseconds limit, std::stop_token stop) = 0;
};

struct Job {
  enum class Kind { start, stop, restart };
  Kind kind = Kind::start;
  std::string service;
};

class ServiceManager {
 public:
  virtual ~ServiceManager() = default;

  /// Let the manager read all unit files anew.
  virtual base::Result<void> reload() = 0;

  /// Make the service start at boot.
  virtual base::Result<void> enable(const std::string& service) = 0;

  /// Undo that; the unit stays known to the manager.
  virtual base::Result<void> disable(const std::string& service) = 0;

  /// Start all `jobs` together and await the end of each (JobRemoved); one result per job. A stop
  /// job of a unit that is not there is no failure. Jobs wait as long as their units' own timeouts
  /// let them; `stop` does not cut a job that has begun.
  virtual std::vector<base::Result<void>> run(const std::vector<Job>& jobs) = 0;
};

}  // namespace lavavisor::ports
