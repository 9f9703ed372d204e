// Names are tried in one fixed order, so that the same request always ends at the same name.
// SPDX-License-Identifier: Apache-2.0
#include "compat/service_name.hpp"

#include "config/lavap_yaml.hpp"
#include "config/names.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>

namespace lavavisor::compat {

namespace {

std::string type_suffix(model::ServiceType type) {
  return type == model::ServiceType::consumer ? "-consumer" : "-provider";
}

/// What a unit's name can't have becomes "-".
std::string as_name(std::string text) {
  for (char& c : text) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view{":_.-"}.find(c) != std::string_view::npos;
    c = fine ? c : '-';
  }
  return text;
}

/// The name that stands at place `index` of the order.
std::string candidate(const std::string& plain, model::ServiceType type, std::size_t index) {
  if (index == 0) {
    return plain;
  }
  const std::string typed = plain + type_suffix(type);
  return index == 1 ? typed : typed + "-" + std::to_string(index);
}

const NamedService* find(const std::vector<NamedService>& taken, const std::string& name) {
  const auto found = std::find_if(
      taken.begin(), taken.end(), [&](const NamedService& each) { return each.name == name; });
  return found == taken.end() ? nullptr : &*found;
}

}  // namespace

std::vector<NamedService> named_services(const model::Desired& desired) {
  std::vector<NamedService> named;
  for (const model::Service& service : desired.services) {
    named.push_back({service.name, service.type, service.config_path});
  }
  return named;
}

base::Result<std::string> service_name(const NameRequest& request,
                                       const std::vector<NamedService>& taken) {
  const std::string plain = as_name(request.from + "-" + request.chain);
  if (const auto valid = config::check_service_name(plain); !valid) {
    return base::fail("no service name can be made of the key '" + request.from +
                      "' and the chain '" + request.chain + "': " + valid.error().message);
  }
  std::optional<std::string> free;
  for (std::size_t index = 0; index <= taken.size() + 1; ++index) {
    const std::string name = candidate(plain, request.type, index);
    const NamedService* const owner = find(taken, name);
    if (owner != nullptr && owner->type == request.type && owner->config == request.config) {
      return name;
    }
    if (owner == nullptr && !free) {
      free = name;
    }
  }
  return *free;  // there are more candidates than names taken
}

base::Result<std::string> first_chain(const std::filesystem::path& file, model::ServiceType type) {
  config::Findings findings{file.string()};
  const auto yaml = config::read_lavap_yaml(file, type, findings);
  if (!yaml) {
    return tl::make_unexpected(yaml.error());
  }
  for (const config::Finding& each : findings.sorted()) {
    if (each.severity == config::Finding::Severity::error) {
      return base::fail(each.file + ":" + std::to_string(each.line) + ":" +
                        std::to_string(each.column) + ": " + each.message);
    }
  }
  try {
    return YAML::Load(yaml->source->text())["endpoints"][0]["chain-id"].as<std::string>();
  } catch (const YAML::Exception&) {
    return base::fail(file.string() + ": the first endpoint has no chain-id");
  }
}

}  // namespace lavavisor::compat
