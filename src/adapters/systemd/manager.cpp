// systemd, asked and told over D-Bus; no systemctl processes.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/manager.hpp"

#include "adapters/systemd/connection.hpp"
#include "adapters/systemd/jobs.hpp"
#include "adapters/systemd/no_manager.hpp"
#include "adapters/systemd/stop_fd.hpp"
#include "adapters/systemd/unit_states.hpp"
#include "adapters/systemd/words.hpp"
#include "model/desired.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

namespace lavavisor::systemd {

namespace {

constexpr const char* k_job_removed =
    "type='signal',sender='org.freedesktop.systemd1',"
    "interface='org.freedesktop.systemd1.Manager',member='JobRemoved',"
    "path='/org/freedesktop/systemd1'";
constexpr const char* k_unit_changed =
    "type='signal',sender='org.freedesktop.systemd1',"
    "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
    "path_namespace='/org/freedesktop/systemd1/unit'";
/// Reading all units anew takes long on a busy machine.
constexpr std::chrono::seconds k_reload_timeout{90};

}  // namespace

/// A connection and what its signals told.
struct Manager::Session {
  Session(model::Scope scope, const std::set<std::string>& watched_paths)
      : connection{scope}, watched{watched_paths} {}

  /// Have signals sent to us, from now on.
  void listen() {
    if (listening) {
      return;
    }
    connection.subscribe(k_job_removed, [this](sdbus::Message& signal) { on_job(signal); });
    connection.subscribe(k_unit_changed, [this](sdbus::Message& signal) { on_unit(signal); });
    connection.call(
        {Connection::k_manager_path, Connection::k_manager, "Subscribe"},
        [](sdbus::MethodCall&) {},
        [](sdbus::MethodReply&) {});
    listening = true;
  }

  void on_job(sdbus::Message& signal) {
    std::uint32_t id = 0;
    sdbus::ObjectPath path;
    std::string unit;
    std::string result;
    signal >> id >> path >> unit >> result;
    results[path] = result;
  }

  void on_unit(sdbus::Message& signal) {
    if (watched.count(signal.getPath()) == 0) {
      return;
    }
    changed = true;
  }

  Connection connection;
  const std::set<std::string>& watched;
  JobResults results;
  bool listening = false;
  bool changed = false;  ///< a watched unit did, since states() was asked
};

Manager::Manager(ports::UnitPlaces places, std::vector<Path> folders)
    : m_places{std::move(places)}, m_folders{std::move(folders)} {}

Manager::~Manager() = default;

/// The living connection, made anew where the last one is lost.
base::Result<Manager::Session*> Manager::session() {
  const model::Scope scope = m_places.systemd.scope;
  try {
    if (m_session != nullptr) {
      m_session->connection.process();
      return m_session.get();
    }
  } catch (const sdbus::Error&) {
    m_session.reset();
  }
  try {
    m_session = std::make_unique<Session>(scope, m_watched);
    return m_session.get();
  } catch (const sdbus::Error& error) {
    return tl::make_unexpected(unreachable(scope, bus_address(scope), cause_of(error)));
  }
}

template <class Ask>
auto Manager::ask(std::string_view what, const Ask& how) -> base::Result<decltype(how())> {
  if (const auto ready = session(); !ready) {
    return tl::make_unexpected(ready.error());
  }
  try {
    return how();
  } catch (const sdbus::Error& error) {
    if (is_disconnection(error) || !m_session->connection.idle()) {
      m_session.reset();  // a late answer must not find those who asked gone
    }
    return tl::make_unexpected(in_words(what, error));
  }
}

base::Result<std::map<std::string, model::ServiceState>> Manager::states(
    const std::set<std::string>& services) {
  auto answer = ask("ask systemd for the state of units", [&] {
    m_session->changed = false;
    return read_states(m_session->connection, services);
  });
  if (!answer) {
    return tl::make_unexpected(answer.error());
  }
  m_watched = std::move(answer->paths);
  for (auto& [service, state] : answer->states) {
    state.log = journal_command(m_places.systemd.scope, service);
  }
  return std::move(answer->states);
}

void Manager::wait_for_change(std::chrono::milliseconds limit, std::stop_token stop) {
  const auto deadline = Connection::Clock::now() + limit;
  const StopFd stop_fd{stop};
  const auto listened = ask("listen to systemd", [&] {
    const bool first = !m_session->listening;
    m_session->listen();
    while (!first && !m_session->changed && !stop.stop_requested() &&
           Connection::Clock::now() < deadline) {
      m_session->connection.wait(deadline, stop_fd.get());
    }
    return std::exchange(m_session->changed, false);
  });
  if (!listened) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Connection::Clock::now());
    NoManager{}.wait_for_change(left, stop);
  }
}

base::Result<void> Manager::reload() {
  const auto done = ask("let systemd read its unit files anew", [&] {
    m_session->connection.call(
        {Connection::k_manager_path, Connection::k_manager, "Reload"},
        [](sdbus::MethodCall&) {},
        [](sdbus::MethodReply&) {},
        k_reload_timeout);
    return true;
  });
  return done ? base::Result<void>{} : tl::make_unexpected(done.error());
}

base::Result<void> Manager::enable(const std::string& service) {
  const std::string unit = model::unit_name(service);
  const auto installed = ask("enable " + unit, [&] {
    bool carries_install_info = false;
    m_session->connection.call(
        {Connection::k_manager_path, Connection::k_manager, "EnableUnitFiles"},
        [&](sdbus::MethodCall& call) {
          const bool runtime = false;
          const bool force = true;
          call << std::vector<std::string>{unit} << runtime << force;
        },
        [&](sdbus::MethodReply& reply) { reply >> carries_install_info; });
    return carries_install_info;
  });
  if (!installed) {
    return tl::make_unexpected(installed.error());
  }
  if (!*installed) {
    return base::fail("cannot enable " + unit + ": it has no [Install] section");
  }
  return {};
}

base::Result<void> Manager::disable(const std::string& service) {
  return remove_install_links(m_places, m_folders, service);
}

std::vector<base::Result<void>> Manager::run(const std::vector<ports::Job>& jobs) {
  auto ends = ask("run jobs of systemd", [&] {
    m_session->listen();
    m_session->connection.process();
    return run_jobs(m_session->connection, m_places.systemd.scope, jobs, m_session->results);
  });
  if (ends) {
    return std::move(*ends);
  }
  return std::vector<base::Result<void>>(jobs.size(), tl::make_unexpected(ends.error()));
}

}  // namespace lavavisor::systemd
