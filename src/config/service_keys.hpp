// The keys that [defaults] and [[service]] share, as given, before they are laid over each other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/reader.hpp"
#include "model/desired.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::config {

/// One entry of `flags`: no values = left out; a value of none = a switch; several = repeated.
struct FlagKey {
  std::string name;
  std::vector<std::optional<std::string>> values;
};

struct VariableKey {
  std::string name;
  std::string value;
};

struct UnitKey {
  std::string section;
  std::string name;
  std::vector<std::string> values;
};

struct HealthKeys {
  std::optional<Located<std::chrono::milliseconds>> settle;
  std::optional<Located<std::chrono::milliseconds>> timeout;
  std::optional<Text> http;
  std::optional<Text> tcp;
  std::optional<Located<std::vector<std::string>>> command;
};

struct ServiceKeys {
  std::optional<Text> address;
  std::optional<Located<std::vector<std::string>>> command;
  std::optional<Text> user;
  std::optional<Text> from;
  std::optional<Text> keyring_backend;
  std::optional<Located<std::int64_t>> geolocation;
  std::optional<Text> log_level;
  std::optional<Text> node;
  std::vector<FlagKey> flags;
  std::vector<VariableKey> env;
  std::optional<Text> log;
  std::optional<Located<bool>> enabled;
  std::optional<Located<model::VersionChoice>> version;
  HealthKeys health;
  std::vector<UnitKey> unit;
};

/// A string whose check gives it back, perhaps in another spelling; "" is taken as "not asked".
std::optional<Text> find_checked(const TableReader& table,
                                 std::string_view key,
                                 Checked<std::string> (*check)(std::string_view));

/// Read the keys out of [defaults] or a [[service]].
ServiceKeys read_service_keys(const TableReader& table);

/// `own` laid over `defaults`, tables key by key.
ServiceKeys laid_over(const ServiceKeys& defaults, const ServiceKeys& own);

}  // namespace lavavisor::config
