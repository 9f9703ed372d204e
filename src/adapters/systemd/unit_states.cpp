// The state of many units, asked for in two waves: one call for all, then all properties at once.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/unit_states.hpp"

#include "adapters/systemd/process.hpp"
#include "model/desired.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace lavavisor::systemd {

namespace {

constexpr const char* k_properties = "org.freedesktop.DBus.Properties";
constexpr const char* k_unit = "org.freedesktop.systemd1.Unit";
constexpr const char* k_service = "org.freedesktop.systemd1.Service";

/// A row of ListUnitsByNames: name, description, load, active and sub state, followed unit, path,
/// job's id, type and path.
using Row = sdbus::Struct<std::string,
                          std::string,
                          std::string,
                          std::string,
                          std::string,
                          std::string,
                          sdbus::ObjectPath,
                          std::uint32_t,
                          std::string,
                          sdbus::ObjectPath>;

/// One unit while its properties come in.
struct Asked {
  std::string path;
  model::ServiceState state;
  std::uint32_t main_pid = 0;
  std::uint64_t started_usec = 0;  ///< CLOCK_REALTIME
  bool gone = false;               ///< systemd dropped it between the two waves
};

using Store = void (*)(Asked&, const sdbus::Variant&);

struct Property {
  const char* interface;
  const char* name;
  Store store;
};

const std::array k_wanted{
    Property{k_unit,
             "NeedDaemonReload",
             [](Asked& unit, const sdbus::Variant& value) {
               unit.state.needs_reload = value.get<bool>();
             }},
    Property{k_service,
             "NRestarts",
             [](Asked& unit, const sdbus::Variant& value) {
               unit.state.restarts = value.get<std::uint32_t>();
             }},
    Property{k_service,
             "MainPID",
             [](Asked& unit, const sdbus::Variant& value) {
               unit.main_pid = value.get<std::uint32_t>();
             }},
    Property{k_service,
             "ExecMainStartTimestamp",
             [](Asked& unit, const sdbus::Variant& value) {
               unit.started_usec = value.get<std::uint64_t>();
             }},
};

/// Asked for only where it is not known: what is active has not failed since it was started, and
/// each property of each unit is a message of its own.
const Property k_result{k_service, "Result", [](Asked& unit, const sdbus::Variant& value) {
                          unit.state.result = value.get<std::string>();
                        }};

std::vector<Row> list_units(Connection& connection, const std::set<std::string>& services) {
  std::vector<std::string> names;
  for (const std::string& service : services) {
    names.push_back(model::unit_name(service));
  }
  std::vector<Row> rows;
  connection.call(
      {Connection::k_manager_path, Connection::k_manager, "ListUnitsByNames"},
      [&](sdbus::MethodCall& call) { call << names; },
      [&](sdbus::MethodReply& reply) { reply >> rows; });
  return rows;
}

void ask_property(Connection& connection,
                  Asked& unit,
                  const Property& property,
                  std::optional<sdbus::Error>& failure) {
  connection.send(
      {unit.path, k_properties, "Get"},
      [&](sdbus::MethodCall& call) { call << property.interface << property.name; },
      [&unit, &property, &failure](sdbus::MethodReply* reply, const sdbus::Error* error) {
        if (error != nullptr) {
          const bool dropped = error->getName() == "org.freedesktop.DBus.Error.UnknownObject" ||
                               error->getName() == "org.freedesktop.systemd1.NoSuchUnit";
          unit.gone = unit.gone || dropped;
          if (!dropped) {
            failure = *error;
          }
          return;
        }
        sdbus::Variant value;
        *reply >> value;
        property.store(unit, value);
      });
}

void ask_properties(Connection& connection, std::map<std::string, Asked>& units) {
  std::optional<sdbus::Error> failure;
  for (auto& [service, unit] : units) {
    for (const Property& property : k_wanted) {
      ask_property(connection, unit, property, failure);
    }
    if (unit.state.active_state != "active") {
      ask_property(connection, unit, k_result, failure);
    } else {
      unit.state.result = "success";
    }
  }
  connection.flush();
  if (failure) {
    throw *failure;
  }
}

base::TimePoint realtime(std::uint64_t usec) {
  return base::TimePoint{std::chrono::microseconds{static_cast<std::int64_t>(usec)}};
}

}  // namespace

UnitStates read_states(Connection& connection, const std::set<std::string>& services) {
  UnitStates answer;
  std::map<std::string, Asked> units;
  for (const Row& row : list_units(connection, services)) {
    const std::string& unit = std::get<0>(row);
    answer.paths.insert(std::get<6>(row));
    if (std::get<2>(row) == "not-found") {
      continue;
    }
    const std::string service = unit.substr(0, unit.size() - model::unit_name("").size());
    Asked& asked = units[service];
    asked.path = std::get<6>(row);
    asked.state.load_state = std::get<2>(row);
    asked.state.active_state = std::get<3>(row);
    asked.state.sub_state = std::get<4>(row);
  }
  ask_properties(connection, units);
  for (auto& [service, unit] : units) {
    if (!unit.gone) {
      unit.state.process =
          read_process(static_cast<pid_t>(unit.main_pid), realtime(unit.started_usec));
      answer.states.emplace(service, std::move(unit.state));
    }
  }
  return answer;
}

}  // namespace lavavisor::systemd
