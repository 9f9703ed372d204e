// stat(2), faccessat(2) by the effective user, and the user database.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/path_facts.hpp"

#include "base/file.hpp"
#include "base/rights.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;

bool may(const fs::path& path, int what) {
  return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

/// The right bits of rwx that `status` gives to `user`.
unsigned bits_for(const struct stat& status, const Identity& user) {
  if (user.uid == status.st_uid) {
    return (status.st_mode >> 6U) & 7U;
  }
  const bool in_group =
      user.gid == status.st_gid ||
      std::find(user.groups.begin(), user.groups.end(), status.st_gid) != user.groups.end();
  return (in_group ? status.st_mode >> 3U : status.st_mode) & 7U;
}

}  // namespace

model::PathFacts look_at_path(const fs::path& path) {
  model::PathFacts facts;
  facts.path = path;
  facts.nearest = path;
  struct stat status {};
  int code = ::stat(facts.nearest.c_str(), &status) == 0 ? 0 : errno;
  facts.exists = code == 0;
  while ((code == ENOENT || code == ENOTDIR) && facts.nearest.has_relative_path()) {
    facts.nearest = facts.nearest.parent_path();
    code = ::stat(facts.nearest.c_str(), &status) == 0 ? 0 : errno;
  }
  if (code != 0) {
    facts.trouble = base::errno_text(code);
    return facts;
  }
  facts.is_directory = S_ISDIR(status.st_mode);
  facts.mode = status.st_mode & 07777U;
  facts.owner = status.st_uid;
  facts.group = status.st_gid;
  facts.owner_name = base::user_name(status.st_uid);
  facts.readable = may(facts.nearest, R_OK);
  facts.writable = may(facts.nearest, W_OK);
  facts.executable = may(facts.nearest, X_OK);
  return facts;
}

std::vector<fs::path> folders_above(const fs::path& path) {
  std::vector<fs::path> folders;
  fs::path folder;
  for (const auto& part : path.parent_path()) {
    folder /= part;
    folders.push_back(folder);
  }
  return folders;
}

std::optional<fs::path> barrier_to(const fs::path& file, const Identity& user) {
  if (user.uid == 0) {
    return std::nullopt;
  }
  std::error_code error;
  const auto real = fs::canonical(file, error);
  const auto& target = error ? file : real;
  auto parts = folders_above(target);
  parts.push_back(target);
  for (const auto& part : parts) {
    struct stat status {};
    if (::stat(part.c_str(), &status) != 0) {
      return std::nullopt;  // we can't look there ourselves
    }
    if ((bits_for(status, user) & 1U) == 0) {
      return part;
    }
  }
  return std::nullopt;
}

std::string own_name() {
  return base::user_name(::geteuid());
}

std::optional<fs::path> find_program(const std::string& word,
                                     const std::vector<fs::path>& folders) {
  const auto is_program = [](const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && may(path, X_OK);
  };
  if (word.find('/') != std::string::npos) {
    return is_program(word) ? std::optional{fs::path{word}} : std::nullopt;
  }
  for (const auto& folder : folders) {
    if (is_program(folder / word)) {
      return folder / word;
    }
  }
  return std::nullopt;
}

}  // namespace lavavisor::process
