// Reading whole files and replacing them atomically, with the system calls that make it durable.
// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include "base/fd.hpp"
#include "base/quantity.hpp"
#include "base/rights.hpp"
#include "base/write_all.hpp"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>

namespace lavavisor::base {
namespace {

using std::filesystem::path;

/// "cannot <verb> <path>: <why>"
auto cannot(std::string_view verb, const path& what, const std::string& why) {
  return fail("cannot " + std::string{verb} + " " + what.string() + ": " + why);
}
auto cannot(std::string_view verb, const path& what, int code) {
  return cannot(verb, what, errno_text(code));
}

path folder_of(const path& file) {
  return file.has_parent_path() ? file.parent_path() : path{"."};
}

/// A name beside `target` that no other call, in this process or another living one, makes.
path staged_name(const path& target) {
  static std::atomic<unsigned> counter{0};
  const std::string name = target.filename().string().substr(0, 200);
  return folder_of(target) / ("." + name + "." + std::to_string(::getpid()) + "-" +
                              std::to_string(counter.fetch_add(1)) + ".tmp");
}

/// What stands beside its target until it is renamed over it; removed if that never happens.
class Staged {
 public:
  explicit Staged(path name) : m_name(std::move(name)) {}
  ~Staged() {
    if (!m_name.empty()) {
      ::unlink(m_name.c_str());
    }
  }
  Staged(Staged&& other) noexcept : m_name(std::move(other.m_name)) { other.m_name.clear(); }
  Staged& operator=(Staged&&) = delete;

  const path& name() const { return m_name; }

  /// Rename it over `target`; an errno, 0 = done.
  int commit(const path& target) {
    if (::rename(m_name.c_str(), target.c_str()) != 0) {
      return errno;
    }
    m_name.clear();
    return 0;
  }

 private:
  path m_name;
};

/// Call `make` with fresh names beside `target` until one is free; what it made, or its errno.
template <class Make>
tl::expected<Staged, int> stage(const path& target, const Make& make) {
  constexpr int k_tries = 100;  // names left behind by a dead process with our pid
  for (int i = 0; i < k_tries; ++i) {
    path name = staged_name(target);
    if (make(name)) {
      return Staged{std::move(name)};
    }
    if (errno != EEXIST) {
      break;
    }
  }
  return tl::make_unexpected(errno);
}

/// Give the open file its group, mode and content, on disk. The group goes first, because
/// chown(2) may clear mode bits.
bool fill(int fd, std::string_view content, const FileMode& mode) {
  return (!mode.group || ::fchown(fd, static_cast<uid_t>(-1), *mode.group) == 0) &&
         ::fchmod(fd, mode.mode) == 0 && write_all(fd, content) && ::fsync(fd) == 0;
}

/// Open a regular file for reading; never waits for the other end of a FIFO.
Result<Fd> open_regular(const path& file, struct stat& found) {
  Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!fd || ::fstat(fd.get(), &found) != 0) {
    return cannot("read", file, errno);
  }
  if (!S_ISREG(found.st_mode)) {
    return cannot(
        "read", file, S_ISDIR(found.st_mode) ? "is a directory" : "is not a regular file");
  }
  return fd;
}

/// All that can be read from the regular file `fd`, which is `file` and was `found` so.
Result<std::string> read_all(int fd,
                             const struct stat& found,
                             const path& file,
                             std::uint64_t limit) {
  const auto size = static_cast<std::uint64_t>(found.st_size);
  const auto too_large = [&] {
    return cannot("read", file, "is larger than " + format_size(limit));
  };
  if (size > limit) {
    return too_large();
  }
  // One byte more than stat said, so that the end is seen without growing; /proc says 0.
  std::string content(std::min<std::uint64_t>(size, limit) + 1, '\0');
  for (std::size_t used = 0;;) {
    const ssize_t got = ::read(fd, content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return cannot("read", file, errno);
    }
    used += static_cast<std::size_t>(got);
    if (used > limit) {
      return too_large();
    }
    if (got == 0) {
      content.resize(used);
      return content;
    }
    if (used == content.size()) {
      content.resize(std::max<std::size_t>(2 * used, 4096));
    }
  }
}

}  // namespace

Result<std::string> read_file(const path& file, std::uint64_t limit) {
  struct stat found {};
  const auto fd = open_regular(file, found);
  return fd ? read_all(fd->get(), found, file, limit) : tl::make_unexpected(fd.error());
}

Result<OwnedText> read_owned_file(const path& file, std::uint64_t limit) {
  struct stat found {};
  const auto fd = open_regular(file, found);
  if (!fd) {
    return tl::make_unexpected(fd.error());
  }
  auto text = read_all(fd->get(), found, file, limit);
  if (!text) {
    return tl::make_unexpected(std::move(text.error()));
  }
  return OwnedText{*std::move(text), ownership_of(fd->get())};
}

Result<void> write_file_atomically(const path& file, std::string_view content, FileMode mode) {
  Fd fd;
  auto staged = stage(file, [&](const path& name) {
    fd = Fd{::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    return static_cast<bool>(fd);
  });
  if (!staged) {
    return cannot("write", file, staged.error());
  }
  if (!fill(fd.get(), content, mode)) {
    return cannot("write", file, errno);
  }
  if (const int code = staged->commit(file); code != 0) {
    return cannot("write", file, code);
  }
  return sync_directory(folder_of(file));
}

Result<void> replace_symlink(const path& target, const path& link, Over over) {
  std::error_code error;
  const auto there = std::filesystem::symlink_status(link, error);
  if (std::filesystem::is_symlink(there)) {
    if (std::filesystem::read_symlink(link, error) == target) {
      return {};
    }
  } else if (std::filesystem::exists(there) &&
             !(over == Over::file && std::filesystem::is_regular_file(there))) {
    return cannot("link", link, "something stands there that is not a symbolic link");
  }
  auto staged =
      stage(link, [&](const path& name) { return ::symlink(target.c_str(), name.c_str()) == 0; });
  if (!staged) {
    return cannot("link", link, staged.error());
  }
  if (const int code = staged->commit(link); code != 0) {
    return cannot("link", link, code);
  }
  return sync_directory(folder_of(link));
}

Result<void> make_directories(const path& directory) {
  path part;
  for (const auto& name : directory.lexically_normal()) {
    part /= name;
    struct stat found {};
    if (name.empty() || (::stat(part.c_str(), &found) == 0 && S_ISDIR(found.st_mode))) {
      continue;
    }
    if (::mkdir(part.c_str(), 0755) == 0) {
      // The umask does not count: a service's user must be able to walk through. By the descriptor:
      // who may write to the folder above may have put something else here meanwhile.
      const Fd made{::open(part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
      if (!made || ::fchmod(made.get(), 0755) != 0) {
        return cannot("create folder", part, errno);
      }
      if (auto synced = sync_directory(folder_of(part)); !synced) {
        return synced;
      }
    } else if (errno == EEXIST && ::stat(part.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) {
      continue;  // another process was faster
    } else if (errno == EEXIST || errno == ENOENT) {
      return cannot("create folder", directory, part.string() + " is not a directory");
    } else {
      return cannot("create folder", part, errno);
    }
  }
  return {};
}

Result<void> remove_file(const path& file) {
  if (::unlink(file.c_str()) == 0) {
    return sync_directory(folder_of(file));
  }
  if (errno == ENOENT || errno == ENOTDIR) {
    return {};
  }
  return cannot("remove", file, errno);
}

Result<void> sync_directory(const path& directory) {
  const Fd fd{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd) {
    return cannot("sync folder", directory, errno);
  }
  // EINVAL: a file system that has nothing to sync there (a read-only or a virtual one).
  if (::fsync(fd.get()) != 0 && errno != EINVAL) {
    return cannot("sync folder", directory, errno);
  }
  return {};
}

Result<FileStamp> stamp_file(const path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) {
    return cannot("read", file, errno);
  }
  if (!S_ISREG(found.st_mode)) {
    return cannot(
        "read", file, S_ISDIR(found.st_mode) ? "is a directory" : "is not a regular file");
  }
  const auto nanoseconds = [](const timespec& at) {
    return static_cast<std::int64_t>(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
  };
  return FileStamp{.device = found.st_dev,
                   .inode = found.st_ino,
                   .size = static_cast<std::uint64_t>(found.st_size),
                   .modified = nanoseconds(found.st_mtim),
                   .changed = nanoseconds(found.st_ctim)};
}

std::string errno_text(int code) {
  const char* words = ::strerrordesc_np(code);
  if (words == nullptr) {
    return "unknown error " + std::to_string(code);
  }
  std::string text{words};
  // "RPC struct is bad" and "Input/output error" differ: only a lone capital is lowered.
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

}  // namespace lavavisor::base
