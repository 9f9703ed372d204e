// The bytes are hashed as they are copied, so that what is recorded is what was taken.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/built_file.hpp"

#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/sha256.hpp"
#include "base/write_all.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using std::filesystem::path;

auto cannot(const std::string& verb, const path& file, int code) {
  return fail("cannot " + verb + " " + file.string() + ": " + base::errno_text(code));
}

Result<Fd> open_built(const path& file) {
  Fd fd{::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  struct stat found {};
  if (!fd && errno == ENOENT) {
    return fail("it left no binary at " + file.string());
  }
  if (!fd && errno != ELOOP) {
    return cannot("read", file, errno);
  }
  if (!fd || ::fstat(fd.get(), &found) != 0 || !S_ISREG(found.st_mode) || found.st_nlink != 1) {
    return fail("what it left at " + file.string() + " is not a regular file");
  }
  return fd;
}

Result<TakenOver> copy(const Fd& in, const Fd& out, const path& to, std::uint64_t limit) {
  base::Sha256 hash;
  TakenOver taken;
  std::vector<char> piece(1U << 20U);
  for (;;) {
    const ssize_t got = ::read(in.get(), piece.data(), piece.size());
    if (got < 0 && errno != EINTR) {
      return fail("the built binary can't be read: " + base::errno_text(errno));
    }
    if (got == 0) {
      taken.sha256 = hash.finish();
      return taken;
    }
    const auto count = got > 0 ? static_cast<std::size_t>(got) : 0;
    taken.size += count;
    if (taken.size > limit) {
      return fail("the built binary is larger than binary.release.max_size (" +
                  base::format_size(limit) + ")");
    }
    hash.update({piece.data(), count});
    if (!base::write_all(out.get(), {piece.data(), count})) {
      return cannot("write", to, errno);
    }
  }
}

}  // namespace

Result<TakenOver> take_over(const path& from, const path& to, std::uint64_t limit) {
  const auto in = open_built(from);
  if (!in) {
    return tl::make_unexpected(in.error());
  }
  if (auto removed = base::remove_file(to); !removed) {
    return tl::make_unexpected(removed.error());
  }
  const Fd out{::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!out) {
    return cannot("write", to, errno);
  }
  auto taken = copy(*in, out, to, limit);
  if (taken && (::fchmod(out.get(), 0755) != 0 || ::fsync(out.get()) != 0)) {
    taken = cannot("write", to, errno);
  }
  if (taken) {
    if (auto synced = base::sync_directory(to.parent_path()); !synced) {
      taken = tl::make_unexpected(synced.error());
    }
  }
  if (!taken) {
    ::unlink(to.c_str());
  }
  return taken;
}

}  // namespace lavavisor::process
