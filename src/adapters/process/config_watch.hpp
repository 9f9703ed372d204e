// Notices that a configuration file may have become another one (inotify(7)).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <thread>
#include <vector>

namespace lavavisor::process {

/// The folders in which an entry decides what `file` is: its own, and for every symbolic link on
/// the way (the file itself or a folder above it, as Kubernetes and GitOps tools swap them) the
/// folder that holds the link, and those on the way to where it leads.
std::set<std::filesystem::path> deciding_folders(const std::filesystem::path& file);

/// Watches in a thread until it goes out of scope. A change is reported once things are quiet for
/// 50 ms; that a file changed is a guess: whoever is told reads and compares.
class ConfigWatch {
 public:
  ConfigWatch(std::vector<std::filesystem::path> files, std::function<void()> on_change);

 private:
  std::jthread m_thread;
};

}  // namespace lavavisor::process
