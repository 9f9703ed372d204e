// Folders are watched, not files: a replaced file or a moved link is an event of its folder. Events
// of other entries are passed over, because lavavisor's own files may lie in the same folder.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/config_watch.hpp"

#include "adapters/process/inotify.hpp"
#include "adapters/process/wake.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "model/fragments.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <deque>
#include <stop_token>
#include <utility>

namespace lavavisor::process {
namespace {

using Path = std::filesystem::path;
using Entries = std::map<Path, std::set<std::string>>;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int k_most_links = 40;  // as path_resolution(7) follows
constexpr int k_most_tries = 10;  // to find the way at rest
constexpr milliseconds k_quiet{50};
constexpr milliseconds k_longest_unrest{1'000};
/// What can't be watched (a folder that may not be read, no watch left) is taken to have changed.
constexpr milliseconds k_look_again{30'000};
constexpr std::uint32_t k_events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                   IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB;
constexpr std::uint32_t k_folder_is_gone = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

/// Put the parts of `path` before those that are `left` to go.
void go_first(const Path& path, std::deque<Path>& left) {
  const Path parts = path.relative_path();
  left.insert(left.begin(), parts.begin(), parts.end());
}

void add(Entries& entries, const Entries& more) {
  for (const auto& [folder, names] : more) {
    entries[folder].insert(names.begin(), names.end());
  }
}

Entries deciding_entries_of(const std::vector<Path>& files) {
  Entries all;
  for (const auto& file : files) {
    add(all, deciding_entries(file));
  }
  return all;
}

class Watcher {
 public:
  Watcher(const Inotify& inotify, std::vector<Path> files)
      : m_inotify{inotify}, m_files{std::move(files)} {}

  /// Watch all that decides now; true when that is something else than before.
  bool arm() {
    const auto before = m_watched;
    auto entries = deciding_entries_of(m_files);
    for (int tries = 0; tries < k_most_tries; ++tries) {
      add_watches(entries);
      auto again = deciding_entries_of(m_files);  // a link may have moved before it was watched
      if (again == entries) {
        break;
      }
      entries = std::move(again);
    }
    return m_watched != before;
  }

  /// Whether a change may go unnoticed; asking settles it.
  bool is_unsure() { return std::exchange(m_created, false) || !m_complete; }

  /// Take in what happened; true when it concerns the files.
  bool read_events() {
    bool concerns = false;
    for (const auto& event : m_inotify.read()) {
      concerns = is_ours(event) || concerns;
    }
    return concerns;
  }

 private:
  struct Watched {
    Path folder;
    std::set<std::string> names;

    bool holds(const std::string& name) const {
      return names.contains(name) || (names.contains(k_any_fragment) && model::is_fragment(name));
    }
    bool operator==(const Watched&) const = default;
  };

  void add_watches(const Entries& entries) {
    std::map<int, Watched> watched;
    m_complete = true;
    for (const auto& [folder, names] : entries) {
      const int watch = m_inotify.watch(folder, k_events);
      if (watch < 0) {
        m_complete = false;
        continue;
      }
      auto& entry = watched[watch];
      entry.folder = folder;
      entry.names.insert(names.begin(), names.end());
    }
    for (const auto& [watch, unused] : m_watched) {
      if (!watched.contains(watch)) {
        m_inotify.unwatch(watch);
      }
    }
    m_watched = std::move(watched);
  }

  bool is_ours(const FileEvent& event) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
      return true;
    }
    const auto watched = m_watched.find(event.watch);
    if (watched == m_watched.end()) {
      return false;
    }
    if (event.name.empty()) {
      return (event.mask & k_folder_is_gone) != 0;
    }
    if (!watched->second.holds(event.name)) {
      return false;
    }
    if ((event.mask & IN_CREATE) != 0 && is_unwritten(watched->second.folder / event.name)) {
      m_created = true;
      return false;
    }
    return true;
  }

  const Inotify& m_inotify;
  const std::vector<Path> m_files;
  std::map<int, Watched> m_watched;  ///< by watch descriptor
  bool m_complete = false;           ///< all folders that decide are watched
  bool m_created = false;            ///< a file was, and its end was not seen yet
};

milliseconds until(Clock::time_point at) {
  return std::chrono::ceil<milliseconds>(at - Clock::now());
}

void watch(std::vector<Path> files,
           const std::function<void()>& on_change,
           const std::stop_token& stop) {
  const Inotify inotify;
  const Wake wake{stop};
  if (!inotify) {
    base::log_warn("the configuration is not watched (" + base::errno_text(errno) +
                   "); SIGHUP makes lavavisor read it anew");
    return;
  }
  Watcher watcher{inotify, std::move(files)};
  watcher.arm();
  bool changed = true;
  auto look_again = Clock::now() + k_look_again;
  while (!stop.stop_requested()) {
    if (changed) {
      on_change();
    }
    if (inotify.wait(wake.fd(), until(look_again))) {
      changed = watcher.read_events();
      const auto patience = Clock::now() + k_longest_unrest;
      while (changed && Clock::now() < patience && inotify.wait(wake.fd(), k_quiet)) {
        watcher.read_events();
      }
      if (changed) {
        watcher.arm();
      }
    } else {
      changed = watcher.arm() || watcher.is_unsure();
      look_again = Clock::now() + k_look_again;
    }
  }
}

/// The fragments that `folder` holds now; none, where it is no folder.
std::vector<Path> fragments_in(const Path& folder) {
  std::vector<Path> fragments;
  std::error_code error;
  std::filesystem::directory_iterator entry{folder, error};
  for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
    if (model::is_fragment(entry->path().filename().string())) {
      fragments.push_back(entry->path());
    }
  }
  return fragments;
}

/// The entries on the way to `file`, and on those of the links on it.
Entries entries_on_the_way(const Path& file) {
  Entries entries;
  const Path absolute = std::filesystem::absolute(file);
  std::deque<Path> left;
  go_first(absolute, left);
  int links_left = k_most_links;
  for (Path at = absolute.root_path(); !left.empty();) {
    const Path part = left.front();
    left.pop_front();
    if (part == "..") {
      at = at.parent_path();
    } else if (!part.empty() && part != ".") {
      entries[at].insert(part.string());
      std::error_code is_no_link;
      const Path target = std::filesystem::read_symlink(at / part, is_no_link);
      if (is_no_link || links_left == 0) {
        at /= part;
        continue;
      }
      --links_left;
      at = target.is_absolute() ? target.root_path() : at;
      go_first(target, left);
    }
  }
  return entries;
}

}  // namespace

Entries deciding_entries(const Path& file) {
  Entries entries = entries_on_the_way(file);
  std::error_code error;
  if (const Path folder = std::filesystem::canonical(file, error);
      !error && std::filesystem::is_directory(folder, error)) {
    entries[folder].insert(k_any_fragment);
    for (const Path& fragment : fragments_in(folder)) {
      add(entries, entries_on_the_way(fragment));
    }
  }
  return entries;
}

ConfigWatch::ConfigWatch(std::vector<Path> files, std::function<void()> on_change)
    : m_thread{[files = std::move(files),
                on_change = std::move(on_change)](const std::stop_token& stop) {
        watch(files, on_change, stop);
      }} {}

}  // namespace lavavisor::process
