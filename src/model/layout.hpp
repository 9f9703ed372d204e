// Where things lie below the directory; names as in the original LavaVisor.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/version.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::model {

using Path = std::filesystem::path;

/// `directory`/`rest`, put together as text: a plan for many services asks for many, and operator/
/// takes its operands apart each time.
inline std::string below(const Path& directory, std::string_view rest) {
  std::string path = directory.native();
  path += path.ends_with('/') ? "" : "/";
  return path.append(rest);
}

inline Path state_file(const Path& directory) {
  return directory / "state.db";
}
inline Path lock_file(const Path& directory) {
  return directory / "lock";
}
inline Path upgrades_dir(const Path& directory) {
  return directory / "upgrades";
}
inline Path binary_file(const Path& directory, const Release& release) {
  return below(directory, "upgrades/v").append(release.name).append("/lavap");
}
/// Where a download grows until it is verified; on the binary's own file system.
inline Path partial_file(const Path& directory, const Release& release) {
  return upgrades_dir(directory) / (".v" + release.name + ".partial");
}
/// Locked by whoever obtains the release (flock(2)); there only meanwhile.
inline Path claim_file(const Path& directory, const Release& release) {
  return upgrades_dir(directory) / (".v" + release.name + ".lock");
}
inline Path services_dir(const Path& directory) {
  return directory / "services";
}
inline Path unit_file(const Path& directory, const std::string& service) {
  return below(directory, "services/").append(service).append(".service");
}
/// The unit that stood in the service's place before it was taken over.
inline Path imported_unit_file(const Path& directory, const std::string& service) {
  return services_dir(directory) / (service + ".service.imported");
}
inline Path lavap_config_dir(const Path& directory) {
  return services_dir(directory) / "protocol_yml_configs";
}
inline Path lavap_config_file(const Path& directory, const std::string& service) {
  return below(directory, "services/protocol_yml_configs/").append(service).append(".yml");
}
inline Path logs_dir(const Path& directory) {
  return services_dir(directory) / "logs";
}
inline Path log_file(const Path& directory, const std::string& service) {
  return logs_dir(directory) / (service + ".log");
}

/// The release whose binary_file `path` is, if it is one below `directory`.
std::optional<Release> release_of(const Path& directory, const Path& path);

}  // namespace lavavisor::model
