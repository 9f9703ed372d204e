// What takes time goes on side by side: the chain, the same endpoints timed, systemd and polkit.
// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_facts.hpp"

#include "adapters/process/go_places.hpp"
#include "adapters/process/host_look.hpp"
#include "adapters/process/http_look.hpp"
#include "adapters/process/path_facts.hpp"
#include "adapters/release/url.hpp"
#include "adapters/systemd/drop_ins.hpp"
#include "adapters/systemd/host_bus.hpp"
#include "adapters/systemd/unit_folders.hpp"
#include "base/text.hpp"
#include "cli/doctor_addresses.hpp"
#include "cli/host.hpp"
#include "model/layout.hpp"
#include "observe/chain_judgement.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <future>
#include <map>
#include <set>
#include <utility>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;
using doctor::Facts;
using model::Desired;
using process::look_at_path;

constexpr std::chrono::milliseconds k_release_limit{5'000};

std::vector<fs::path> path_folders() {
  const char* path = std::getenv("PATH");
  std::vector<fs::path> folders;
  for (const auto folder : base::split(path == nullptr ? "" : path, ':')) {
    if (!folder.empty()) {
      folders.emplace_back(folder);
    }
  }
  return folders;
}

// --- the configuration ---------------------------------------------------------------------------

void add_warnings(const std::vector<config::Finding>& findings, Facts& facts) {
  for (const auto& finding : findings) {
    facts.config_warnings.push_back(
        {finding.file + ":" + std::to_string(finding.line), finding.message, finding.hint});
  }
}

void add_file(std::vector<doctor::NamedFile>& files, const char* key, const fs::path& path) {
  if (!path.empty()) {
    files.push_back({key, look_at_path(path)});
  }
}

void add_hook(const char* key, const std::vector<std::string>& argv, Facts& facts) {
  if (!argv.empty()) {
    const bool found = process::find_program(argv.front(), facts.path_folders).has_value();
    facts.hooks.push_back({key, argv.front(), found});
  }
}

void look_at_configuration(const Desired& desired, Facts& facts) {
  add_file(facts.named_files, "binary.release.ca_file", desired.binary.release.ca_file);
  add_file(facts.secret_files, "notify.webhook_file", desired.notify.webhook_file);
  add_file(facts.secret_files, "notify.token_file", desired.notify.token_file);
  if (!desired.notify.webhook.empty()) {
    add_file(facts.secret_files, "notify.webhook", desired.file);
  }
  add_hook("hooks.pre_upgrade", desired.hooks.pre_upgrade, facts);
  add_hook("hooks.post_upgrade", desired.hooks.post_upgrade, facts);
}

// --- permissions ---------------------------------------------------------------------------------

void look_at_places(const Desired& desired, Facts& facts) {
  const auto& directory = desired.directory;
  facts.written = {{"directory", look_at_path(directory)},
                   {"upgrades", look_at_path(model::upgrades_dir(directory))},
                   {"services", look_at_path(model::services_dir(directory))},
                   {"state.db", look_at_path(model::state_file(directory))}};
  if (desired.systemd.create_link && desired.systemd.scope != model::Scope::none) {
    facts.written.push_back({"systemd.unit_dir", look_at_path(desired.systemd.unit_dir)});
  }
  if (!desired.binary.link.empty()) {
    facts.written.push_back({"binary.link", look_at_path(desired.binary.link.parent_path())});
  }
  if (!desired.metrics.textfile.empty()) {
    facts.written.push_back(
        {"metrics.textfile", look_at_path(desired.metrics.textfile.parent_path())});
  }
}

/// Whoever may write to one of these decides what runs: what is read, and each folder above it. A
/// folder above whose files are their owners' own (/tmp) lets nobody take another's away.
void look_at_trusted(const Desired& desired, Facts& facts) {
  std::set<fs::path> own = {desired.file,
                            desired.directory,
                            model::upgrades_dir(desired.directory),
                            model::services_dir(desired.directory)};
  own.insert(desired.fragments.begin(), desired.fragments.end());
  for (const auto& service : desired.services) {
    if (!service.config_path.empty()) {
      own.insert(service.config_path);
    }
  }
  std::set<fs::path> above;
  for (const auto& path : own) {
    const auto folders = process::folders_above(path);
    above.insert(folders.begin(), folders.end());
  }
  constexpr unsigned k_sticky = 01000;
  for (const auto& path : own) {
    facts.trusted.push_back(look_at_path(path));
  }
  for (const auto& path : above) {
    auto folder = look_at_path(path);
    if (own.count(path) == 0 && (folder.mode & k_sticky) == 0) {
      facts.trusted.push_back(std::move(folder));
    }
  }
}

// --- services ------------------------------------------------------------------------------------

void look_at_users(const Desired& desired, Facts& facts) {
  for (const auto& service : desired.services) {
    const auto& name = service.user.empty() ? facts.user : service.user;
    if (facts.users.count(name) != 0) {
      continue;
    }
    const auto found = process::find_user(name);
    auto& user = facts.users[name];
    user.exists = found.has_value();
    user.is_root = found && found->uid == 0;
    user.home = found ? look_at_path(found->home) : model::PathFacts{};
  }
}

void look_at_units(const Desired& desired, const ports::Sensors& sensors, Facts& facts) {
  std::set<std::string> names;
  for (const auto& service : desired.services) {
    names.insert(service.name);
    const auto folders = systemd::unit_folders(desired.systemd.scope);
    auto drop_ins = systemd::exec_drop_ins(folders, service.name);
    if (!drop_ins.empty()) {
      facts.exec_drop_ins.emplace(service.name, std::move(drop_ins));
    }
  }
  auto files = sensors.units.units(ports::unit_places(desired), names);
  if (!files) {
    facts.units = tl::make_unexpected(files.error());
    return;
  }
  std::map<std::string, model::UnitState> units;
  for (auto& [name, file] : *files) {
    units[name].file = std::move(file);
  }
  const bool ask = desired.systemd.scope != model::Scope::none && facts.manager && !names.empty();
  if (auto states = ask ? sensors.services.states(names)
                        : base::Result<std::map<std::string, model::ServiceState>>{}) {
    for (auto& [name, state] : *states) {
      units[name].service = std::move(state);
    }
  }
  facts.units = std::move(units);
}

// --- binaries ------------------------------------------------------------------------------------

std::map<std::string, fs::path> blocked_users(const Desired& desired, const fs::path& binary) {
  std::map<std::string, fs::path> blocked;
  for (const auto& service : desired.services) {
    const auto user = service.user.empty() ? base::Result<process::Identity>{base::fail("")}
                                           : process::find_user(service.user);
    if (user) {
      if (auto barrier = process::barrier_to(binary, *user)) {
        blocked.emplace(service.user, std::move(*barrier));
      }
    }
  }
  return blocked;
}

void look_at_binaries(const Desired& desired, const ports::Sensors& sensors, Facts& facts) {
  facts.host_elf = process::read_elf("/proc/self/exe");
  const auto installed = sensors.binaries.installed(desired.directory);
  if (!installed) {
    facts.binaries = tl::make_unexpected(installed.error());
  } else {
    for (const auto& each : *installed) {
      const auto path = model::binary_file(desired.directory, each.release);
      facts.binaries->push_back({each.release,
                                 look_at_path(path),
                                 each.stamp.size,
                                 process::read_elf(path),
                                 blocked_users(desired, path)});
    }
  }
  if (!desired.binary.link.empty()) {
    facts.link = sensors.binaries.linked(desired.directory, desired.binary.link);
    facts.first_on_path = process::find_program("lavap", facts.path_folders);
  }
  if (desired.binary.method != model::Method::release) {
    facts.go_commands = process::go_candidates(desired.binary.build.go);
  }
}

/// The release that the chain asks this host for, or the pinned one.
std::optional<model::Release> wanted_release(const Desired& desired, const Facts& facts) {
  if (const auto* pinned = std::get_if<model::Release>(&desired.binary.version)) {
    return *pinned;
  }
  if (!facts.chain.versions) {
    return std::nullopt;
  }
  const bool consumer = !desired.services.empty() &&
                        model::role_of(desired.services.front()) == model::Role::consumer;
  const auto& role = consumer ? facts.chain.versions->consumer : facts.chain.versions->provider;
  const bool least = std::holds_alternative<model::FollowMin>(desired.binary.version);
  const auto& version = least ? role.min : role.target;
  const auto named = desired.binary.releases.find(version);
  return named == desired.binary.releases.end() ? model::release_named(version) : named->second;
}

void look_at_release_host(const Desired& desired, Facts& facts) {
  const auto& settings = desired.binary.release;
  const auto release = wanted_release(desired, facts);
  if (!desired.binary.auto_download || desired.binary.method == model::Method::build || !release) {
    return;
  }
  const auto url =
      release::fill_in(settings.checksums.empty() ? settings.url : settings.checksums, *release);
  const auto looks = process::look_over_http({{url, settings.ca_file}}, k_release_limit);
  facts.release_host = {*release, release::shown(url), looks.front()};
}

// --- the chain -----------------------------------------------------------------------------------

std::vector<process::LookRequest> questions(const Desired& desired) {
  std::vector<process::LookRequest> requests;
  for (const auto& endpoint : desired.chain.endpoints) {
    const bool rest = endpoint.kind == model::EndpointKind::rest;
    const auto url =
        endpoint.url + (rest ? "/cosmos/base/tendermint/v1beta1/blocks/latest" : "/status");
    requests.push_back({url, {}});
  }
  return requests;
}

void look_at_chain(const Desired& desired, const ports::Sensors& sensors, Facts& facts) {
  auto timed = std::async(std::launch::async, [&desired] {
    return process::look_over_http(questions(desired), desired.chain.timeout);
  });
  const auto answers = sensors.chain.ask(desired.chain, {});
  facts.now = sensors.clock.now();
  facts.chain = observe::judge(desired.chain, answers, facts.now);
  const auto looks = timed.get();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    facts.endpoints.push_back({answers[i], looks[i]});
  }
}

/// Whether logind keeps the user's services (loginctl(1), enable-linger); of another scope, none.
std::optional<bool> lingers(const Desired& desired, const Facts& facts) {
  std::error_code ignored;
  return desired.systemd.scope == model::Scope::user
             ? std::optional{fs::exists(fs::path{"/var/lib/systemd/linger"} / facts.user, ignored)}
             : std::nullopt;
}

}  // namespace

Facts gather_facts(const Desired& desired, const std::vector<config::Finding>& findings) {
  using model::Scope;
  Facts facts;
  facts.user = process::own_name();
  facts.is_root = ::geteuid() == 0;
  facts.path_folders = path_folders();
  const auto scope = desired.systemd.scope;
  auto manager = std::async(std::launch::async, [scope] {
    return scope == Scope::none ? base::Result<model::ManagerFacts>{}
                                : systemd::ask_manager(scope, {"lavavisor*"});
  });
  auto polkit = std::async(std::launch::async, [scope, is_root = facts.is_root] {
    return scope != Scope::system || is_root
               ? base::Result<std::map<std::string, model::Authorization>>{}
               : systemd::ask_polkit(systemd::needed_actions());
  });
  auto host = Host::for_reading(desired);
  const auto sensors = host.sensors();

  look_at_chain(desired, sensors, facts);
  add_warnings(findings, facts);
  look_at_configuration(desired, facts);
  facts.clock_synchronized = process::clock_synchronized();
  facts.volume = process::look_at_volume(desired.directory);
  look_at_places(desired, facts);
  look_at_trusted(desired, facts);
  facts.memory = sensors.ledger.memory();
  facts.lock_holder = process::lock_holder(desired.directory);
  facts.manager = manager.get();
  facts.polkit = polkit.get();
  facts.lingers = lingers(desired, facts);
  look_at_units(desired, sensors, facts);
  look_at_users(desired, facts);
  facts.addresses = addresses_of(desired);
  facts.listeners = process::listeners();
  look_at_binaries(desired, sensors, facts);
  look_at_release_host(desired, facts);
  return facts;
}

}  // namespace lavavisor::cli
