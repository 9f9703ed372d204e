// The rules of custody.hpp over what base::Rights finds.
// SPDX-License-Identifier: Apache-2.0
#include "config/custody.hpp"

#include "base/text.hpp"
#include "config/load.hpp"
#include "model/layout.hpp"

#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <string>
#include <system_error>

namespace lavavisor::config {

namespace {

namespace fs = std::filesystem;
using base::Hand;

/// The files that `desired` names and that are not read with it.
std::vector<fs::path> named_files(const model::Desired& desired) {
  std::vector<fs::path> files = {
      desired.binary.release.ca_file, desired.notify.webhook_file, desired.notify.token_file};
  for (const auto& hook : {desired.hooks.pre_upgrade, desired.hooks.post_upgrade}) {
    if (!hook.empty() && hook.front().starts_with('/')) {
      files.emplace_back(hook.front());
    }
  }
  files.erase(std::remove(files.begin(), files.end(), fs::path{}), files.end());
  return files;
}

std::optional<uid_t> owner_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? std::optional{status.st_uid} : std::nullopt;
}

/// The owner of D, where the configuration is D/.lavavisor/config.toml: the original's place.
std::optional<uid_t> owner_of_site(const model::Desired& desired) {
  const auto folder = desired.file.parent_path();
  const bool is_site =
      desired.file.filename() == "config.toml" && folder.filename() == ".lavavisor";
  return is_site ? owner_of(folder.parent_path()) : std::nullopt;
}

std::set<uid_t> users_of(const model::Desired& desired) {
  std::set<std::string> names = {desired.default_user};
  for (const auto& service : desired.services) {
    names.insert(service.user);
  }
  std::set<uid_t> users;
  for (const auto& name : names) {
    if (const passwd* const entry = name.empty() ? nullptr : ::getpwnam(name.c_str())) {
      users.insert(entry->pw_uid);
    }
  }
  return users;
}

std::string shell_word(const fs::path& path) {
  return "'" + base::replace_all(base::printable(path.string(), 4'096), "'", "'\\''") + "'";
}

std::string mode_of(const base::Exposure& exposure) {
  constexpr std::string_view k_digits = "01234567";
  std::string text;
  for (const unsigned shift : {9U, 6U, 3U, 0U}) {
    text += k_digits[(exposure.is.mode >> shift) & 7U];
  }
  return text;
}

Finding finding_of(const base::Exposure& exposure) {
  const auto owner = base::user_name(exposure.is.owner);
  Finding finding;
  finding.file = base::printable(exposure.path.string(), 4'096);
  finding.message = base::hand_words(exposure.by, owner);
  if (exposure.by == Hand::everybody || exposure.by == Hand::group) {
    finding.message += " (owner " + owner + ", group " + std::to_string(exposure.is.group) +
                       ", mode " + mode_of(exposure) + ")";
  }
  finding.hint = base::hand_mend(exposure.by) + " " + shell_word(exposure.path);
  return finding;
}

}  // namespace

Custody::Custody(const Environment& environment)
    : m_rights(environment.trusted), m_refuses(environment.exposed == Exposed::refused) {}

void Custody::take(const fs::path& file, const base::Ownership& is) {
  m_rights.look_at(fs::absolute(file), is);
}

void Custody::tell(const base::Exposure& exposure, bool is_error, Findings& findings) const {
  if (is_error && m_refuses) {
    findings.error(finding_of(exposure));
  } else {
    findings.warning(finding_of(exposure));
  }
}

bool Custody::holds(Findings& findings) {
  const auto& exposures = m_rights.exposures();
  bool holds = true;
  for (; m_told < exposures.size(); ++m_told) {
    if (exposures[m_told].by != Hand::owner) {
      tell(exposures[m_told], true, findings);
      holds = !m_refuses;
    }
  }
  return holds;
}

/// What it holds is looked at as far as it decides what runs: one lstat(2) each.
void Custody::look_at_directory(const fs::path& directory) {
  m_rights.look_at(directory);
  for (const auto& file : {model::state_file(directory), model::lock_file(directory)}) {
    m_rights.look_at(file);
  }
  std::error_code error;
  for (const auto& folder : {model::upgrades_dir(directory),
                             model::services_dir(directory),
                             model::lavap_config_dir(directory)}) {
    m_rights.look_at(folder);
    fs::directory_iterator entry{folder, error};
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
      m_rights.look_at(entry->path());
      if (folder.filename() == "upgrades" && entry->path().filename().string().starts_with('v')) {
        m_rights.look_at(entry->path() / "lavap");
      }
    }
  }
}

void Custody::tell_owners(const model::Desired& desired,
                          std::size_t of_configuration,
                          Findings& findings) {
  const auto& exposures = m_rights.exposures();
  const bool is_system = desired.systemd.scope == model::Scope::system;
  const auto site = owner_of_site(desired);
  std::set<uid_t> warned;
  std::optional<std::set<uid_t>> users;
  for (std::size_t index = 0; index < exposures.size(); ++index) {
    const auto& exposure = exposures[index];
    if (exposure.by != Hand::owner) {
      continue;
    }
    const uid_t owner = exposure.is.owner;
    bool is_error = is_system && site != owner;
    if (is_error && index >= of_configuration) {
      users = users ? users : users_of(desired);
      is_error = users->count(owner) == 0;
    }
    if (is_error || warned.insert(owner).second) {
      tell(exposure, is_error, findings);
    }
  }
}

void Custody::judge(const model::Desired& desired, Findings& findings) {
  for (const auto& file : named_files(desired)) {
    m_rights.look_at(file);
  }
  const auto of_configuration = m_rights.exposures().size();
  look_at_directory(desired.directory);
  static_cast<void>(holds(findings));
  tell_owners(desired, of_configuration, findings);
}

}  // namespace lavavisor::config
