// org.freedesktop.systemd1.Manager and org.freedesktop.PolicyKit1.Authority.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/host_bus.hpp"

#include "adapters/systemd/connection.hpp"
#include "adapters/systemd/words.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <tuple>

namespace lavavisor::systemd {
namespace {

using base::Result;
using model::Authorization;
using model::ManagerFacts;

constexpr std::chrono::seconds k_patience{3};
constexpr const char* k_properties = "org.freedesktop.DBus.Properties";

using UnitRow = sdbus::Struct<std::string,
                              std::string,
                              std::string,
                              std::string,
                              std::string,
                              std::string,
                              sdbus::ObjectPath,
                              std::uint32_t,
                              std::string,
                              sdbus::ObjectPath>;
using FileRow = sdbus::Struct<std::string, std::string>;

std::string property(Connection& bus, const char* name) {
  sdbus::Variant value;
  bus.call(
      {Connection::k_manager_path, k_properties, "Get"},
      [&](sdbus::MethodCall& call) { call << Connection::k_manager << name; },
      [&](sdbus::MethodReply& reply) { reply >> value; },
      k_patience);
  return value.get<std::string>();
}

/// The units in one of `states` (none = any) whose names match one of `patterns` (none = any).
std::vector<UnitRow> units(Connection& bus,
                           const std::vector<std::string>& states,
                           const std::vector<std::string>& patterns) {
  std::vector<UnitRow> rows;
  bus.call(
      {Connection::k_manager_path, Connection::k_manager, "ListUnitsByPatterns"},
      [&](sdbus::MethodCall& call) { call << states << patterns; },
      [&](sdbus::MethodReply& reply) { reply >> rows; },
      k_patience);
  return rows;
}

std::vector<FileRow> unit_files(Connection& bus, const std::vector<std::string>& patterns) {
  std::vector<FileRow> rows;
  bus.call(
      {Connection::k_manager_path, Connection::k_manager, "ListUnitFilesByPatterns"},
      [&](sdbus::MethodCall& call) { call << std::vector<std::string>{} << patterns; },
      [&](sdbus::MethodReply& reply) { reply >> rows; },
      k_patience);
  return rows;
}

ManagerFacts read_manager(Connection& bus, const std::vector<std::string>& patterns) {
  ManagerFacts facts;
  facts.version = property(bus, "Version");
  facts.state = property(bus, "SystemState");
  for (const auto& row : units(bus, {"failed"}, {})) {
    facts.failed.push_back(std::get<0>(row));
  }
  for (const auto& row : units(bus, {}, patterns)) {
    facts.active[std::get<0>(row)] = std::get<3>(row);
  }
  for (const auto& row : unit_files(bus, patterns)) {
    const auto name = std::filesystem::path{std::get<0>(row)}.filename().string();
    facts.enabled[name] = std::get<1>(row);
  }
  return facts;
}

/// Our own connection stands for us: polkit asks the bus whose it is.
using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;
using Answer = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;

Authorization authorization(sdbus::IProxy& authority,
                            const std::string& own_name,
                            const std::string& action) {
  constexpr std::uint32_t k_no_interaction = 0;
  auto call =
      authority.createMethodCall("org.freedesktop.PolicyKit1.Authority", "CheckAuthorization");
  call << Subject{"system-bus-name", {{"name", sdbus::Variant{own_name}}}} << action
       << std::map<std::string, std::string>{} << k_no_interaction << std::string{};
  auto reply = authority.callMethod(call, k_patience);
  Answer answer;
  reply >> answer;
  if (std::get<0>(answer)) {
    return Authorization::yes;
  }
  return std::get<1>(answer) ? Authorization::after_a_password : Authorization::no;
}

}  // namespace

Result<ManagerFacts> ask_manager(model::Scope scope, const std::vector<std::string>& patterns) {
  try {
    Connection bus{scope};
    return read_manager(bus, patterns);
  } catch (const sdbus::Error& error) {
    return tl::make_unexpected(unreachable(scope, bus_address(scope), cause_of(error)));
  }
}

const std::vector<std::string>& needed_actions() {
  static const std::vector<std::string> k_actions = {"org.freedesktop.systemd1.manage-units",
                                                     "org.freedesktop.systemd1.manage-unit-files",
                                                     "org.freedesktop.systemd1.reload-daemon"};
  return k_actions;
}

Result<std::map<std::string, Authorization>> ask_polkit(const std::vector<std::string>& actions) {
  try {
    const auto bus = sdbus::createSystemBusConnection();
    const auto authority = sdbus::createProxy(
        *bus, "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority");
    std::map<std::string, Authorization> answers;
    for (const auto& action : actions) {
      answers.emplace(action, authorization(*authority, bus->getUniqueName(), action));
    }
    return answers;
  } catch (const sdbus::Error& error) {
    return base::fail("polkit does not answer: " + cause_of(error));
  }
}

}  // namespace lavavisor::systemd
