// Folders are watched, not files: a replaced file or a moved link is an event of its folder.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/config_watch.hpp"

#include "adapters/process/wake.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/log.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stop_token>
#include <utility>

namespace lavavisor::process {
namespace {

using Path = std::filesystem::path;

constexpr int k_most_links = 40;  // as path_resolution(7) follows
constexpr int k_quiet_ms = 50;
constexpr int k_look_again_ms = 30'000;  // a folder that was missing may be there by then
constexpr std::uint32_t k_events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                   IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB |
                                   IN_ONLYDIR;

/// Wait until `fd` or `wake` can be read; true when it is `fd` within `limit`.
bool wait_for(int fd, int wake, int limit_ms) {
  std::array<pollfd, 2> waits = {pollfd{fd, POLLIN, 0}, pollfd{wake, POLLIN, 0}};
  return ::poll(waits.data(), waits.size(), limit_ms) > 0 && (waits[0].revents & POLLIN) != 0;
}

void drain(int fd) {
  std::array<char, 4096> events{};
  while (::read(fd, events.data(), events.size()) > 0) {
  }
}

void watch_folders(int inotify, const std::vector<Path>& files) {
  for (const auto& file : files) {
    for (const auto& folder : deciding_folders(file)) {
      // One that is watched already keeps its watch (inotify_add_watch(2)).
      (void)::inotify_add_watch(inotify, folder.c_str(), k_events);
    }
  }
}

void watch(const std::vector<Path>& files,
           const std::function<void()>& on_change,
           const std::stop_token& stop) {
  const base::Fd inotify{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  const Wake wake{stop};
  if (inotify.get() < 0) {
    base::log_warn("the configuration is not watched (" + base::errno_text(errno) +
                   "); SIGHUP makes lavavisor read it anew");
    return;
  }
  watch_folders(inotify.get(), files);
  while (!stop.stop_requested()) {
    if (!wait_for(inotify.get(), wake.fd(), k_look_again_ms)) {
      watch_folders(inotify.get(), files);
      continue;
    }
    do {
      drain(inotify.get());
    } while (wait_for(inotify.get(), wake.fd(), k_quiet_ms));
    watch_folders(inotify.get(), files);
    if (!stop.stop_requested()) {
      on_change();
    }
  }
}

void follow(const Path& path, std::set<Path>& folders, int& links_left) {
  Path walked = path.root_path();
  for (const auto& part : path.relative_path()) {
    const Path entry = walked / part;
    std::error_code error;
    if (std::filesystem::is_symlink(entry, error) && links_left-- > 0) {
      folders.insert(walked);
      const Path target = std::filesystem::read_symlink(entry, error);
      follow((walked / target).lexically_normal(), folders, links_left);
    }
    walked = entry;
  }
}

}  // namespace

std::set<Path> deciding_folders(const Path& file) {
  std::set<Path> folders = {file.parent_path()};
  int links_left = k_most_links;
  follow(file.lexically_normal(), folders, links_left);
  std::error_code error;
  const Path real = std::filesystem::weakly_canonical(file, error);
  if (!error) {
    folders.insert(real.parent_path());
  }
  return folders;
}

ConfigWatch::ConfigWatch(std::vector<Path> files, std::function<void()> on_change)
    : m_thread{[files = std::move(files),
                on_change = std::move(on_change)](const std::stop_token& stop) {
        watch(files, on_change, stop);
      }} {}

}  // namespace lavavisor::process
