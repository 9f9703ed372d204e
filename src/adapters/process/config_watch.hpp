// Notices that a configuration file may have become another one (inotify(7)).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace lavavisor::process {

/// Stands for every fragment's name (model::is_fragment) among a folder's entries.
inline constexpr const char* k_any_fragment = "*.toml";

/// The entries that decide what `file` is, by the folder that they stand in: each part of its path,
/// and where one is a symbolic link (the file itself or a folder above it, as Kubernetes and GitOps
/// tools swap them) also each part of the way to where it leads. What is missing counts, too.
/// Where it is a folder: also all of its fragments, those that are still to come, and their ways.
std::map<std::filesystem::path, std::set<std::string>> deciding_entries(
    const std::filesystem::path& file);

/// Watches in a thread until it goes out of scope. A change is reported once things are quiet for
/// 50 ms, and after 1 s when they never are; that a file changed is a guess: whoever is told reads
/// and compares. What changed before the watch began is covered by one report at its start.
class ConfigWatch {
 public:
  /// A path in `files` may be that of a folder of fragments.
  ConfigWatch(std::vector<std::filesystem::path> files, std::function<void()> on_change);

 private:
  std::jthread m_thread;
};

}  // namespace lavavisor::process
