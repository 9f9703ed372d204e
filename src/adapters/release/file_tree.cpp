// openat(2) and mkdirat(2), one name at a time.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/file_tree.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;
using base::Fd;
using base::Result;

constexpr int k_folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

auto cannot_make(const EntryPath& path, int code) {
  const std::string name = base::printable(base::join(path, "/"));
  switch (code) {
    case EEXIST:
      return base::fail("it holds " + name + " twice");
    case ENOTDIR:
    case ELOOP:
      return base::fail("it holds " + name + " where something else is no folder");
    default:
      return base::fail("cannot write " + name + ": " + base::errno_text(code));
  }
}

/// The folder `name` in `parent`, made where it is not there; none = errno says why.
Fd enter(int parent, const std::string& name) {
  const bool is_new = ::mkdirat(parent, name.c_str(), 0755) == 0;
  if (!is_new && errno != EEXIST) {
    return {};
  }
  Fd folder{::openat(parent, name.c_str(), k_folder_flags)};
  if (folder && is_new && ::fchmod(folder.get(), 0755) != 0) {  // the umask does not count
    return {};
  }
  return folder;
}

/// The folder in which the last name of `path` stands; `top` itself is not owned by the result.
Result<Fd> enter_parent(int top, const EntryPath& path) {
  Fd at;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    at = enter(at ? at.get() : top, path[i]);
    if (!at) {
      return cannot_make(path, errno);
    }
  }
  return at;
}

/// Let their owner search and change all folders below `folder`.
void open_up(const fs::path& folder) {
  std::error_code error;
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, error);
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->symlink_status(ignored).type() == fs::file_type::directory) {
      open_up(at->path());
    }
  }
}

}  // namespace

Result<FileTree> FileTree::below(const fs::path& folder) {
  Fd top{::open(folder.c_str(), k_folder_flags)};
  if (!top) {
    return base::fail("cannot open folder " + folder.string() + ": " + base::errno_text(errno));
  }
  return FileTree{std::move(top)};
}

Result<void> FileTree::make_folder(const EntryPath& path) const {
  const auto parent = enter_parent(m_top.get(), path);
  if (!parent) {
    return tl::make_unexpected(parent.error());
  }
  if (!enter(*parent ? parent->get() : m_top.get(), path.back())) {
    return cannot_make(path, errno);
  }
  return {};
}

Result<Fd> FileTree::make_file(const EntryPath& path, mode_t mode) const {
  const auto parent = enter_parent(m_top.get(), path);
  if (!parent) {
    return tl::make_unexpected(parent.error());
  }
  Fd file{::openat(*parent ? parent->get() : m_top.get(),
                   path.back().c_str(),
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   0600)};
  if (!file || ::fchmod(file.get(), mode) != 0) {
    return cannot_make(path, errno);
  }
  return file;
}

Result<void> remove_tree(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error == std::errc::permission_denied) {
    open_up(folder);  // Go's module cache is made read-only
    fs::remove_all(folder, error);
  }
  if (error) {
    return base::fail("cannot remove folder " + folder.string() + ": " +
                      base::errno_text(error.value()));
  }
  return {};
}

}  // namespace lavavisor::release
