// What the operator asks for: the configuration, parsed, checked and with every default filled in.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/signing_key.hpp"
#include "model/version.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lavavisor::model {

using std::chrono::milliseconds;

enum class EndpointKind { rpc, rest };  ///< CometBFT JSON-RPC; Cosmos REST (gRPC gateway)

struct Endpoint {
  std::string text;  ///< as written, without user and password; names it in every message
  EndpointKind kind = EndpointKind::rpc;
  std::string url;  ///< http:// or https://, without a trailing slash

  bool operator==(const Endpoint&) const = default;
};

struct ChainSettings {
  std::string id;  ///< the network that endpoints must serve; "" = any (wrap, told of none)
  std::vector<Endpoint> endpoints;  ///< at least one
  unsigned quorum = 1;              ///< 1 .. endpoints.size()
  milliseconds timeout{5'000};      ///< per request
  milliseconds max_block_age{300'000};

  bool operator==(const ChainSettings&) const = default;
};

struct FollowTarget {
  bool operator==(const FollowTarget&) const = default;
};
struct FollowMin {
  bool operator==(const FollowMin&) const = default;
};
/// What a service is to run: the chain's target, the chain's min, or a pinned release.
using VersionChoice = std::variant<FollowTarget, FollowMin, Release>;

/// What has to vouch for a release: a checksum; a checksums file that is signed, too; nothing.
enum class Verify { checksum, signature, none };

/// How a release is had: downloaded, built from source, or downloaded and, where that fails, built.
enum class Method { release, build, automatic };

/// Building from source; {version} in the URL is filled in per release.
struct BuildSettings {
  std::string url;      ///< of the source archive
  std::string package;  ///< folder of the main package below the archive's top folder
  std::string go;       ///< the Go command: a path, or a name to be looked for in PATH
  std::map<Release, std::string> sha256;  ///< of the source archives; 64 lower-case hex digits

  bool operator==(const BuildSettings&) const = default;
};

/// Where releases come from; {version}, {os} and {arch} in the URLs are filled in per release.
struct ReleaseSettings {
  std::string url;
  std::string checksums;                 ///< "" = none published
  std::string signature;                 ///< of the checksums file; "" = its URL + ".minisig"
  std::vector<SigningKey> public_keys;   ///< ids unique; a signature by any of them is good
  std::filesystem::path ca_file;         ///< "" = the system's
  std::uint64_t max_size = 1ULL << 30U;  ///< bytes
  milliseconds timeout{1'800'000};       ///< whole download, all tries

  bool operator==(const ReleaseSettings&) const = default;
};

struct BinaryPolicy {
  VersionChoice version = FollowTarget{};
  std::optional<Release> max_version;
  milliseconds target_delay{0};
  bool auto_download = false;
  Method method = Method::release;
  std::filesystem::path link;  ///< "" = no link
  bool allow_downgrade = false;
  unsigned keep = 3;
  Verify verify = Verify::checksum;
  std::map<Release, std::string> sha256;  ///< 64 lower-case hex digits
  std::map<Version, Release> releases;    ///< protocol version -> release that serves it
  ReleaseSettings release;
  BuildSettings build;

  bool operator==(const BinaryPolicy&) const = default;
};

enum class Scope { system, user, none };  ///< none: write unit files, touch no service manager

struct SystemdSettings {
  Scope scope = Scope::system;
  bool create_link = true;
  std::filesystem::path unit_dir;

  bool operator==(const SystemdSettings&) const = default;
};

enum class OnFailure { rollback, halt };

/// A weekly time range in UTC; `to` <= `from` runs over midnight into the next day.
struct Window {
  std::string text;              ///< as the operator wrote it
  std::uint8_t days = 0x7f;      ///< bit 0 = Monday .. bit 6 = Sunday: the day on which it begins
  std::chrono::minutes from{0};  ///< since midnight, 0 .. 1439
  std::chrono::minutes to{0};    ///< since midnight, 0 .. 1440

  bool operator==(const Window&) const = default;
};

struct RolloutPolicy {
  unsigned max_parallel = 1;
  OnFailure on_failure = OnFailure::rollback;
  std::vector<Window> windows;  ///< empty = any time

  bool operator==(const RolloutPolicy&) const = default;
};

struct Hooks {
  std::vector<std::string> pre_upgrade;   ///< argv; empty = none
  std::vector<std::string> post_upgrade;  ///< argv; empty = none
  milliseconds timeout{600'000};

  bool operator==(const Hooks&) const = default;
};

/// The shape of what a webhook is sent.
enum class NotifyFormat { json, slack, discord, telegram };

/// Where events are told. The URL and the token are secrets: they stay out of logs and reports.
struct NotifySettings {
  std::string webhook;                 ///< "" = not said here
  std::filesystem::path webhook_file;  ///< its first line is the URL; "" = none
  std::filesystem::path
      token_file;  ///< its first line goes into "Authorization: Bearer"; "" = none
  NotifyFormat format = NotifyFormat::json;
  std::string chat;              ///< of telegram: the chat's id
  milliseconds timeout{10'000};  ///< per try
  std::string host;              ///< how events call this host; "" = its own name

  bool operator==(const NotifySettings&) const = default;
};

struct MetricsSettings {
  std::string listen;              ///< "127.0.0.1:9642"; "" = nowhere
  std::filesystem::path textfile;  ///< "" = none

  bool operator==(const MetricsSettings&) const = default;
};

/// When a service counts as healthy after it was started.
struct Health {
  milliseconds settle{10'000};       ///< active, same process, no restart for so long
  milliseconds timeout{60'000};      ///< all of it within so long
  std::string http;                  ///< URL that must answer 2xx; "" = not asked
  std::string tcp;                   ///< host:port that must accept; "" = not asked
  std::vector<std::string> command;  ///< argv that must exit 0; empty = not asked

  bool operator==(const Health&) const = default;
};

enum class ServiceType { provider, consumer, cache, custom };

/// Which of the chain's versions a service follows: provider_* or consumer_*.
enum class Role { provider, consumer };

enum class LogTo { journal, file };  ///< file: services/logs/<name>.log

/// One flag of lavap's command line in the operator's order.
struct Flag {
  std::string name;                  ///< without "--"
  std::optional<std::string> value;  ///< none: a switch

  bool operator==(const Flag&) const = default;
};

/// Unit keys that the operator adds or overrides: section -> key -> values (several = several
/// lines).
using UnitKeys =
    std::map<std::string, std::vector<std::pair<std::string, std::vector<std::string>>>>;

struct Service {
  std::string name;  ///< the unit is <name>.service
  ServiceType type = ServiceType::provider;
  std::optional<Role> role;  ///< none = as the type says: provider, or consumer for all others
  std::filesystem::path config_path;  ///< the lavap YAML as found; "" for cache and custom
  std::string config_text;            ///< its content
  std::string address;                ///< cache: the address it listens on
  std::vector<std::string> command;   ///< custom: argv; a first word "lavap" is the chosen binary
  std::string user;                   ///< "" in user scope
  std::string from;                   ///< "" = flag left out
  std::string keyring_backend;
  unsigned geolocation = 1;
  std::string log_level;
  std::string node;
  std::vector<Flag> flags;
  std::map<std::string, std::string> env;
  LogTo log = LogTo::journal;
  bool enabled = true;
  std::optional<VersionChoice> version;  ///< overrides BinaryPolicy::version
  Health health;
  UnitKeys unit;
  std::string adopt;  ///< SHA-256 of a unit of this name that may be taken over; "" = none may

  bool operator==(const Service&) const = default;
};

/// The unit's name: "<name>.service".
inline std::string unit_name(const std::string& service) {
  return service + ".service";
}

struct Desired {
  std::filesystem::path file;  ///< the configuration, absolute: a file, or a folder of fragments
  std::vector<std::filesystem::path> fragments;  ///< of a folder: its files in the order of names
  std::string config_sha256;        ///< of its text; of a folder, of all texts in their order
  std::filesystem::path directory;  ///< absolute
  milliseconds interval{15'000};
  ChainSettings chain;
  BinaryPolicy binary;
  SystemdSettings systemd;
  RolloutPolicy rollout;
  Hooks hooks;
  NotifySettings notify;
  MetricsSettings metrics;
  std::string default_user;       ///< [defaults].user; "" = not said
  std::vector<Service> services;  ///< in the file's order, names unique

  bool operator==(const Desired&) const = default;
};

/// The service of that name, which must be one of `desired`'s.
const Service& service_named(const Desired& desired, const std::string& name);

/// The versions that `service` follows.
Role role_of(const Service& service);

/// The user as whom binaries are probed: that of the first service that has one, else the default
/// one; "" = nobody in particular.
std::string probe_user(const Desired& desired);

}  // namespace lavavisor::model
