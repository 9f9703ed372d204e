// The reader of observed.json; what it does not know is an error, so that a case can't mislead.
// SPDX-License-Identifier: Apache-2.0
#include "observed_json.hpp"

#include "base/sha256.hpp"
#include "model/layout.hpp"
#include "plan/unit_text.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

namespace lavavisor::plan::testing_scene {
namespace {

using Value = rapidjson::Value;
using model::Observed;
using model::Release;

/// An object of which every member has to be known.
class Object {
 public:
  Object(const Value& value, const std::set<std::string>& known) : m_value{value} {
    for (const auto& member : value.GetObject()) {
      if (!known.contains(member.name.GetString())) {
        throw std::runtime_error{std::string{"unknown key "} + member.name.GetString()};
      }
    }
  }

  const Value* find(const char* key) const {
    const auto member = m_value.FindMember(key);
    return member == m_value.MemberEnd() ? nullptr : &member->value;
  }
  std::string text(const char* key, std::string otherwise = "") const {
    const auto* value = find(key);
    return value == nullptr ? otherwise : value->GetString();
  }
  bool flag(const char* key, bool otherwise) const {
    const auto* value = find(key);
    return value == nullptr ? otherwise : value->GetBool();
  }
  unsigned number(const char* key, unsigned otherwise) const {
    const auto* value = find(key);
    return value == nullptr ? otherwise : value->GetUint();
  }
  base::TimePoint time(const char* key, base::TimePoint otherwise) const {
    const auto* value = find(key);
    return value == nullptr ? otherwise : base::parse_time(value->GetString()).value();
  }

 private:
  const Value& m_value;
};

model::Version version(const std::string& text) {
  return model::parse_version(text).value();
}

model::ChainVersions versions(const Object& object) {
  const auto target = object.text("target");
  const auto min = object.text("min");
  return {
      {version(target), version(min)},
      {version(object.text("consumer_target", target)), version(object.text("consumer_min", min))}};
}

const std::set<std::string> k_version_keys = {
    "target", "min", "consumer_target", "consumer_min", "error", "name", "endpoints"};

void read_chain(const Value& value, Observed& observed) {
  const Object chain{value, k_version_keys};
  if (const auto error = chain.text("error"); !error.empty()) {
    observed.chain.versions = base::fail(error);
    return;
  }
  observed.chain.versions = versions(chain);
  observed.chain.height = 100;
  observed.chain.agreed = 1;
  const auto* endpoints = chain.find("endpoints");
  if (endpoints == nullptr) {
    return;
  }
  for (const auto& each : endpoints->GetArray()) {
    const Object endpoint{each, k_version_keys};
    const auto error = endpoint.text("error");
    observed.chain.endpoints.push_back(
        {endpoint.text("name"),
         error.empty() ? base::Result<model::ChainVersions>{versions(endpoint)} : base::fail(error),
         100});
  }
}

void read_installed(const Value& value, Observed& observed) {
  for (const auto& member : value.GetObject()) {
    const Release release{member.name.GetString()};
    model::BinaryRecord record{release,
                               base::sha256_hex(release.name),
                               {},
                               model::BinarySource::downloaded,
                               {},
                               observed.at};
    std::string error;
    if (member.value.IsString()) {
      record.reported = version(member.value.GetString());
    } else {
      const Object binary{member.value, {"reports", "source", "error"}};
      error = binary.text("error");
      record.reported = version(binary.text("reports", "0.0.0"));
      record.source = binary.text("source") == "placed" ? model::BinarySource::placed
                                                        : model::BinarySource::downloaded;
    }
    model::Binary binary{release, 157'286'400, record};
    if (!error.empty()) {
      binary.record = base::fail(error);
    }
    observed.binaries.insert_or_assign(release, std::move(binary));
  }
}

void read_link(const Value& value, Observed& observed) {
  if (value.IsString()) {
    observed.link.release = Release{value.GetString()};
  } else {
    observed.link.foreign = Object{value, {"foreign"}}.text("foreign");
  }
}

const model::Service* find_service(const model::Desired& desired, const std::string& name) {
  const auto found = std::find_if(desired.services.begin(),
                                  desired.services.end(),
                                  [&name](const auto& service) { return service.name == name; });
  return found == desired.services.end() ? nullptr : &*found;
}

std::string text_of(const model::Desired& desired,
                    const model::Service* service,
                    const Release& release) {
  return service == nullptr
             ? "# Managed by lavavisor\n[X-Lavavisor]\nRelease=" + release.name + "\n"
             : unit_text(desired, *service, release);
}

model::UnitState read_unit(const Value& value,
                           const model::Desired& desired,
                           const std::string& name,
                           base::TimePoint at) {
  const Object unit{value,
                    {"release",
                     "runs",
                     "edited",
                     "state",
                     "sub_state",
                     "config",
                     "linked",
                     "enabled",
                     "foreign",
                     "needs_reload",
                     "restarts",
                     "started",
                     "digest",
                     "exe_replaced",
                     "no_text",
                     "text",
                     "no_config",
                     "without_flags"}};
  const auto* service = find_service(desired, name);
  model::UnitState state;
  state.file.foreign = unit.text("foreign");
  if (!state.file.foreign.empty()) {
    return state;
  }
  const Release release{unit.text("release")};
  auto before = service == nullptr ? model::Service{} : *service;
  if (unit.flag("without_flags", false)) {
    before.flags.clear();
  }
  const auto* as_it_was = service == nullptr ? nullptr : &before;
  const auto text = text_of(desired, as_it_was, release);
  if (!unit.flag("no_text", false)) {
    state.file.text = unit.flag("edited", false) ? text + "# by hand\n" : unit.text("text", text);
  }
  state.file.modified = at - std::chrono::hours{1};
  if (service != nullptr && !service->config_path.empty() && !unit.flag("no_config", false)) {
    const auto config = unit.text("config", service->config_text);
    state.file.config_sha256 = base::sha256_hex(config);
  }
  state.file.linked = unit.flag("linked", true);
  state.file.enabled = unit.flag("enabled", true);
  const auto active = unit.text("state", "active");
  state.service =
      model::ServiceState{"loaded",
                          active,
                          unit.text("sub_state", active == "active" ? "running" : "dead"),
                          active == "failed" ? "exit-code" : "success",
                          unit.flag("needs_reload", false),
                          unit.number("restarts", 0),
                          "",
                          {}};
  if (active == "active") {
    const Release runs{unit.text("runs", release.name)};
    state.service->process =
        model::Process{4711,
                       unit.time("started", at - std::chrono::minutes{59}),
                       model::binary_file(desired.directory, runs),
                       unit.flag("exe_replaced", false),
                       unit.text("digest", digest_in(text_of(desired, as_it_was, runs)))};
  }
  return state;
}

void read_memory(const Value& value, Observed& observed) {
  const Object memory{value, {"last_known", "target_since", "quarantine", "upgrades", "failures"}};
  if (const auto* known = memory.find("last_known")) {
    observed.memory.last_known = {
        versions(Object{*known, k_version_keys}), 90, observed.at - std::chrono::minutes{5}};
  }
  if (const auto* since = memory.find("target_since")) {
    for (const auto& member : since->GetObject()) {
      observed.memory.target_since[version(member.name.GetString())] =
          base::parse_time(member.value.GetString()).value();
    }
  }
  if (const auto* quarantine = memory.find("quarantine")) {
    for (const auto& member : quarantine->GetObject()) {
      const Object entry{member.value, {"reason", "at", "tries"}};
      const Release release{member.name.GetString()};
      observed.memory.quarantine[release] = {entry.text("reason"),
                                             entry.time("at", observed.at),
                                             base::sha256_hex(release.name),
                                             entry.number("tries", 1)};
    }
  }
  if (const auto* upgrades = memory.find("upgrades")) {
    for (const auto& member : upgrades->GetObject()) {
      const Object entry{member.value, {"from", "to", "at"}};
      observed.memory.upgrades[member.name.GetString()] = {
          Release{entry.text("from")}, Release{entry.text("to")}, entry.time("at", observed.at)};
    }
  }
  if (const auto* failures = memory.find("failures")) {
    for (const auto& member : failures->GetObject()) {
      const Object entry{member.value, {"error", "retry_at"}};
      observed.memory.failures[Release{member.name.GetString()}] = {
          entry.text("error"), entry.time("retry_at", base::TimePoint::max())};
    }
  }
}

}  // namespace

Observed decode_observed(const std::string& text, const model::Desired& desired) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseCommentsFlag>(text.c_str());
  if (document.HasParseError()) {
    throw std::runtime_error{rapidjson::GetParseError_En(document.GetParseError())};
  }
  const Object root{
      document,
      {"at", "chain", "installed", "link", "units", "missing_users", "manager", "memory"}};
  Observed observed;
  observed.at = root.time("at", base::parse_time("2026-11-25T12:00:00Z").value());
  read_chain(*root.find("chain"), observed);
  if (const auto* installed = root.find("installed")) {
    read_installed(*installed, observed);
  }
  if (const auto* link = root.find("link")) {
    read_link(*link, observed);
  }
  if (const auto* units = root.find("units")) {
    for (const auto& member : units->GetObject()) {
      const std::string name = member.name.GetString();
      observed.units.emplace(name, read_unit(member.value, desired, name, observed.at));
    }
  }
  if (const auto* users = root.find("missing_users")) {
    for (const auto& user : users->GetArray()) {
      observed.missing_users.insert(user.GetString());
    }
  }
  if (const auto error = root.text("manager"); !error.empty()) {
    observed.manager = base::fail(error);
  }
  if (const auto* memory = root.find("memory")) {
    read_memory(*memory, observed);
  }
  return observed;
}

}  // namespace lavavisor::plan::testing_scene
