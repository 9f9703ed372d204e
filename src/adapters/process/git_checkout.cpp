// .git above a file, HEAD in it, and the ref that HEAD names.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/git_checkout.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

namespace lavavisor::process {
namespace {

using Path = std::filesystem::path;

std::string first_line(const Path& file) {
  const auto text = base::read_file(file, 4096);
  return text ? std::string{base::trim(base::split(*text, '\n').front())} : std::string{};
}

/// The .git folder of the tree `top`: in it, or where its .git file points to; "" = there is none.
Path git_folder(const Path& top) {
  std::error_code ignored;
  const Path git = top / ".git";
  if (std::filesystem::is_directory(git, ignored)) {
    return git;
  }
  const std::string line = first_line(git);
  return line.starts_with("gitdir: ") ? (top / line.substr(8)).lexically_normal() : Path{};
}

/// A worktree shares refs and configuration with the repository that it was made from.
Path common_folder(const Path& git) {
  const std::string common = first_line(git / "commondir");
  return common.empty() ? git : (git / common).lexically_normal();
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

std::optional<GitCheckout> find_checkout(const Path& place) {
  // GitOps tools lead to the checkout by symbolic links, and what .git says is relative to it.
  std::error_code error;
  const Path real = std::filesystem::canonical(place, error);
  if (error) {
    return {};
  }
  for (Path top = std::filesystem::is_directory(real, error) ? real : real.parent_path();
       top != top.root_path();
       top = top.parent_path()) {
    if (const Path git = git_folder(top); !git.empty()) {
      return GitCheckout{top, git, common_folder(git)};
    }
  }
  return {};
}

std::string commit_of(const GitCheckout& checkout) {
  std::string head = first_line(checkout.git / "HEAD");
  if (head.starts_with("ref: ")) {
    const std::string ref = head.substr(5);
    head = first_line(checkout.common / ref);
    if (head.empty()) {
      head = packed_ref(checkout.common, ref);
    }
  }
  return is_commit(head) ? head : std::string{};
}

}  // namespace lavavisor::process
