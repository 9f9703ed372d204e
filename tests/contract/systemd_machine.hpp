// Units for contract tests on a real systemd: made through UnitFiles, removed at the end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/manager.hpp"
#include "adapters/systemd/unit_files.hpp"
#include "model/layout.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace lavavisor::systemd {

/// A directory of lavavisor with a manager of one scope; leaves no unit behind.
class Machine {
 public:
  explicit Machine(model::Scope scope);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Write a unit that runs the copied binary, with `more` lines in [Service], and reload.
  void install(const std::string& name, const std::string& more = "");

  /// The text that install() writes.
  std::string unit_text(const std::string& name, const std::string& more) const;

  model::UnitFile file(const std::string& name);
  model::ServiceState state(const std::string& name);
  base::Result<void> job(ports::Job::Kind kind, const std::string& name);

  /// Wait until `holds` of the service's state, 20 s at most; the last state seen.
  model::ServiceState await(const std::string& name,
                            const std::function<bool(const model::ServiceState&)>& holds);

  std::filesystem::path binary() const;

  ports::UnitPlaces places;
  UnitFiles files;
  Manager manager;
};

}  // namespace lavavisor::systemd
