// The one place of this folder that reads the original's files.
// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "compat/import_original.hpp"
#include "compat/original_list.hpp"
#include "model/layout.hpp"

#include <system_error>
#include <utility>

namespace lavavisor::compat {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_largest = 1U << 20U;

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

void read_unit(OriginalFiles& files, const fs::path& file) {
  auto read = base::read_owned_file(file, k_largest);
  if (!read) {
    files.unreadable.push_back(read.error().message);
    return;
  }
  files.units[file.filename().string()] = {file, std::move(read->text), read->is};
}

/// What a unit is told by a file goes into config.toml, for all to read; so who wrote the unit must
/// have been able to read that file.
bool may_tell(const base::Ownership& file, const base::Ownership& unit) {
  const bool by_root = !base::other_hand(unit, {base::Trusted{}});
  const bool by_owner = (unit.mode & (S_IWGRP | S_IWOTH)) == 0 && unit.owner == file.owner;
  return by_root || by_owner || (file.mode & S_IROTH) != 0;
}

base::Result<void> read_services(OriginalFiles& files, const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entry{folder, error};
  for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    if (entry->path().extension() == ".service") {
      read_unit(files, entry->path());
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return base::fail("cannot list " + folder.string() + ": " + base::errno_text(error.value()));
  }
  return {};
}

/// Take the units that stand in `unit_dir` themselves, no links to others: those are what systemd
/// reads.
void read_installed(OriginalFiles& files, const fs::path& unit_dir) {
  for (auto& [unit, source] : files.units) {
    std::error_code ignored;
    const fs::path installed = unit_dir / unit;
    if (!fs::is_regular_file(fs::symlink_status(installed, ignored))) {
      continue;
    }
    auto read = base::read_owned_file(installed, k_largest);
    if (read && read->text != source.text) {
      files.shadowed.emplace(unit, source.file);
      source = {installed, std::move(read->text), read->is};
    }
  }
}

void look_for_drop_ins(OriginalFiles& files, const fs::path& unit_dir) {
  for (const auto& [unit, source] : files.units) {
    if (const fs::path folder = unit_dir / (unit + ".d"); is_there(folder)) {
      files.drop_ins.emplace(unit, folder);
    }
  }
}

void look_at_named_files(OriginalFiles& files) {
  UnitSurroundings& host = files.surroundings;
  for (const auto& [unit, source] : files.units) {
    for (const fs::path& file : yaml_candidates(unit, source.text, host.directory)) {
      if (is_there(file)) {
        host.files.insert(file);
      }
    }
    for (const fs::path& file : environment_files_of(unit, source.text)) {
      auto read = base::read_owned_file(file, k_largest);
      if (read && may_tell(read->is, source.is)) {
        host.environment_files[file] = std::move(read->text);
      }
    }
  }
}

}  // namespace

base::Result<OriginalFiles> read_original(const fs::path& directory, const fs::path& unit_dir) {
  OriginalFiles files;
  files.surroundings.directory = directory;
  const fs::path list = directory / "config.yml";
  if (is_there(list)) {
    auto text = base::read_file(list, k_largest);
    if (!text) {
      return tl::make_unexpected(text.error());
    }
    files.config_yml = *std::move(text);
  }
  if (auto read = read_services(files, model::services_dir(directory)); !read) {
    return tl::make_unexpected(read.error());
  }
  read_installed(files, unit_dir);
  const auto listed =
      files.config_yml ? read_original_list(*files.config_yml).units : std::vector<std::string>{};
  for (const std::string& unit : listed) {
    if (files.units.count(unit) == 0 && is_there(unit_dir / unit)) {
      read_unit(files, unit_dir / unit);
    }
  }
  look_for_drop_ins(files, unit_dir);
  look_at_named_files(files);
  return files;
}

}  // namespace lavavisor::compat
