// The table of keys; the schema, the man page and the readers are held against it.
// SPDX-License-Identifier: Apache-2.0
#include "config/keys.hpp"

#include <algorithm>
#include <map>

namespace lavavisor::config {

namespace {

constexpr std::string_view k_release_url =
    "https://github.com/lavanet/lava/releases/download/v{version}/lavap-v{version}-{os}-{arch}";
constexpr std::string_view k_checksums_url =
    "https://github.com/lavanet/lava/releases/download/v{version}/sha256sum.txt";
constexpr std::string_view k_source_url =
    "https://github.com/lavanet/lava/archive/refs/tags/v{version}.zip";

// clang-format off
std::vector<KeyInfo> common_keys() {
  return {
    {"directory",               "path",     "/var/lib/lavavisor for root, else ~/.lavavisor", {}},
    {"interval",                "duration", "15s", {}},

    {"chain.id",                "string",   "", {}, Need::required},
    {"chain.endpoints",         "list",     "", {}, Need::required},
    {"chain.quorum",            "integer",  "1", {}},
    {"chain.timeout",           "duration", "5s", {}},
    {"chain.max_block_age",     "duration", "5m", {}},

    {"binary.version",          "version",  "target", {}},
    {"binary.max_version",      "release",  "", {}},
    {"binary.target_delay",     "duration", "0s", {}},
    {"binary.auto_download",    "boolean",  "false", {}},
    {"binary.method",           "word",     "release", {"release", "build", "auto"}},
    {"binary.link",             "path",     "/usr/local/bin/lavap for root, else ~/.local/bin/lavap", {}},
    {"binary.allow_downgrade",  "boolean",  "false", {}},
    {"binary.keep",             "integer",  "3", {}},
    {"binary.verify",           "word",     "checksum", {"checksum", "signature", "none"}},
    {"binary.sha256.*",         "sha256",   "", {}},
    {"binary.releases.*",       "release",  "", {}},
    {"binary.release.url",        "template", std::string{k_release_url}, {}},
    {"binary.release.checksums",  "template", std::string{k_checksums_url}, {}},
    {"binary.release.signature",  "template", "", {}},
    {"binary.release.public_key", "keys",     "", {}},
    {"binary.release.ca_file",    "path",     "", {}},
    {"binary.release.max_size",   "size",     "1GiB", {}},
    {"binary.release.timeout",    "duration", "30m", {}},
    {"binary.build.url",        "template", std::string{k_source_url}, {}},
    {"binary.build.package",    "string",   "cmd/lavap, for releases before 0.22.0 cmd/lavad", {}},
    {"binary.build.go",         "string",   "go", {}},
    {"binary.build.sha256.*",   "sha256",   "", {}},

    {"systemd.scope",           "word",     "system for root, else user", {"system", "user", "none"}},
    {"systemd.create_link",     "boolean",  "true", {}},
    {"systemd.unit_dir",        "path",     "/etc/systemd/system, in user scope ~/.config/systemd/user", {}},

    {"rollout.max_parallel",    "integer",  "1", {}},
    {"rollout.on_failure",      "word",     "rollback", {"rollback", "halt"}},
    {"rollout.windows",         "list",     "[]", {}},
    {"rollout.lock",            "string",   "", {}, Need::later},
    {"rollout.slots",           "integer",  "1", {}, Need::later},

    {"hooks.pre_upgrade",       "list",     "[]", {}},
    {"hooks.post_upgrade",      "list",     "[]", {}},
    {"hooks.timeout",           "duration", "10m", {}},

    {"notify.webhook",          "url",      "", {}},
    {"notify.webhook_file",     "path",     "", {}},
    {"notify.token_file",       "path",     "", {}},
    {"notify.format",           "word",     "json", {"json", "slack", "discord", "telegram"}},
    {"notify.chat",             "string",   "", {}},
    {"notify.timeout",          "duration", "10s", {}},
    {"notify.host",             "string",   "", {}},

    {"metrics.listen",          "string",   "", {}},
    {"metrics.textfile",        "path",     "", {}},
  };
}

std::vector<KeyInfo> identity_keys() {
  return {
    {"name",   "string", "", {}, Need::required},
    {"type",   "word",   "", {"provider", "consumer", "cache", "custom"}, Need::required},
    {"config", "path",   "", {}},
    {"adopt",  "sha256", "", {}},
  };
}

/// What a service has and [defaults] may give.
std::vector<KeyInfo> service_keys() {
  return {
    {"address",         "string",   "", {}},
    {"command",         "list",     "[]", {}},
    {"user",            "string",   "lava", {}},
    {"from",            "string",   "", {}},
    {"keyring_backend", "word",     "test", {"os", "file", "kwallet", "pass", "test", "memory"}},
    {"geolocation",     "integer",  "1", {}},
    {"log_level",       "word",     "info", {"trace", "debug", "info", "warn", "error", "fatal", "panic", "disabled"}},
    {"node",            "string",   "the first RPC endpoint of chain.endpoints that names no user", {}},
    {"flags.*",         "flag",     "", {}},
    {"env.*",           "string",   "", {}},
    {"log",             "word",     "journal", {"journal", "file"}},
    {"enabled",         "boolean",  "true", {}},
    {"version",         "version",  "binary.version", {}},
    {"health.settle",   "duration", "10s", {}},
    {"health.timeout",  "duration", "60s", {}},
    {"health.http",     "url",      "", {}},
    {"health.tcp",      "string",   "", {}},
    {"health.command",  "list",     "[]", {}},
    {"unit.*.*",        "unit",     "", {}},
  };
}
// clang-format on

void append(std::vector<KeyInfo>& keys, const std::string& prefix, std::vector<KeyInfo> more) {
  for (KeyInfo& key : more) {
    key.path.insert(0, prefix);
    keys.push_back(std::move(key));
  }
}

std::vector<KeyInfo> all_keys() {
  std::vector<KeyInfo> keys = common_keys();
  append(keys, "defaults.", service_keys());
  append(keys, "service[].", identity_keys());
  append(keys, "service[].", service_keys());
  return keys;
}

std::string_view parent_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view last_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

using Children = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Note `path` as a child of its parent, and so on up to the top.
void add_to_parents(Children& children, std::string_view path) {
  for (; !path.empty(); path = parent_of(path)) {
    std::string name{last_of(path)};
    name.resize(name.ends_with("[]") ? name.size() - 2 : name.size());
    std::vector<std::string>& siblings = children[std::string{parent_of(path)}];
    if (std::find(siblings.begin(), siblings.end(), name) == siblings.end()) {
      siblings.push_back(name);
    }
  }
}

std::string table_name(std::string_view path) {
  if (path.empty()) {
    return "the top of the file, before the first [table]";
  }
  return path == "service[]" ? "[[service]]" : "[" + std::string{path} + "]";
}

}  // namespace

const std::vector<KeyInfo>& known_keys() {
  static const std::vector<KeyInfo> keys = all_keys();
  return keys;
}

const KeyInfo* find_key(std::string_view path) {
  static const auto index = [] {
    std::map<std::string, const KeyInfo*, std::less<>> out;
    for (const KeyInfo& key : known_keys()) {
      out.emplace(key.path, &key);
    }
    return out;
  }();
  const auto found = index.find(path);
  return found == index.end() ? nullptr : found->second;
}

const std::vector<std::string>& keys_of(std::string_view path) {
  static const auto children = [] {
    Children out;
    for (const KeyInfo& key : known_keys()) {
      add_to_parents(out, key.path);
    }
    return out;
  }();
  static const std::vector<std::string> none;
  const auto found = children.find(path);
  return found == children.end() ? none : found->second;
}

std::vector<std::string> tables_with(std::string_view key) {
  std::vector<std::string> tables;
  for (const KeyInfo& known : known_keys()) {
    const std::string_view parent = parent_of(known.path);
    if (last_of(known.path) == key && !parent.starts_with("defaults")) {
      tables.push_back(table_name(parent));
    }
  }
  return tables;
}

}  // namespace lavavisor::config
