// systemd, asked and told over D-Bus; no systemctl processes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/unit_folders.hpp"
#include "ports/services.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lavavisor::systemd {

/// Connects when it is first used and again after the bus went away. For one thread at a time;
/// only a stop_token may be used from elsewhere.
class Manager final : public ports::ServiceProbe, public ports::ServiceManager {
 public:
  /// `places.systemd.scope` (system or user) says which manager; `folders` as for UnitFiles.
  Manager(ports::UnitPlaces places, std::vector<Path> folders);
  ~Manager() override;

  base::Result<std::map<std::string, model::ServiceState>> states(
      const std::set<std::string>& services) override;

  /// Returns at once when it had not been listening yet: something may have changed before. Without
  /// a bus it waits for `limit` or `stop`.
  void wait_for_change(std::chrono::milliseconds limit, std::stop_token stop) override;

  base::Result<void> reload() override;

  /// Fails for a unit without an [Install] section.
  base::Result<void> enable(const std::string& service) override;

  /// Removes the .wants and .requires links only: DisableUnitFiles would take the link in unit_dir
  /// away too, and with it the unit.
  base::Result<void> disable(const std::string& service) override;

  std::vector<base::Result<void>> run(const std::vector<ports::Job>& jobs) override;

 private:
  struct Session;
  base::Result<Session*> session();
  template <class Ask>
  auto ask(std::string_view what, const Ask& how) -> base::Result<decltype(how())>;

  ports::UnitPlaces m_places;
  std::vector<Path> m_folders;
  std::set<std::string> m_watched;  ///< object paths of the units that were asked for last
  std::unique_ptr<Session> m_session;
};

}  // namespace lavavisor::systemd
