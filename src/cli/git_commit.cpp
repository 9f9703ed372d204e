// Reads .git/HEAD and the ref that it names; no git process: that refuses another user's files.
// SPDX-License-Identifier: Apache-2.0
#include "cli/git_commit.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace lavavisor::cli {
namespace {

using Path = std::filesystem::path;

std::string first_line(const Path& file) {
  const auto text = base::read_file(file, 4096);
  return text ? std::string{base::trim(base::split(*text, '\n').front())} : std::string{};
}

/// The repository's folder: .git, or where a worktree's .git file points to.
Path git_folder(const Path& file) {
  std::error_code ignored;
  for (Path folder = file.parent_path(); folder != folder.root_path();
       folder = folder.parent_path()) {
    const Path git = folder / ".git";
    if (std::filesystem::is_directory(git, ignored)) {
      return git;
    }
    const std::string line = first_line(git);
    if (line.starts_with("gitdir: ")) {
      return (folder / line.substr(8)).lexically_normal();
    }
  }
  return {};
}

std::string packed_ref(const Path& git, const std::string& ref) {
  const auto text = base::read_file(git / "packed-refs");
  if (!text) {
    return {};
  }
  for (const auto line : base::split(*text, '\n')) {
    if (line.ends_with(" " + ref)) {
      return std::string{line.substr(0, line.find(' '))};
    }
  }
  return {};
}

bool is_commit(const std::string& text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::string git_commit_of(const std::filesystem::path& file) {
  // GitOps tools lead to the checkout by symbolic links, and what .git says is relative to it.
  std::error_code error;
  const Path real = std::filesystem::canonical(file, error);
  const Path git = error ? Path{} : git_folder(real);
  if (git.empty()) {
    return {};
  }
  std::string head = first_line(git / "HEAD");
  if (head.starts_with("ref: ")) {
    const std::string ref = head.substr(5);
    const std::string common = first_line(git / "commondir");  // a worktree's refs are elsewhere
    const Path refs = common.empty() ? git : (git / common).lexically_normal();
    head = first_line(refs / ref);
    if (head.empty()) {
      head = packed_ref(refs, ref);
    }
  }
  return is_commit(head) ? head : std::string{};
}

}  // namespace lavavisor::cli
