// Unit files on disk, looked at and changed without asking any service manager.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/unit_files.hpp"

#include "adapters/systemd/adoption.hpp"
#include "adapters/systemd/foreign.hpp"
#include "adapters/systemd/users.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "model/layout.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

namespace lavavisor::systemd {

namespace fs = std::filesystem;

namespace {

bool present(const Path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

base::TimePoint modified(const Path& path) {
  const auto stamp = base::stamp_file(path);
  const std::chrono::nanoseconds since_1970{stamp ? stamp->modified : 0};
  return base::TimePoint{std::chrono::duration_cast<std::chrono::microseconds>(since_1970)};
}

Path link_of(const ports::UnitPlaces& places, const std::string& service) {
  return places.systemd.unit_dir / model::unit_name(service);
}

/// Add to `names` those of <folder>/<name>.service for which `ours` holds; no folder has none.
template <class Ours>
base::Result<void> add_names(const Path& folder, const Ours& ours, std::set<std::string>& names) {
  std::error_code error;
  fs::directory_iterator entry{folder, error};
  for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    const Path& path = entry->path();
    const std::string name = path.stem().string();
    if (path.extension() == ".service" && names.count(name) == 0 && ours(path)) {
      names.insert(name);
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return base::fail("cannot list " + folder.string() + ": " + base::errno_text(error.value()));
  }
  return {};
}

bool is_marked_file(const Path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(fs::symlink_status(path, ignored))) {
    return false;
  }
  const auto text = base::read_file(path);
  return text && has_marks(*text);
}

/// Those in `names`, and all other services that lavavisor made here.
base::Result<std::set<std::string>> with_owned(const ports::UnitPlaces& places,
                                               std::set<std::string> names) {
  const auto is_our_link = [&](const Path& link) {
    return leads_to(link, model::services_dir(places.directory) / link.filename());
  };
  auto listed = add_names(model::services_dir(places.directory), is_marked_file, names);
  if (listed) {
    listed = add_names(places.systemd.unit_dir, is_our_link, names);
  }
  if (!listed) {
    return tl::make_unexpected(listed.error());
  }
  return names;
}

base::Result<model::UnitFile> look_at(const ports::UnitPlaces& places,
                                      const std::vector<Path>& folders,
                                      const std::string& service) {
  model::UnitFile file;
  const Path own = model::unit_file(places.directory, service);
  const Path link = link_of(places, service);
  const Path config = model::lavap_config_file(places.directory, service);
  std::error_code ignored;
  if (fs::is_regular_file(fs::symlink_status(own, ignored))) {
    auto text = base::read_file(own);
    if (!text) {
      return tl::make_unexpected(text.error());
    }
    file.text = std::move(*text);
    file.modified = std::max(modified(own), modified(config));
  }
  file.foreign = foreign_unit(places, folders, service, file.text);
  file.linked = leads_to(link, own);
  if (auto by_hand = adoptable_file(places, service)) {  // that is what the manager reads
    file.text = std::move(*by_hand);
    file.modified = std::max(file.modified, modified(link));
  }
  if (present(config)) {
    auto digest = base::sha256_file(config);
    if (!digest) {
      return tl::make_unexpected(digest.error());
    }
    file.config_sha256 = std::move(*digest);
  }
  return file;
}

/// Who may read the copy of a lavap YAML.
base::FileMode config_mode(const std::string& user) {
  if (geteuid() != 0 || user.empty()) {
    return base::FileMode{0600, std::nullopt};
  }
  const auto group = primary_group(user);
  // A user that is yet to be created (scope "none" prepares other hosts) keeps it root's.
  return base::FileMode{0640, group ? std::optional{*group} : std::nullopt};
}

bool is_already(const Path& path, const std::string& text, const base::FileMode& mode) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      (status.st_mode & 07777U) != mode.mode || (mode.group && status.st_gid != *mode.group)) {
    return false;
  }
  const auto there = base::read_file(path);
  return there && *there == text;
}

base::Result<void> write_where_different(const Path& path,
                                         const std::string& text,
                                         const base::FileMode& mode) {
  if (is_already(path, text, mode)) {
    return {};
  }
  auto done = base::make_directories(path.parent_path());
  return done ? base::write_file_atomically(path, text, mode) : done;
}

base::Result<void> make_link(const Path& target, const Path& link, base::Over over) {
  if (link_target(link) == target) {
    return {};
  }
  auto done = base::make_directories(link.parent_path());
  return done ? base::replace_symlink(target, link, over) : done;
}

}  // namespace

UnitFiles::UnitFiles(std::vector<Path> folders) : m_folders{std::move(folders)} {
  for (Path& folder : m_folders) {
    folder = folder.lexically_normal();
  }
}

base::Result<std::map<std::string, model::UnitFile>> UnitFiles::units(
    const ports::UnitPlaces& places, const std::set<std::string>& wanted) {
  const auto names = with_owned(places, wanted);
  if (!names) {
    return tl::make_unexpected(names.error());
  }
  const auto enabled = enabled_services(places, m_folders);
  if (!enabled) {
    return tl::make_unexpected(enabled.error());
  }
  std::map<std::string, model::UnitFile> files;
  for (const std::string& name : *names) {
    auto file = look_at(places, m_folders, name);
    if (!file) {
      return tl::make_unexpected(file.error());
    }
    file->enabled = enabled->count(name) != 0;
    files.emplace(name, std::move(*file));
  }
  return files;
}

std::set<std::string> UnitFiles::missing_users(const std::set<std::string>& users) {
  std::set<std::string> missing;
  for (const std::string& user : users) {
    if (!user_exists(user)) {
      missing.insert(user);
    }
  }
  return missing;
}

base::Result<void> UnitFiles::write_unit(const ports::UnitPlaces& places,
                                         const std::string& service,
                                         const std::string& text) {
  const Path own = model::unit_file(places.directory, service);
  if (auto what = foreign_unit(places, m_folders, service); !what.empty()) {
    return base::fail("cannot write unit " + model::unit_name(service) + ": " + what);
  }
  // systemd makes a log file (StandardOutput=append:), but not its folder.
  if (auto made = base::make_directories(model::logs_dir(places.directory)); !made) {
    return made;
  }
  if (auto kept = keep_adopted(places, service); !kept) {
    return kept;
  }
  auto written = write_where_different(own, text, base::FileMode{0644, std::nullopt});
  if (!written || !places.systemd.create_link) {
    return written;
  }
  if (auto what = foreign_unit(places, m_folders, service); !what.empty()) {
    return base::fail("cannot link unit " + model::unit_name(service) + ": " + what);
  }
  const auto over = adoptable_file(places, service) ? base::Over::file : base::Over::link;
  return make_link(own.lexically_normal(), link_of(places, service), over);
}

base::Result<void> UnitFiles::write_config(const ports::UnitPlaces& places,
                                           const std::string& service,
                                           const std::string& text,
                                           const std::string& user) {
  const Path copy = model::lavap_config_file(places.directory, service);
  return write_where_different(copy, text, config_mode(user));
}

base::Result<void> UnitFiles::remove_unit(const ports::UnitPlaces& places,
                                          const std::string& service) {
  const Path own = model::unit_file(places.directory, service);
  const Path link = link_of(places, service);
  if (present(own) && !is_marked_file(own)) {
    return base::fail("cannot remove unit " + model::unit_name(service) + ": " + own.string() +
                      " was not made by this lavavisor; remove it by hand");
  }
  const bool linked = leads_to(link, own);
  if (linked || !present(link)) {
    if (auto done = remove_install_links(places, m_folders, service); !done) {
      return done;
    }
  }
  if (linked) {
    if (auto done = base::remove_file(link); !done) {
      return done;
    }
  }
  auto done = base::remove_file(own);
  return done ? base::remove_file(model::lavap_config_file(places.directory, service)) : done;
}

}  // namespace lavavisor::systemd
