// From document to Desired, section by section; every finding on the way is kept.
// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "base/text.hpp"
#include "config/custody.hpp"
#include "config/document.hpp"
#include "config/names.hpp"
#include "config/sections.hpp"
#include "config/single_process.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace lavavisor::config {

namespace {

std::filesystem::path read_directory(const TableReader& root) {
  if (const auto given = root.find_path("directory")) {
    if (given->value.empty()) {
      root.error("directory", given->place, "is empty");
    }
    return given->value;
  }
  const Environment& environment = root.context().environment;
  if (environment.is_root) {
    return "/var/lib/lavavisor";
  }
  if (environment.home.empty() && !root.has("directory")) {
    root.error("directory",
               k_no_place,
               "no home directory is known for the default ~/.lavavisor",
               "set HOME, or give a directory");
  }
  return environment.home / ".lavavisor";
}

/// systemd runs lavap from below `directory`, unless it has to do with a single process only.
void refuse_what_systemd_refuses(const TableReader& root, const std::filesystem::path& directory) {
  const std::string inside = (directory / "file").string();
  if (!base::is_utf8(inside) || !check_program(inside)) {
    root.error("directory",
               root.place_of("directory"),
               "systemd runs no program below " + in_quotes(directory.string()),
               "choose a shorter path, or one without quotes, backslashes and control characters");
  }
}

/// As far as it is text: whoever reads the services complains of the rest.
std::string default_user(const TableReader& root) {
  const Raw* const defaults = root.find("defaults");
  const auto* const table = defaults == nullptr ? nullptr : defaults->as<RawTable>();
  for (const Entry& entry : table == nullptr ? RawTable{} : *table) {
    if (const auto* const user = entry.value.as<std::string>(); user && entry.key == "user") {
      return *user;
    }
  }
  return {};
}

model::Desired read_desired(const TableReader& root, ChainId chain_id) {
  model::Desired desired;
  desired.directory = read_directory(root);
  if (chain_id == ChainId::required && !desired.directory.empty()) {
    refuse_what_systemd_refuses(root, desired.directory);
  }
  desired.interval = root.duration("interval", std::chrono::milliseconds{100});
  desired.chain = read_chain(root, chain_id);
  desired.binary = read_binary(root);
  desired.systemd = read_systemd(root);
  desired.rollout = read_rollout(root);
  desired.hooks = read_hooks(root);
  desired.notify = read_notify(root);
  desired.metrics = read_metrics(root);
  desired.default_user = default_user(root);
  desired.services = read_services(root, desired.chain, desired.systemd.scope);
  return desired;
}

std::vector<std::filesystem::path> below(const std::filesystem::path& folder,
                                         const std::vector<std::string>& names) {
  std::vector<std::filesystem::path> files;
  files.reserve(names.size());
  for (const std::string& name : names) {
    files.push_back(folder / name);
  }
  return files;
}

/// `config`, absolute, is where `document` comes from; "" = from nowhere.
Loaded understood(const Document& document,
                  const std::filesystem::path& config,
                  const Environment& environment,
                  Findings& findings,
                  Custody& custody,
                  ChainId chain_id) {
  const bool is_folder = !document.fragments.empty();
  const auto folder = is_folder ? config : config.parent_path();
  const Context context{findings, environment, custody, folder, document.folder};
  model::Desired desired = read_desired(TableReader{context, &document.root, ""}, chain_id);
  desired.file = config;
  desired.fragments = below(config, document.fragments);
  desired.config_sha256 = document.sha256;
  custody.judge(desired, findings);
  Loaded result{std::nullopt, findings.sorted()};
  if (!findings.has_errors()) {
    result.desired = std::move(desired);
  }
  return result;
}

Loaded loaded(const std::optional<Document>& document,
              const std::filesystem::path& config,
              const Environment& environment,
              Findings& findings,
              Custody& custody) {
  return document ? understood(*document,
                               absolute_path(config),
                               environment,
                               findings,
                               custody,
                               ChainId::required)
                  : Loaded{std::nullopt, findings.sorted()};
}

/// Who called sudo (sudo(8), SUDO_USER), if that is not root.
std::optional<base::Trusted> sudo_caller() {
  const char* const name = std::getenv("SUDO_USER");
  const passwd* const entry = name == nullptr ? nullptr : ::getpwnam(name);
  if (entry == nullptr || entry->pw_uid == 0) {
    return std::nullopt;
  }
  const uid_t user = entry->pw_uid;
  return base::Trusted{user, base::own_group(user).value_or(0)};
}

}  // namespace

Environment process_environment() {
  Environment environment;
  environment.is_root = ::geteuid() == 0;
  if (environment.is_root) {
    environment.trusted = {base::Trusted{}};
    if (const auto caller = sudo_caller()) {
      environment.trusted.push_back(*caller);
    }
  }
  const char* const home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') {
    environment.home = home;
  } else if (const passwd* const entry = ::getpwuid(::geteuid()); entry != nullptr) {
    environment.home = entry->pw_dir;
  }
  return environment;
}

Loaded load(const std::filesystem::path& config, const Environment& environment) {
  Findings findings{config.string()};
  Custody custody{environment};
  return loaded(read_document(config, findings, custody), config, environment, findings, custody);
}

Loaded load_text(const std::filesystem::path& file,
                 std::string_view text,
                 const Environment& environment) {
  Findings findings{file.string()};
  Custody custody{environment};
  return loaded(
      parse_document(file, std::string{text}, findings), file, environment, findings, custody);
}

Loaded load_single(const std::filesystem::path& config,
                   const SingleProcess& process,
                   const Environment& environment) {
  Findings findings{config.empty() ? "command line" : config.string()};
  Custody custody{environment};
  std::optional<Document> document = Document{Raw{RawTable{}, k_no_place}, {}, {}, {}, {}};
  if (!config.empty()) {
    document = read_document(config, findings, custody);
  }
  if (!document) {
    return {std::nullopt, findings.sorted()};
  }
  document->root.value = document_for(process, std::get<RawTable>(document->root.value), findings);
  Loaded single = understood(*document,
                             config.empty() ? config : absolute_path(config),
                             environment,
                             findings,
                             custody,
                             ChainId::optional);
  if (single.desired) {
    single.desired->systemd.unit_dir.clear();
  }
  return single;
}

}  // namespace lavavisor::config
