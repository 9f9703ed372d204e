// Staged files become installed ones by one rename.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/claim.hpp"
#include "adapters/release/file_binaries.hpp"
#include "adapters/release/partial_file.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

namespace lavavisor::release {
namespace {

auto cannot(std::string_view verb, const model::Path& path, int code) {
  return base::fail(
      "cannot " + std::string{verb} + " " + path.string() + ": " +
      (code == EXDEV ? "its download is on another file system" : base::errno_text(code)));
}

/// Make the staged file executable and have all of it on disk.
base::Result<void> make_ready(const model::Path& staged) {
  const base::Fd file{::open(staged.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0) {
    return cannot("install", staged, errno);
  }
  if (!S_ISREG(found.st_mode)) {
    return base::fail("cannot install " + staged.string() + ": it is not a regular file");
  }
  if (::fchmod(file.get(), 0755) != 0 || ::fsync(file.get()) != 0) {
    return cannot("install", staged, errno);
  }
  return {};
}

}  // namespace

base::Result<ports::Claimed> FileBinaryStore::claim(const model::Path& directory,
                                                    const model::Release& release,
                                                    std::stop_token stop) {
  auto claim = FileClaim::acquire(directory, release, std::move(stop));
  if (!claim) {
    return base::fail("release " + release.name, claim.error());
  }
  ports::Claimed claimed;
  claimed.claim = std::move(*claim);
  if (const auto stamp = base::stamp_file(model::binary_file(directory, release))) {
    claimed.installed = *stamp;
  }
  return claimed;
}

base::Result<base::FileStamp> FileBinaryStore::install(const model::Path& directory,
                                                       const model::Release& release,
                                                       const model::Path& staged) {
  const auto place = model::binary_file(directory, release);
  const auto folder = place.parent_path();
  if (auto ready = make_ready(staged); !ready) {
    return tl::make_unexpected(ready.error());
  }
  if (auto made = base::make_directories(folder); !made) {
    return tl::make_unexpected(made.error());
  }
  if (::rename(staged.c_str(), place.c_str()) != 0) {
    const int code = errno;
    ::rmdir(folder.c_str());  // goes only when it is empty
    return cannot("install", place, code);
  }
  for (const auto& changed : {folder, staged.parent_path()}) {
    if (auto synced = base::sync_directory(changed); !synced) {
      return tl::make_unexpected(synced.error());
    }
  }
  ::unlink(resume_note(staged).c_str());
  return base::stamp_file(place);
}

void FileBinaryStore::discard(const model::Path& staged) {
  for (const auto& file : {staged, resume_note(staged)}) {
    if (auto removed = base::remove_file(file); !removed) {
      base::log_warn(removed.error().message);
    }
  }
}

base::Result<void> FileBinaryStore::remove(const model::Path& directory,
                                           const model::Release& release) {
  const auto place = model::binary_file(directory, release);
  const auto folder = place.parent_path();
  if (::unlink(place.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
    return cannot("remove", place, errno);
  }
  ::unlink(model::claim_file(directory, release).c_str());  // of a holder that was killed
  if (::rmdir(folder.c_str()) == 0) {
    return base::sync_directory(folder.parent_path());
  }
  if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
    base::log_warn(folder.string() +
                   " was left in place: it holds what lavavisor did not put there");
    static_cast<void>(base::sync_directory(folder));
    return {};
  }
  return errno == ENOENT ? base::Result<void>{} : cannot("remove", folder, errno);
}

base::Result<void> FileBinaryStore::link(const model::Path& directory,
                                         const model::Release& release,
                                         const model::Path& link) {
  if (auto made = base::make_directories(link.parent_path()); !made) {
    return made;
  }
  return base::replace_symlink(model::binary_file(directory, release), link);
}

}  // namespace lavavisor::release
