// [[service]]: what each type needs and takes, its defaults, its lavap YAML.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"
#include "config/addresses.hpp"
#include "config/lavap_yaml.hpp"
#include "config/names.hpp"
#include "config/sections.hpp"
#include "config/service_keys.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace lavavisor::config {

namespace {

using model::Service;
using model::ServiceType;

constexpr unsigned k_provider = 1U << static_cast<unsigned>(ServiceType::provider);
constexpr unsigned k_consumer = 1U << static_cast<unsigned>(ServiceType::consumer);
constexpr unsigned k_cache = 1U << static_cast<unsigned>(ServiceType::cache);
constexpr unsigned k_custom = 1U << static_cast<unsigned>(ServiceType::custom);

/// Keys that not every type takes; the others are for all.
constexpr std::array<std::pair<std::string_view, unsigned>, 9> k_fits{{
    {"config", k_provider | k_consumer},
    {"from", k_provider | k_consumer},
    {"keyring_backend", k_provider | k_consumer},
    {"geolocation", k_provider | k_consumer},
    {"node", k_provider | k_consumer},
    {"log_level", k_provider | k_consumer | k_cache},
    {"flags", k_provider | k_consumer | k_cache},
    {"address", k_cache},
    {"command", k_custom},
}};

constexpr std::array<std::pair<std::string_view, ServiceType>, 4> k_types{{
    {"provider", ServiceType::provider},
    {"consumer", ServiceType::consumer},
    {"cache", ServiceType::cache},
    {"custom", ServiceType::custom},
}};

bool takes(ServiceType type, std::string_view key) {
  const auto rule = std::find_if(
      k_fits.begin(), k_fits.end(), [&](const auto& each) { return each.first == key; });
  return rule == k_fits.end() || (rule->second & (1U << static_cast<unsigned>(type))) != 0;
}

ServiceType type_of(std::string_view word) {
  return std::find_if(
             k_types.begin(), k_types.end(), [&](const auto& each) { return each.first == word; })
      ->second;
}

std::string name_of(ServiceType type) {
  return std::string{k_types[static_cast<std::size_t>(type)].first};
}

/// Reads all services of a file; knows what must be unique among them.
class ServiceReader {
 public:
  ServiceReader(const TableReader& root, const model::ChainSettings& chain, model::Scope scope)
      : m_context(root.context()), m_chain(chain), m_scope(scope) {
    const TableReader defaults = root.table("defaults");
    refuse_user_in_user_scope(defaults);
    m_defaults = read_service_keys(defaults);
  }

  Service read(const TableReader& table);

 private:
  std::string read_name(const TableReader& table);
  std::optional<ServiceType> read_type(const TableReader& table) const;
  void refuse_user_in_user_scope(const TableReader& table) const;
  void refuse_misfits(const TableReader& table, ServiceType type) const;
  void fill(Service& service, const TableReader& table, const ServiceKeys& keys) const;
  void fill_lavap(Service& service, const TableReader& table, const ServiceKeys& keys) const;
  void fill_cache(Service& service, const TableReader& table, const ServiceKeys& keys);
  void fill_custom(Service& service, const TableReader& table, const ServiceKeys& keys) const;
  std::string node(const TableReader& table, const ServiceKeys& keys) const;
  void read_yaml(Service& service, const TableReader& table);

  const Context& m_context;
  const model::ChainSettings& m_chain;
  model::Scope m_scope;
  ServiceKeys m_defaults;
  std::map<std::string, Place> m_names;  ///< of the services so far
  AddressBook m_addresses;
};

Service ServiceReader::read(const TableReader& table) {
  const ServiceKeys own = read_service_keys(table);
  const ServiceKeys keys = laid_over(m_defaults, own);
  Service service;
  service.name = read_name(table);
  if (const auto digest = find_checked(table, "adopt", check_sha256)) {
    service.adopt = digest->value;
  }
  refuse_user_in_user_scope(table);
  fill(service, table, keys);
  const auto type = read_type(table);
  if (!type) {
    return service;
  }
  service.type = *type;
  refuse_misfits(table, *type);
  switch (*type) {
    case ServiceType::provider:
    case ServiceType::consumer:
      fill_lavap(service, table, keys);
      read_yaml(service, table);
      break;
    case ServiceType::cache:
      fill_cache(service, table, keys);
      break;
    case ServiceType::custom:
      fill_custom(service, table, keys);
      break;
  }
  return service;
}

std::string ServiceReader::read_name(const TableReader& table) {
  if (!table.has("name")) {
    table.error("name", table.place(), "is required");
    return "";
  }
  const auto name = table.checked("name", table.find_string("name"), check_service_name);
  if (!name) {
    return "";
  }
  const auto [first, is_new] = m_names.emplace(name->value, name->place);
  if (!is_new) {
    table.error("name",
                name->place,
                in_quotes(name->value) + " is taken by the service " +
                    (first->second.source == name->place.source
                         ? "on line " + std::to_string(first->second.line)
                         : "in " + to_string(first->second)));
  }
  return name->value;
}

std::optional<ServiceType> ServiceReader::read_type(const TableReader& table) const {
  if (!table.has("type")) {
    table.error("type",
                table.place(),
                "is required",
                "one of " + alternatives(find_key("service[].type")->words));
  }
  const auto word = table.find_word("type");
  return word ? std::optional{type_of(word->value)} : std::nullopt;
}

void ServiceReader::refuse_user_in_user_scope(const TableReader& table) const {
  if (m_scope == model::Scope::user && table.has("user")) {
    table.error("user",
                table.place_of("user"),
                "in scope 'user' all services run as the one user whose manager it is",
                "leave it out");
  }
}

void ServiceReader::refuse_misfits(const TableReader& table, ServiceType type) const {
  for (const Entry& entry : table.entries()) {
    if (!takes(type, entry.key)) {
      table.error(
          entry.key, entry.place, "is not for a service of type " + in_quotes(name_of(type)));
    }
  }
}

/// What every type has.
void ServiceReader::fill(Service& service,
                         const TableReader& table,
                         const ServiceKeys& keys) const {
  const bool has_user = m_scope != model::Scope::user;
  service.user = !has_user ? "" : keys.user ? keys.user->value : find_key("service[].user")->preset;
  for (const VariableKey& variable : keys.env) {
    service.env[variable.name] = variable.value;
  }
  service.log = keys.log && keys.log->value == "file" ? model::LogTo::file : model::LogTo::journal;
  service.enabled = !keys.enabled || keys.enabled->value;
  if (keys.version) {
    service.version = keys.version->value;
  }
  const HealthKeys& health = keys.health;
  service.health.settle = health.settle ? health.settle->value : service.health.settle;
  service.health.timeout = health.timeout ? health.timeout->value : service.health.timeout;
  service.health.http = health.http ? health.http->value : "";
  service.health.tcp = health.tcp ? health.tcp->value : "";
  service.health.command = health.command ? health.command->value : std::vector<std::string>{};
  if (service.health.timeout <= service.health.settle) {
    const Place at = health.timeout  ? health.timeout->place
                     : health.settle ? health.settle->place
                                     : table.place();
    table.error("health.timeout",
                at,
                base::format_duration(service.health.timeout) +
                    " is not longer than health.settle (" +
                    base::format_duration(service.health.settle) + ")");
  }
  for (const UnitKey& key : keys.unit) {
    service.unit[key.section].emplace_back(key.name, key.values);
  }
}

std::vector<model::Flag> flags_of(const ServiceKeys& keys) {
  std::vector<model::Flag> flags;
  for (const FlagKey& flag : keys.flags) {
    for (const auto& value : flag.values) {
      flags.push_back({flag.name, value});
    }
  }
  return flags;
}

/// Where lavap answers for its health when it serves metrics on `address`; "" = nowhere, as for
/// lavap's own "disabled". A wildcard address is asked on the loopback.
std::string overall_health(const std::string& address) {
  const auto at = parse_host_port(address);
  if (!at) {
    return "";
  }
  const bool is_v6 = at->host.find(':') != std::string::npos;
  const std::string host = is_wildcard(at->host) ? "127.0.0.1"
                           : is_v6               ? "[" + at->host + "]"
                                                 : at->host;
  return "http://" + host + ":" + at->port + "/metrics/overall-health";
}

/// The health.http of a service that has none of its own, not even "": its metrics server's.
std::string preset_http(const model::Service& service) {
  const auto flag =
      std::find_if(service.flags.rbegin(), service.flags.rend(), [](const model::Flag& each) {
        return each.name == "metrics-listen-address" && each.value;
      });
  return flag == service.flags.rend() ? "" : overall_health(*flag->value);
}

std::string log_level_of(const ServiceKeys& keys) {
  return keys.log_level ? keys.log_level->value : find_key("service[].log_level")->preset;
}

/// What `lavap rpcprovider` and `lavap rpcconsumer` take.
void ServiceReader::fill_lavap(Service& service,
                               const TableReader& table,
                               const ServiceKeys& keys) const {
  service.from = keys.from ? keys.from->value : "";
  if (!keys.from && !table.has("from")) {
    table.warning("from", table.place(), "is not given, so lavap gets no key to sign with");
  }
  service.keyring_backend = keys.keyring_backend ? keys.keyring_backend->value
                                                 : find_key("service[].keyring_backend")->preset;
  service.geolocation = keys.geolocation ? static_cast<unsigned>(keys.geolocation->value) : 1;
  service.log_level = log_level_of(keys);
  service.node = node(table, keys);
  service.flags = flags_of(keys);
  if (!keys.health.http) {
    service.health.http = preset_http(service);
  }
}

std::string ServiceReader::node(const TableReader& table, const ServiceKeys& keys) const {
  if (keys.node) {
    return keys.node->value;
  }
  const auto& endpoints = m_chain.endpoints;
  const auto is_rpc = [](const model::Endpoint& endpoint) {
    return endpoint.kind == model::EndpointKind::rpc;
  };
  const auto usable = std::find_if(endpoints.begin(), endpoints.end(), [&](const auto& endpoint) {
    return is_rpc(endpoint) && !names_a_user(endpoint.url);
  });
  if (usable != endpoints.end()) {
    return usable->text;
  }
  if (!endpoints.empty() && !table.has("node")) {
    table.error("node",
                table.place(),
                std::any_of(endpoints.begin(), endpoints.end(), is_rpc)
                    ? "is required, because chain.endpoints name a user or password, which lavap's "
                      "command line would show to all of this host"
                    : "is required, because chain.endpoints has only REST endpoints and lavap "
                      "speaks CometBFT RPC",
                "such as node = \"tcp://127.0.0.1:26657\"");
  }
  return "";
}

void ServiceReader::fill_cache(Service& service,
                               const TableReader& table,
                               const ServiceKeys& keys) {
  service.log_level = log_level_of(keys);
  service.flags = flags_of(keys);
  if (keys.address) {
    service.address = keys.address->value;
    m_addresses.take(service.name,
                     {*parse_host_port(service.address), service.address, keys.address->place},
                     m_context.findings);
  } else if (!table.has("address")) {
    table.error("address",
                table.place(),
                "is required for a service of type 'cache'",
                "such as address = \"127.0.0.1:20100\"");
  }
}

void ServiceReader::fill_custom(Service& service,
                                const TableReader& table,
                                const ServiceKeys& keys) const {
  if (keys.command && !keys.command->value.empty()) {
    service.command = keys.command->value;
    if (const auto program = check_program(service.command.front()); !program) {
      table.error("command", keys.command->place, program.error());
    }
  } else if (keys.command || !table.has("command")) {
    table.error("command",
                keys.command ? keys.command->place : table.place(),
                "is required for a service of type 'custom'",
                "such as command = [\"lavap\", \"version\"]");
  }
}

void ServiceReader::read_yaml(Service& service, const TableReader& table) {
  const auto given = table.find_string("config");
  const auto path = table.find_path("config");
  if (!table.has("config") || (given && given->value.empty())) {
    table.error("config",
                table.place_of("config"),
                "is required for a service of type " + in_quotes(name_of(service.type)),
                "the YAML file that lavap is to read");
    return;
  }
  if (!given || !path) {
    return;
  }
  // The file is named, and read, as the operator would from where the TOML file was named.
  const bool is_relative = !given->value.starts_with('~') && !given->value.starts_with('/');
  const auto shown = is_relative ? m_context.named_folder / given->value : path->value;
  const auto yaml = read_lavap_yaml(shown, service.type, m_context.findings);
  if (!yaml) {
    table.error("config", given->place, yaml.error().message);
    return;
  }
  m_context.custody.take(path->value, yaml->source->ownership());
  service.config_path = path->value;
  service.config_text = yaml->source->text();
  for (const Listening& listening : yaml->addresses) {
    m_addresses.take(service.name, listening, m_context.findings);
  }
}

}  // namespace

std::vector<Service> read_services(const TableReader& root,
                                   const model::ChainSettings& chain,
                                   model::Scope scope) {
  ServiceReader reader{root, chain, scope};
  const Raw* const raw = root.find("service");
  if (raw == nullptr) {
    return {};
  }
  const auto* const list = raw->as<RawList>();
  if (list == nullptr) {
    root.error("service",
               raw->place,
               "expected a list of tables, found " + std::string{kind_of(*raw)},
               "write [[service]] with double brackets");
    return {};
  }
  std::vector<Service> services;
  for (const Raw& item : *list) {
    if (root.context().findings.is_full()) {
      break;
    }
    services.push_back(reader.read(TableReader{root.context(), &item, "service[]"}));
  }
  return services;
}

}  // namespace lavavisor::config
