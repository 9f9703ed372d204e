// Reading and merging of the keys of services.
// SPDX-License-Identifier: Apache-2.0
#include "config/service_keys.hpp"

#include "base/text.hpp"
#include "config/names.hpp"
#include "config/sections.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lavavisor::config {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t k_global_geolocation = 65535;  // "GL", all regions' bits

Checked<std::string> check_address(std::string_view text) {
  const auto parsed = parse_host_port(text);
  return parsed ? Checked<std::string>{std::string{text}} : tl::make_unexpected(parsed.error());
}

Checked<std::string> check_target(std::string_view text) {
  const auto parsed = parse_host_port(text);
  if (parsed && parsed->host.empty()) {
    return problem(in_quotes(text) + " names no host", "such as \"127.0.0.1:2224\"");
  }
  return check_address(text);
}

Checked<std::string> check_node(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) {
    return tl::make_unexpected(endpoint.error());
  }
  if (endpoint->kind == model::EndpointKind::rest) {
    return problem(in_quotes(text) + " is a REST endpoint, and lavap speaks CometBFT RPC",
                   "use tcp://, http:// or https://");
  }
  return std::string{text};
}

HealthKeys read_health(const TableReader& health) {
  return {health.find_duration("settle", milliseconds{0}),
          health.find_duration("timeout", milliseconds{1}),
          find_checked(health, "http", check_http_url),
          find_checked(health, "tcp", check_target),
          health.find_command("command")};
}

/// The shortest text that reads back as `number`.
std::string number_text(double number) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), end};
}

/// One value of a flag; a list within a list is none.
std::optional<std::string> flag_value(const TableReader& flags,
                                      std::string_view name,
                                      const Raw& raw) {
  if (const auto* const integer = raw.as<std::int64_t>()) {
    return std::to_string(*integer);
  }
  if (const auto* const number = raw.as<double>(); number != nullptr && std::isfinite(*number)) {
    return number_text(*number);
  }
  if (raw.as<std::string>() != nullptr) {
    const auto text = flags.as_text(name, raw);
    return text ? std::optional{text->value} : std::nullopt;
  }
  flags.error(
      name,
      raw.place,
      "a flag can't be " +
          std::string{raw.as<double>() != nullptr ? "infinite or not a number" : kind_of(raw)},
      "write a string, a number, true for a switch, or a list of strings");
  return std::nullopt;
}

FlagKey read_flag(const TableReader& flags, const Entry& entry) {
  FlagKey flag{entry.key, {}};
  if (const bool* const is_on = entry.value.as<bool>()) {
    flag.values.resize(*is_on ? 1 : 0);
    return flag;
  }
  const auto* const list = entry.value.as<RawList>();
  if (list == nullptr) {
    flag.values.push_back(flag_value(flags, entry.key, entry.value));
    return flag;
  }
  for (const Raw& item : *list) {
    flag.values.push_back(flag_value(flags, entry.key, item));
  }
  return flag;
}

std::vector<FlagKey> read_flags(const TableReader& flags) {
  std::vector<FlagKey> out;
  for (const Entry& entry : flags.entries()) {
    if (const auto name = check_flag(entry.key); !name) {
      flags.error(entry.key, entry.place, name.error());
      continue;
    }
    out.push_back(read_flag(flags, entry));
  }
  return out;
}

std::vector<VariableKey> read_env(const TableReader& env) {
  std::vector<VariableKey> out;
  for (const Entry& entry : env.entries()) {
    const auto value = env.as_text(entry.key, entry.value);
    if (const auto name = check_variable(entry.key); !name) {
      env.error(entry.key, entry.place, name.error());
    } else if (value) {
      out.push_back({entry.key, value->value});
    }
  }
  return out;
}

/// The values of one unit key; systemd spells booleans yes and no.
std::vector<std::string> unit_values(const TableReader& section, const Entry& entry) {
  if (const auto* const integer = entry.value.as<std::int64_t>()) {
    return {std::to_string(*integer)};
  }
  if (const auto* const is_on = entry.value.as<bool>()) {
    return {*is_on ? "yes" : "no"};
  }
  std::vector<std::string> values;
  const auto* const list = entry.value.as<RawList>();
  const RawList alone{list == nullptr ? entry.value : Raw{}};
  for (const Raw& item : list == nullptr ? alone : *list) {
    if (const auto text =
            section.checked(entry.key, section.as_text(entry.key, item), check_unit_value)) {
      values.push_back(text->value);
    }
  }
  return values;
}

std::vector<UnitKey> read_unit(const TableReader& unit) {
  std::vector<UnitKey> out;
  for (const Entry& entry : unit.entries()) {
    if (const auto name = check_unit_section(entry.key); !name) {
      unit.error(entry.key, entry.place, name.error());
      continue;
    }
    const TableReader section = unit.table(entry.key);
    for (const Entry& key : section.entries()) {
      if (const auto name = check_unit_key(entry.key, key.key); !name) {
        section.error(key.key, key.place, name.error());
        continue;
      }
      out.push_back({entry.key, key.key, unit_values(section, key)});
    }
  }
  return out;
}

template <class T>
const std::optional<T>& first_given(const std::optional<T>& own, const std::optional<T>& fallback) {
  return own ? own : fallback;
}

/// Replace each of `own` in its place, and add the new ones behind.
template <class Key, class Same>
std::vector<Key> merged(std::vector<Key> keys, const std::vector<Key>& own, const Same& same) {
  for (const Key& key : own) {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const Key& other) { return same(key, other); });
    if (found == keys.end()) {
      keys.push_back(key);
    } else {
      *found = key;
    }
  }
  return keys;
}

}  // namespace

std::optional<Text> find_checked(const TableReader& table,
                                 std::string_view key,
                                 Checked<std::string> (*check)(std::string_view)) {
  const auto text = table.find_string(key);
  return text && text->value.empty() ? text : table.checked(key, text, check);
}

ServiceKeys read_service_keys(const TableReader& table) {
  ServiceKeys keys;
  keys.address = table.checked("address", table.find_string("address"), check_address);
  keys.command = table.find_command("command");
  keys.user = table.checked("user", table.find_string("user"), check_user);
  keys.from = table.find_string("from");
  keys.keyring_backend = table.find_word("keyring_backend");
  keys.geolocation = table.find_integer("geolocation", 1, k_global_geolocation);
  keys.log_level = table.find_word("log_level");
  keys.node = table.checked("node", table.find_string("node"), check_node);
  if (keys.node && names_a_user(keys.node->value)) {
    table.warning("node",
                  keys.node->place,
                  "names a user or password, which lavap's command line shows to all of this host",
                  "let a proxy on loopback add them, and name that");
  }
  keys.flags = read_flags(table.table("flags"));
  keys.env = read_env(table.table("env"));
  keys.log = table.find_word("log");
  keys.enabled = table.find_boolean("enabled");
  keys.version = table.checked("version", table.find_string("version"), parse_version_choice);
  keys.health = read_health(table.table("health"));
  keys.unit = read_unit(table.table("unit"));
  return keys;
}

ServiceKeys laid_over(const ServiceKeys& defaults, const ServiceKeys& own) {
  const auto same_name = [](const auto& a, const auto& b) {
    return a.name == b.name;
  };
  const auto same_key = [](const UnitKey& a, const UnitKey& b) {
    return a.section == b.section && a.name == b.name;
  };
  ServiceKeys out;
  out.address = first_given(own.address, defaults.address);
  out.command = first_given(own.command, defaults.command);
  out.user = first_given(own.user, defaults.user);
  out.from = first_given(own.from, defaults.from);
  out.keyring_backend = first_given(own.keyring_backend, defaults.keyring_backend);
  out.geolocation = first_given(own.geolocation, defaults.geolocation);
  out.log_level = first_given(own.log_level, defaults.log_level);
  out.node = first_given(own.node, defaults.node);
  out.flags = merged(defaults.flags, own.flags, same_name);
  out.env = merged(defaults.env, own.env, same_name);
  out.log = first_given(own.log, defaults.log);
  out.enabled = first_given(own.enabled, defaults.enabled);
  out.version = first_given(own.version, defaults.version);
  out.health.settle = first_given(own.health.settle, defaults.health.settle);
  out.health.timeout = first_given(own.health.timeout, defaults.health.timeout);
  out.health.http = first_given(own.health.http, defaults.health.http);
  out.health.tcp = first_given(own.health.tcp, defaults.health.tcp);
  out.health.command = first_given(own.health.command, defaults.health.command);
  out.unit = merged(defaults.unit, own.unit, same_key);
  return out;
}

}  // namespace lavavisor::config
