// Three kinds of folders are watched: those on the way to upgrades/, itself, and one per release.
// Only an entry on the way changes which folders these are.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/binary_watch.hpp"

#include "adapters/process/config_watch.hpp"
#include "adapters/process/inotify.hpp"
#include "adapters/process/wake.hpp"
#include "base/file.hpp"
#include "base/log.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;
using model::Path;

constexpr int k_most_tries = 10;  // to find the folders at rest
constexpr std::chrono::milliseconds k_look_again{30'000};
/// Where a folder can't be watched (no watch left, it may not be read), people wait for this.
constexpr std::chrono::milliseconds k_look_again_soon{2'000};
constexpr std::uint32_t k_comes = IN_CREATE | IN_MOVED_TO;
constexpr std::uint32_t k_comes_or_goes = k_comes | IN_DELETE | IN_MOVED_FROM;
constexpr std::uint32_t k_itself_goes = IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t k_arrives = k_comes | IN_CLOSE_WRITE | IN_ATTRIB;
constexpr std::uint32_t k_is_gone = k_itself_goes | IN_IGNORED | IN_UNMOUNT;

/// A folder to be watched.
struct Folder {
  Path path;
  bool is_release = false;      ///< upgrades/v<release>
  bool is_upgrades = false;     ///< each of its entries may be a release's folder
  std::set<std::string> names;  ///< otherwise: the entries that lead to upgrades

  bool operator==(const Folder&) const = default;
};

std::vector<Folder> folders_of(const Path& directory) {
  std::vector<Folder> folders;
  const auto upgrades = model::upgrades_dir(directory);
  for (auto& [path, names] : deciding_entries(upgrades)) {
    folders.push_back({path, false, false, std::move(names)});
  }
  folders.push_back({upgrades, false, true, {}});
  std::error_code error;
  fs::directory_iterator entry{upgrades, error};
  for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    if (model::release_of(directory, entry->path() / "lavap")) {
      folders.push_back({entry->path(), true, false, {}});
    }
  }
  return folders;
}

bool has_binary(const Path& folder) {
  std::error_code error;
  return fs::exists(folder / "lavap", error);
}

}  // namespace

class BinaryWatch::Watcher {
 public:
  explicit Watcher(Path directory) : m_directory{std::move(directory)} {
    if (!m_inotify) {
      base::log_warn("binaries that are put into " + model::upgrades_dir(m_directory).string() +
                     " are noticed late (" + base::errno_text(errno) + ")");
    }
    arm();
  }

  void watch(const std::function<void()>& on_arrival, const std::stop_token& stop) {
    const Wake wake{stop};
    while (!stop.stop_requested()) {
      const bool sure = m_complete && !m_created;
      const bool told = m_inotify.wait(wake.fd(), sure ? k_look_again : k_look_again_soon);
      // Where a change may go unnoticed, one is taken to have happened.
      const bool arrived = told ? take_events() : arm() || !sure;
      m_created = m_created && told;
      if (arrived && !stop.stop_requested()) {
        on_arrival();
      }
    }
  }

 private:
  /// Take in what happened; true when a binary may have arrived.
  bool take_events() {
    bool arrived = false;
    bool came = false;   // a part of the way
    bool moved = false;  // the folders to be watched may be others now
    for (const auto& event : m_inotify.read()) {
      const auto found = m_watched.find(event.watch);
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        arrived = moved = true;
      } else if (found != m_watched.end() && concerns(found->second, event.name)) {
        const bool comes = (event.mask & k_comes) != 0;
        const bool is_way = !found->second.is_release && !found->second.is_upgrades;
        arrived = arrived || is_arrival(found->second, event);
        came = came || (is_way && comes);
        moved = moved || !found->second.is_release || (event.mask & k_is_gone) != 0;
      }
    }
    const bool is_new = moved && arm();
    return arrived || is_new || (came && has_any_binary());
  }

  /// An event of this entry ("" = the folder itself) is one that matters.
  bool concerns(const Folder& folder, const std::string& name) const {
    if (name.empty()) {
      return true;
    }
    if (folder.is_upgrades) {
      return model::release_of(m_directory, folder.path / name / "lavap").has_value();
    }
    return folder.is_release ? name == "lavap" : folder.names.contains(name);
  }

  bool is_arrival(const Folder& folder, const FileEvent& event) {
    if (event.name.empty()) {
      return false;
    }
    if (folder.is_upgrades) {
      return (event.mask & k_comes) != 0 && has_binary(folder.path / event.name);
    }
    if (!folder.is_release || (event.mask & k_arrives) == 0) {
      return false;
    }
    // The end of what is being written is an event of its own, unless it came by linkat(2).
    m_created = (event.mask & IN_CREATE) != 0 && is_unwritten(folder.path / event.name);
    return !m_created;
  }

  bool has_any_binary() const {
    return std::any_of(m_watched.begin(), m_watched.end(), [](const auto& entry) {
      return entry.second.is_release && has_binary(entry.second.path);
    });
  }

  /// Watch the folders that there are now; true when a binary is in one that was not watched.
  bool arm() {
    const auto before = std::exchange(m_watched, {});
    auto folders = folders_of(m_directory);
    for (int tries = 0; tries < k_most_tries; ++tries) {
      add_watches(folders);
      auto again = folders_of(m_directory);  // one may have come before its parent was watched
      if (again == folders) {
        break;
      }
      folders = std::move(again);
    }
    for (const auto& [watch, unused] : before) {
      if (!m_watched.contains(watch)) {
        m_inotify.unwatch(watch);
      }
    }
    return std::any_of(m_watched.begin(), m_watched.end(), [&before](const auto& entry) {
      const auto known = before.find(entry.first);
      return (known == before.end() || known->second.path != entry.second.path) &&
             entry.second.is_release && has_binary(entry.second.path);
    });
  }

  void add_watches(const std::vector<Folder>& folders) {
    m_complete = static_cast<bool>(m_inotify);
    for (const auto& folder : folders) {
      const auto events = folder.is_release ? k_arrives : k_comes_or_goes;
      if (const int watch = m_inotify.watch(folder.path, events | k_itself_goes); watch >= 0) {
        m_watched.insert_or_assign(watch, folder);
      } else if (errno != ENOENT && errno != ENOTDIR) {
        m_complete = false;  // a missing one is its parent's to tell
      }
    }
  }

  const Path m_directory;
  const Inotify m_inotify;
  std::map<int, Folder> m_watched;  ///< by watch
  bool m_complete = false;          ///< all of them that exist are watched
  bool m_created = false;           ///< a binary was, and its end was not seen yet
};

BinaryWatch::BinaryWatch(const Path& directory, std::function<void()> on_arrival)
    : m_watcher{std::make_unique<Watcher>(fs::absolute(directory).lexically_normal())},
      m_thread{[watcher = m_watcher.get(),
                on_arrival = std::move(on_arrival)](const std::stop_token& stop) {
        watcher->watch(on_arrival, stop);
      }} {}

BinaryWatch::~BinaryWatch() = default;

}  // namespace lavavisor::process
