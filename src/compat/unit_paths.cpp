// The files that a unit speaks of, found as lavap and systemd find them.
// SPDX-License-Identifier: Apache-2.0
#include "compat/unit_paths.hpp"

#include "compat/import_unit.hpp"
#include "compat/unit_command.hpp"

#include <string_view>

namespace lavavisor::compat {

using std::filesystem::path;

namespace {

/// The folder that relative paths of the unit start from.
path working_directory(const UnitFileText& unit, const UnitIdentity& identity) {
  std::vector<std::string> ignored;
  const auto values = values_of(unit, "Service", "WorkingDirectory");
  std::string value = fill_specifiers(values.empty() ? "" : values.back(), identity, ignored);
  value.erase(0, value.starts_with('-') ? 1 : 0);
  return value.empty() ? path{"/"} : value == "~" ? path{"/root"} : path{value};
}

}  // namespace

std::vector<path> yaml_places(const UnitFileText& unit,
                              const UnitIdentity& identity,
                              const std::string& file,
                              const path& directory) {
  const path folder = working_directory(unit, identity);
  std::vector<path> found{(folder / file).lexically_normal()};
  if (path{file}.is_relative()) {
    found.push_back((folder / "config" / file).lexically_normal());
    const std::string normal = path{file}.lexically_normal().string();
    if (constexpr std::string_view k_own = ".lavavisor/"; normal.starts_with(k_own)) {
      found.push_back((directory / normal.substr(k_own.size())).lexically_normal());
    }
  }
  return found;
}

std::vector<path> environment_files(const UnitFileText& unit, const UnitIdentity& identity) {
  std::vector<path> files;
  for (std::string file : values_of(unit, "Service", "EnvironmentFile")) {
    std::vector<std::string> ignored;
    file.erase(0, file.starts_with('-') ? 1 : 0);
    files.emplace_back(fill_specifiers(file, identity, ignored));
  }
  return files;
}

std::vector<path> yaml_candidates(const std::string& unit_name,
                                  std::string_view text,
                                  const std::filesystem::path& directory) {
  const UnitFileText unit = parse_unit(text);
  const UnitIdentity identity{unit_name};
  std::vector<path> found;
  for (const std::string& value : values_of(unit, "Service", "ExecStart")) {
    const auto command = parse_command(value, {identity, {}, true});
    for (const std::string& word : command ? command->words : std::vector<std::string>{}) {
      if (word.ends_with(".yml") || word.ends_with(".yaml")) {
        const auto more = yaml_places(unit, identity, word, directory);
        found.insert(found.end(), more.begin(), more.end());
      }
    }
  }
  return found;
}

std::vector<path> environment_files_of(const std::string& unit_name, std::string_view text) {
  return environment_files(parse_unit(text), UnitIdentity{unit_name});
}

}  // namespace lavavisor::compat
