// Everything that is there already stays as it is.
// SPDX-License-Identifier: Apache-2.0
#include "cli/site.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "cli/exit_code.hpp"
#include "cli/link_place.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"
#include "compat/new_config.hpp"
#include "model/layout.hpp"

#include <pwd.h>
#include <sys/stat.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;
using base::Result;

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

fs::path home_of(const passwd* entry) {
  return entry == nullptr ? fs::path{} : fs::path{entry->pw_dir};
}

/// Who called sudo, unless that is root.
std::string sudo_caller() {
  const auto caller = environment_value("SUDO_USER");
  return caller == "root" ? std::string{} : caller;
}

/// Whom services run as where nobody says. lavap never runs as root: the owner of the folder that
/// the site is in is meant, else who called sudo; "" = nobody in particular.
std::string default_user(const fs::path& directory) {
  auto above = directory.parent_path();
  std::error_code error;
  while (!fs::exists(above, error) && above.has_relative_path()) {
    above = above.parent_path();
  }
  struct stat status {};
  if (::stat(above.c_str(), &status) == 0 && status.st_uid != 0) {
    const passwd* const owner = ::getpwuid(status.st_uid);
    return owner == nullptr ? std::string{} : std::string{owner->pw_name};
  }
  return sudo_caller();
}

/// Root may enter every folder, and lavap's user may not enter those that are root's alone.
Result<void> check_open(const fs::path& directory) {
  fs::path folder;
  for (const auto& part : directory.parent_path()) {
    folder /= part;
    struct stat status {};
    const bool is_there = ::stat(folder.c_str(), &status) == 0;
    if (is_there && status.st_uid == 0 && (status.st_mode & (S_IXGRP | S_IXOTH)) == 0) {
      return base::fail(folder.string() +
                        " is open to root alone, and lavap never runs as root; say --directory of "
                        "a folder that its user may enter, such as that user's home");
    }
  }
  return {};
}

/// The link's place, with a word about those that were passed over.
fs::path choose_link(const fs::path& directory) {
  const auto place =
      choose_link_place(directory, environment_value("PATH"), link_folders(operators_home()));
  for (const auto& passed : place.passed_over) {
    base::log_warn(passed);
  }
  if (place.link.empty()) {
    base::log_warn("no link to lavap is kept, for want of a place; binary.link in " +
                   site_config(directory).string() + " may name one");
  }
  return place.link;
}

compat::InitDraft draft_of(const Options& options, const fs::path& directory) {
  compat::InitDraft draft;
  draft.directory = directory;
  draft.chain_id = options.site.chain_id;
  draft.node = options.site.node;
  draft.auto_download = options.site.auto_download;
  draft.user_scope = !config::process_environment().is_root;
  draft.user = draft.user_scope ? std::string{} : default_user(directory);
  draft.link = choose_link(directory);
  return draft;
}

Result<void> make_folders(const fs::path& directory) {
  for (const auto& folder : {model::upgrades_dir(directory),
                             model::services_dir(directory),
                             model::lavap_config_dir(directory),
                             model::logs_dir(directory)}) {
    if (auto made = base::make_directories(folder); !made) {
      return made;
    }
  }
  return {};
}

Result<void> write_new(const fs::path& directory, const std::string& text) {
  const auto schema = directory / "lavavisor.schema.json";
  std::error_code ignored;
  Result<void> written;
  if (!fs::exists(fs::symlink_status(schema, ignored))) {
    written = base::write_file_atomically(schema, config::schema_text());
  }
  return written ? base::write_file_atomically(site_config(directory), text) : written;
}

/// Make the site; what to exit with where that can't be.
std::optional<int> make_site(const Options& options, const fs::path& directory) {
  if (const auto open = check_open(directory); !open) {
    return refuse(open.error());
  }
  const auto text = compat::new_config(draft_of(options, directory));
  const auto file = site_config(directory);
  const auto checked = config::load_text(file, text, config::process_environment());
  if (!checked.desired) {
    show_findings(options, checked.findings);
    return k_usage;
  }
  auto made = make_folders(directory);
  made = made ? write_new(directory, text) : made;
  if (!made) {
    return complain(made.error());
  }
  std::cerr << "lavavisor: wrote " << file.string() << "\n";
  std::error_code ignored;
  if (fs::exists(directory / "config.yml", ignored)) {
    base::log_warn((directory / "config.yml").string() +
                   " of the original LavaVisor is not heeded; to take its services over, remove " +
                   file.string() + " and run lavavisor import");
  }
  return std::nullopt;
}

}  // namespace

fs::path operators_home() {
  const auto home = config::process_environment().home;
  const auto caller = sudo_caller();
  if (!caller.empty() && config::process_environment().is_root && home == home_of(::getpwuid(0))) {
    const auto own = home_of(::getpwnam(caller.c_str()));
    return own.empty() ? home : own;
  }
  return home;
}

Result<fs::path> site_directory(const Options& options) {
  fs::path base = options.site.directory;
  if (base.empty()) {
    base = operators_home();
  }
  if (base.empty()) {
    return base::fail("no home directory is known; say --directory");
  }
  std::error_code error;
  const auto absolute = fs::absolute(base, error);
  if (error) {
    return base::fail("--directory " + base.string() + ": " + error.message());
  }
  return (absolute / ".lavavisor").lexically_normal();
}

tl::expected<Site, int> open_site(const Options& options) {
  const auto directory = site_directory(options);
  if (!directory) {
    return tl::make_unexpected(refuse(directory.error()));
  }
  std::error_code ignored;
  const bool is_new = !fs::exists(fs::symlink_status(site_config(*directory), ignored));
  if (is_new) {
    if (const auto code = make_site(options, *directory)) {
      return tl::make_unexpected(*code);
    }
  }
  auto loaded = load_site(options, *directory);
  show_findings(options, loaded.findings);
  if (!loaded.desired) {
    return tl::make_unexpected(static_cast<int>(k_usage));
  }
  if (const auto made = make_folders(*directory); !made) {
    return tl::make_unexpected(complain(made.error()));
  }
  return Site{*directory, is_new, *std::move(loaded.desired)};
}

config::Loaded load_site(const Options& options, const fs::path& directory) {
  auto loaded = config::load(site_config(directory), config::process_environment());
  if (loaded.desired && options.site.auto_download) {
    loaded.desired->binary.auto_download = true;
  }
  return loaded;
}

}  // namespace lavavisor::cli
