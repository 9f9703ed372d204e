// What stands below upgrades/ and at the path of the link.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/file_binaries.hpp"
#include "base/fd.hpp"
#include "base/sha256.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;

bool is_missing(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
         error == std::errc::too_many_symbolic_link_levels;
}

std::string kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::regular:
      return "a regular file";
    case fs::file_type::directory:
      return "a directory";
    case fs::file_type::fifo:
      return "a FIFO";
    case fs::file_type::socket:
      return "a socket";
    default:
      return "a device";
  }
}

/// Where the symbolic link `link` leads, one step, absolute and without "." and "..".
model::Path step(const model::Path& link, std::error_code& error) {
  const auto target = fs::read_symlink(link, error);
  return (link.parent_path() / target).lexically_normal();
}

/// `path` with the links in its folder resolved, but not `path` itself.
model::Path settled(const model::Path& path) {
  std::error_code error;
  const auto folder = fs::weakly_canonical(path.parent_path(), error);
  return error ? path : folder / path.filename();
}

/// The release of `directory` that `path` is, however either of them is spelt.
std::optional<model::Release> our_release(const model::Path& directory, const model::Path& path) {
  if (auto release = model::release_of(directory.lexically_normal(), path)) {
    return release;
  }
  return model::release_of(settled(directory / "_").parent_path(), settled(path));
}

/// `path` is some directory's upgrades/v<release>/lavap, and it is there.
bool is_someones_binary(const model::Path& path) {
  const auto upgrades = path.parent_path().parent_path();
  std::error_code error;
  return upgrades.filename() == "upgrades" &&
         model::release_of(upgrades.parent_path(), path).has_value() && fs::exists(path, error);
}

/// What stands at one link of a chain; nothing said = look at the next one.
std::optional<model::LinkState> judge(const model::Path& directory, const model::Path& target) {
  if (auto release = our_release(directory, target)) {
    return model::LinkState{.release = std::move(release), .foreign = ""};
  }
  if (is_someones_binary(target)) {
    return model::LinkState{
        .release = {},
        .foreign = "a link to " + target.string() + ", the binary of another lavavisor directory"};
  }
  return std::nullopt;
}

/// Somebody holds a lock on `file`; one that can't be opened is not held as far as we can tell.
bool is_held(const model::Path& file) {
  const base::Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct flock asked {};
  asked.l_type = F_WRLCK;
  asked.l_whence = SEEK_SET;
  return fd && ::fcntl(fd.get(), F_OFD_GETLK, &asked) == 0 && asked.l_type != F_UNLCK;
}

}  // namespace

base::Result<std::vector<ports::InstalledFile>> FileBinaryInventory::installed(
    const model::Path& directory) {
  const auto upgrades = model::upgrades_dir(directory);
  const auto cannot_read = [](const model::Path& path, const std::error_code& error) {
    return base::fail("cannot read " + path.string() + ": " + base::errno_text(error.value()));
  };
  std::vector<ports::InstalledFile> found;
  std::error_code error;
  fs::directory_iterator entry{upgrades, error};
  if (error == std::errc::no_such_file_or_directory) {
    return found;
  }
  for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    const auto file = entry->path() / "lavap";
    const auto release = model::release_of(directory, file);
    if (!release) {
      continue;
    }
    std::error_code why;
    const auto status = fs::status(file, why);
    if (why && !is_missing(why)) {
      return cannot_read(file, why);
    }
    if (!fs::is_regular_file(status)) {
      continue;
    }
    const auto stamp = base::stamp_file(file);
    if (!stamp) {
      return tl::make_unexpected(stamp.error());
    }
    found.push_back({*release, *stamp, is_held(file)});
  }
  if (error) {
    return cannot_read(upgrades, error);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.release < b.release;
  });
  return found;
}

base::Result<std::string> FileBinaryInventory::hash(const model::Path& file) {
  return base::sha256_file(file);
}

model::LinkState FileBinaryInventory::linked(const model::Path& directory,
                                             const model::Path& link) {
  constexpr int k_longest_chain = 40;  // as the kernel's
  std::error_code error;
  const auto status = fs::symlink_status(link, error);
  if (status.type() == fs::file_type::not_found) {
    return {};
  }
  if (error) {
    return {.release = {},
            .foreign = "what can't be looked at: " + base::errno_text(error.value())};
  }
  if (!fs::is_symlink(status)) {
    return {.release = {}, .foreign = kind_of(status.type())};
  }
  model::Path at = link;
  for (int i = 0; i < k_longest_chain && fs::is_symlink(fs::symlink_status(at, error)); ++i) {
    at = step(at, error);
    if (const auto state = judge(directory, at)) {
      return *state;
    }
  }
  return {};
}

}  // namespace lavavisor::release
