// A unit is sections of keys, the operator's laid over ours, then signed with its digest.
// SPDX-License-Identifier: Apache-2.0
#include "plan/unit_text.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "model/layout.hpp"
#include "model/running.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

namespace lavavisor::plan {
namespace {

using model::Desired;
using model::Scope;
using model::Service;
using model::ServiceType;

constexpr std::size_t k_digest_digits = 16;
constexpr std::string_view k_digest_place = "@LAVAVISOR_UNIT@";
constexpr std::string_view k_digest_place_escaped = "\\x40LAVAVISOR_UNIT\\x40";  // said by others
constexpr std::size_t k_usual_size = 2048;  ///< bytes; most units are smaller

/// The names are literals or the operator's, who outlive the text's making.
struct Key {
  std::string_view name;
  std::string value;
};

struct Section {
  std::string_view name;
  std::vector<Key> keys;
};

/// Escape within double quotes; `%` is a specifier everywhere in a unit (systemd.unit(5)).
std::string escape_quoted(std::string_view text) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (c == '%') {
      escaped += "%%";
    } else if (byte < 0x20 || byte == 0x7f) {
      escaped += "\\x";
      escaped += k_hex[byte >> 4U];
      escaped += k_hex[byte & 0xfU];
    } else {
      escaped += c;
    }
  }
  return base::replace_all(std::move(escaped), k_digest_place, k_digest_place_escaped);
}

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view{"-_./:=,@+"}.find(c) != std::string_view::npos;
}

std::string quote(std::string_view text) {
  return "\"" + escape_quoted(text) + "\"";
}

void add_flag(std::vector<std::string>& words, const std::string& name, const std::string& value) {
  if (!value.empty()) {
    words.push_back("--" + name);
    words.push_back(value);
  }
}

void add_common_flags(std::vector<std::string>& words,
                      const Desired& desired,
                      const Service& service) {
  add_flag(words, "from", service.from);
  add_flag(words, "geolocation", std::to_string(service.geolocation));
  add_flag(words, "chain-id", desired.chain.id);
  add_flag(words, "keyring-backend", service.keyring_backend);
  add_flag(words, "node", service.node);
}

void add_operator_flags(std::vector<std::string>& words, const Service& service) {
  for (const auto& flag : service.flags) {
    words.push_back("--" + flag.name);
    if (flag.value) {
      words.push_back(*flag.value);
    }
  }
}

std::string type_word(ServiceType type) {
  switch (type) {
    case ServiceType::provider:
      return "provider";
    case ServiceType::consumer:
      return "consumer";
    case ServiceType::cache:
      return "cache";
    case ServiceType::custom:
      return "service";
  }
  return {};
}

std::string exec_start(const std::vector<std::string>& words) {
  std::string line = escape_word(words.front(), Word::program);
  for (auto word = words.begin() + 1; word != words.end(); ++word) {
    line += " " + escape_word(*word, Word::argument);
  }
  return line;
}

/// What lavap bears: it needs the network, its home and its user's keyring, nothing of the kernel.
/// A user manager can set up only what needs no privileges.
void add_hardening(std::vector<Key>& keys, Scope scope) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> k_system = {{
      {"NoNewPrivileges", "yes"},
      {"PrivateTmp", "yes"},
      {"ProtectSystem", "full"},
      {"ProtectKernelTunables", "yes"},
      {"ProtectKernelModules", "yes"},
      {"ProtectKernelLogs", "yes"},
      {"ProtectControlGroups", "yes"},
      {"ProtectClock", "yes"},
      {"ProtectHostname", "yes"},
      {"RestrictSUIDSGID", "yes"},
      {"RestrictRealtime", "yes"},
      {"LockPersonality", "yes"},
      {"SystemCallArchitectures", "native"},
      {"RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"},
  }};
  const std::size_t some = scope == Scope::user ? 1 : k_system.size();
  for (const auto& [name, value] : std::span{k_system}.first(some)) {
    keys.push_back({name, std::string{value}});
  }
}

/// Where output goes; the journal is systemd's own choice. The path is taken as it stands but for
/// specifiers (systemd.exec(5), StandardOutput=).
void add_log(std::vector<Key>& keys, const Desired& desired, const Service& service) {
  if (service.log == model::LogTo::journal) {
    return;
  }
  const auto file = model::log_file(desired.directory, service.name).string();
  const std::string value = "append:" + base::replace_all(file, "%", "%%");
  keys.push_back({"StandardOutput", value});
  keys.push_back({"StandardError", value});
}

std::vector<Key> service_keys(const Desired& desired,
                              const Service& service,
                              const model::Release& release) {
  std::vector<Key> keys;
  keys.reserve(32);
  keys.push_back({"Type", "exec"});
  if (desired.systemd.scope != Scope::user && !service.user.empty()) {
    keys.push_back({"User", service.user});
  }
  for (const auto& [name, value] : service.env) {
    keys.push_back({"Environment", quote(name + "=" + value)});
  }
  keys.push_back({"ExecStart", exec_start(command_line(desired, service, release))});
  add_log(keys, desired, service);
  keys.push_back({"Restart", "always"});
  keys.push_back({"RestartSec", "5s"});
  keys.push_back({"KillSignal", "SIGINT"});
  keys.push_back({"KillMode", "mixed"});
  keys.push_back({"TimeoutStopSec", "60s"});
  keys.push_back({"LimitNOFILE", "1048576"});
  add_hardening(keys, desired.systemd.scope);
  return keys;
}

/// Keys of which systemd takes every line: the operator's come beside ours (systemd.unit(5)).
bool accumulates(std::string_view key) {
  return key == "Environment" || key == "After" || key == "Wants";
}

/// Lay the operator's keys over `section`: theirs take the place of ours, new ones come behind.
void lay_over(Section& section,
              const std::vector<std::pair<std::string, std::vector<std::string>>>& keys) {
  for (const auto& [name, values] : keys) {
    const auto same = [&name = name](const Key& key) {
      return key.name == name;
    };
    auto place = std::find_if(section.keys.begin(), section.keys.end(), same);
    auto index = place - section.keys.begin();
    if (!accumulates(name)) {
      std::erase_if(section.keys, same);
    }
    index = std::min<std::ptrdiff_t>(index, std::ssize(section.keys));
    for (const auto& value : values) {
      section.keys.insert(section.keys.begin() + index, {name, value});
      ++index;
    }
  }
}

std::vector<Section> sections(const Desired& desired,
                              const Service& service,
                              const model::Release& release) {
  const bool user_scope = desired.systemd.scope == Scope::user;
  std::vector<Section> all;
  all.reserve(4 + service.unit.size());
  all.push_back({"Unit",
                 {{"Description", "Lava " + type_word(service.type) + " " + service.name},
                  {"Documentation", "man:lavavisor(1)"},
                  {"Wants", "network-online.target"},
                  {"After", "network-online.target"}}});
  all.push_back({"Service", service_keys(desired, service, release)});
  all.push_back({"Install", {{"WantedBy", user_scope ? "default.target" : "multi-user.target"}}});
  for (const auto& [name, keys] : service.unit) {
    const auto same = [&name = name](const Section& section) {
      return section.name == name;
    };
    auto place = std::find_if(all.begin(), all.end(), same);
    lay_over(place == all.end() ? all.emplace_back(Section{name, {}}) : *place, keys);
  }
  for (auto& section : all) {
    if (section.name == "Service") {
      section.keys.push_back({"Environment", "LAVAVISOR_UNIT=" + std::string{k_digest_place}});
    }
  }
  all.push_back(
      {"X-Lavavisor", {{"Release", release.name}, {"Digest", std::string{k_digest_place}}}});
  if (!service.config_text.empty()) {
    all.back().keys.push_back({"ConfigSHA256", base::sha256_hex(service.config_text)});
  }
  return all;
}

std::string digest_of(std::string_view text_with_places) {
  return base::sha256_hex(text_with_places).substr(0, k_digest_digits);
}

}  // namespace

std::string escape_word(std::string_view word, Word place) {
  const bool is_placeholder = word.find(k_digest_place) != std::string_view::npos;
  if (!word.empty() && !is_placeholder && std::all_of(word.begin(), word.end(), is_plain)) {
    return std::string{word};
  }
  std::string text = quote(word);
  return place == Word::program ? text : base::replace_all(std::move(text), "$", "$$");
}

std::vector<std::string> command_line(const Desired& desired,
                                      const Service& service,
                                      const model::Release& release) {
  std::vector<std::string> words = {model::binary_file(desired.directory, release).string()};
  switch (service.type) {
    case ServiceType::provider:
    case ServiceType::consumer:
      words.emplace_back(service.type == ServiceType::provider ? "rpcprovider" : "rpcconsumer");
      words.push_back(model::lavap_config_file(desired.directory, service.name).string());
      add_common_flags(words, desired, service);
      add_flag(words, "log_level", service.log_level);
      break;
    case ServiceType::cache:
      words.insert(words.end(), {"cache", service.address});
      add_flag(words, "log_level", service.log_level);
      break;
    case ServiceType::custom:
      if (service.command.front() == "lavap" || service.command.front().ends_with("/lavap")) {
        words.insert(words.end(), service.command.begin() + 1, service.command.end());
      } else {
        words = service.command;
      }
      break;
  }
  add_operator_flags(words, service);
  return words;
}

std::string unit_text(const Desired& desired,
                      const Service& service,
                      const model::Release& release) {
  std::string text =
      "# Managed by lavavisor\n"
      "# What is changed here by hand is undone: change the configuration and apply it.\n";
  text.reserve(k_usual_size);
  for (const auto& section : sections(desired, service, release)) {
    text.append(section.name == "Unit" ? "[" : "\n[").append(section.name).append("]\n");
    for (const auto& key : section.keys) {
      text.append(key.name).append("=").append(key.value).append("\n");
    }
  }
  const std::string digest = digest_of(text);
  return base::replace_all(std::move(text), k_digest_place, digest);
}

std::string digest_in(std::string_view unit_text) {
  return model::unit_value(unit_text, "X-Lavavisor", "Digest").value_or("");
}

bool is_signed_with(std::string_view made, std::string_view digest) {
  constexpr std::string_view k_key = "\nDigest=";
  const auto key = made.rfind(k_key);
  return key != std::string_view::npos && digest.size() == k_digest_digits &&
         made.substr(key + k_key.size(), k_digest_digits) == digest;
}

bool is_untouched(std::string_view unit_text) {
  const std::string digest = digest_in(unit_text);
  return digest.size() == k_digest_digits &&
         digest_of(base::replace_all(std::string{unit_text}, digest, k_digest_place)) == digest;
}

}  // namespace lavavisor::plan
