// The folders that systemd reads units from, and the links by which units start at boot.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/unit_folders.hpp"

#include "base/file.hpp"
#include "model/layout.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <system_error>

namespace lavavisor::systemd {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_suffix = ".service";

Path user_config() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config != '\0') {
    return Path{config} / "systemd/user";
  }
  const char* home = std::getenv("HOME");
  return Path{home != nullptr ? home : "/"} / ".config/systemd/user";
}

using OnEntry = std::function<base::Result<void>(const fs::directory_entry&)>;

/// Call `on_entry` for each entry of `folder`; a folder that is not there has none.
base::Result<void> each_entry(const Path& folder, const OnEntry& on_entry) {
  std::error_code error;
  fs::directory_iterator entry{folder, error};
  for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    if (auto done = on_entry(*entry); !done) {
      return done;
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return base::fail("cannot list " + folder.string() + ": " + base::errno_text(error.value()));
  }
  return {};
}

bool holds_install_links(const fs::directory_entry& entry) {
  std::error_code ignored;
  const auto extension = entry.path().extension();
  return (extension == ".wants" || extension == ".requires") && entry.is_directory(ignored);
}

std::vector<Path> persistent_folders(const ports::UnitPlaces& places,
                                     const std::vector<Path>& folders) {
  std::vector<Path> both{places.systemd.unit_dir};
  if (!folders.empty() && folders.front() != both.front()) {
    both.push_back(folders.front());
  }
  return both;
}

}  // namespace

std::vector<Path> unit_folders(model::Scope scope) {
  switch (scope) {
    case model::Scope::system:
      return {"/etc/systemd/system",
              "/run/systemd/system",
              "/run/systemd/transient",
              "/run/systemd/generator",
              "/run/systemd/generator.late",
              "/usr/local/lib/systemd/system",
              "/usr/lib/systemd/system",
              "/lib/systemd/system"};
    case model::Scope::user:
      return {user_config(),
              "/etc/systemd/user",
              "/run/systemd/user",
              "/usr/local/share/systemd/user",
              "/usr/share/systemd/user",
              "/usr/local/lib/systemd/user",
              "/usr/lib/systemd/user"};
    case model::Scope::none:
      return {};
  }
  return {};
}

Path link_target(const Path& link) {
  std::error_code error;
  const Path target = fs::read_symlink(link, error);
  if (error) {
    return {};
  }
  return (target.is_absolute() ? target : link.parent_path() / target).lexically_normal();
}

bool leads_to(const Path& link, const Path& file) {
  std::error_code no_link;
  if (fs::read_symlink(link, no_link) == file) {
    return true;
  }
  const Path target = no_link ? Path{} : link_target(link);
  if (target.empty()) {
    return false;
  }
  if (target == file.lexically_normal()) {
    return true;
  }
  std::error_code no_target;
  std::error_code no_file;
  const Path real_target = fs::weakly_canonical(target, no_target);
  const Path real_file = fs::weakly_canonical(file, no_file);
  return !no_target && !no_file && real_target == real_file;
}

base::Result<std::set<std::string>> enabled_services(const ports::UnitPlaces& places,
                                                     const std::vector<Path>& folders) {
  std::set<std::string> enabled;
  const auto take = [&](const fs::directory_entry& link) -> base::Result<void> {
    if (link.path().extension() == k_suffix) {
      enabled.insert(link.path().stem().string());
    }
    return {};
  };
  for (const Path& folder : persistent_folders(places, folders)) {
    auto done = each_entry(folder, [&](const fs::directory_entry& entry) -> base::Result<void> {
      return holds_install_links(entry) ? each_entry(entry.path(), take) : base::Result<void>{};
    });
    if (!done) {
      return tl::make_unexpected(done.error());
    }
  }
  return enabled;
}

base::Result<void> remove_install_links(const ports::UnitPlaces& places,
                                        const std::vector<Path>& folders,
                                        const std::string& service) {
  const std::string unit = model::unit_name(service);
  const Path own = model::unit_file(places.directory, service);
  for (const Path& folder : persistent_folders(places, folders)) {
    std::vector<Path> found;
    auto done = each_entry(folder, [&](const fs::directory_entry& entry) -> base::Result<void> {
      if (holds_install_links(entry)) {
        std::error_code ignored;
        if (fs::is_symlink(entry.path() / unit, ignored)) {
          found.push_back(entry.path() / unit);
        }
      } else if (entry.path().filename() != unit && leads_to(entry.path(), own)) {
        found.push_back(entry.path());
      }
      return {};
    });
    for (auto link = found.begin(); done && link != found.end(); ++link) {
      done = base::remove_file(*link);
    }
    if (!done) {
      return done;
    }
  }
  return {};
}

}  // namespace lavavisor::systemd
