// `git status` and `git ls-files` as the repository's owner.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/git_state.hpp"

#include "adapters/process/git_checkout.hpp"
#include "adapters/process/spawn.hpp"
#include "base/rights.hpp"
#include "base/text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <set>
#include <vector>

namespace lavavisor::process {
namespace {

using Path = std::filesystem::path;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_limit{2'000};

/// Whom git is to run as. Its own check of owners (safe.directory) is left in force.
struct Owner {
  uid_t uid = 0;
  gid_t primary_group = 0;
  std::optional<Identity> identity;  ///< none: who we are
};

std::optional<Owner> owner_of(const Path& git) {
  struct stat found {};
  if (::stat(git.c_str(), &found) != 0 || (found.st_uid != ::geteuid() && !may_switch_user())) {
    return {};
  }
  const auto name = std::to_string(found.st_uid);
  const Identity unnamed{
      .name = name, .home = "/", .uid = found.st_uid, .gid = found.st_gid, .groups = {}};
  const Identity identity = find_user(name).value_or(unnamed);
  Owner owner{found.st_uid, identity.gid, {}};
  if (owner.uid != ::geteuid()) {
    owner.identity = identity;
  }
  return owner;
}

/// Only `owner` can write it, or it is not there. A group that is the owner's own is no other.
bool only_written_by(const Owner& owner, const Path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    return errno == ENOENT;
  }
  return !base::other_hand({found.st_uid, found.st_gid, found.st_mode, false},
                           {{owner.uid, owner.primary_group}});
}

/// What git reads its orders from, and what leads it there.
bool obeys_only(const Owner& owner, const GitCheckout& checkout) {
  const std::vector<Path> sources{checkout.top,
                                  checkout.git,
                                  checkout.git / "config.worktree",
                                  checkout.common,
                                  checkout.common / "config",
                                  checkout.common / "config.worktree"};
  return std::all_of(sources.begin(), sources.end(), [&](const Path& source) {
    return only_written_by(owner, source);
  });
}

bool lies_below(const Path& top, const Path& file) {
  return std::mismatch(top.begin(), top.end(), file.begin(), file.end()).first == top.end();
}

/// The configuration's files in the tree `top`: as they are named, and where links lead to.
std::set<Path> own_files(const model::Desired& desired, const Path& top) {
  std::vector<Path> named = desired.fragments;
  if (named.empty()) {
    named.push_back(desired.file);
  }
  for (const auto& service : desired.services) {
    named.push_back(service.config_path);
  }
  std::set<Path> files;
  for (const auto& file : named) {
    std::error_code error;
    const Path folder = std::filesystem::canonical(file.parent_path(), error);
    for (const Path& place : {folder / file.filename(), std::filesystem::canonical(file, error)}) {
      if (!file.empty() && lies_below(top, place)) {
        files.insert(place);
      }
    }
  }
  return files;
}

/// Asks git about one tree until all of its time is over.
class Git {
 public:
  Git(Path top, Owner owner)
      : m_top(std::move(top)), m_owner(std::move(owner)), m_deadline(Clock::now() + k_limit) {}

  struct Answer {
    int status = 0;
    std::string out;
  };

  /// None where it did not run to its end.
  std::optional<Answer> ask(const std::vector<std::string>& words) const {
    std::vector<std::string> argv{
        "git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_deadline - Clock::now());
    auto finished = run({.argv = argv,
                         .environment = environment(),
                         .directory = m_top.string(),
                         .identity = m_owner.identity,
                         .confined = true,
                         .limit = std::max(left, std::chrono::milliseconds{0}),
                         .grace = {},
                         .on_output = {}},
                        {});
    const auto* exited = std::get_if<Exited>(&finished.end);
    return exited == nullptr ? std::nullopt
                             : std::optional{Answer{exited->status, std::move(finished.out)}};
  }

 private:
  /// Nobody's settings but the repository's own, no writing of its index, no question, no network
  /// (a partial clone fetches what it lacks), no repository further up.
  std::vector<std::string> environment() const {
    return {"PATH=/usr/local/bin:/usr/bin:/bin",
            "LC_ALL=C",
            "HOME=/nonexistent",
            "XDG_CONFIG_HOME=/nonexistent",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_CONFIG_GLOBAL=/dev/null",
            "GIT_ATTR_NOSYSTEM=1",
            "GIT_OPTIONAL_LOCKS=0",
            "GIT_LITERAL_PATHSPECS=1",
            "GIT_TERMINAL_PROMPT=0",
            "GIT_ALLOW_PROTOCOL=none",
            "GIT_NO_LAZY_FETCH=1",
            "GIT_PAGER=cat",
            "GIT_CEILING_DIRECTORIES=" + m_top.parent_path().string()};
  }

  Path m_top;
  Owner m_owner;
  Clock::time_point m_deadline;
};

/// Some tracked file differs. A submodule counts by its commit; git is not run inside of it.
std::optional<bool> has_changes(const Git& git) {
  const auto answer = git.ask({"status",
                               "--porcelain",
                               "-z",
                               "--untracked-files=no",
                               "--ignore-submodules=dirty",
                               "--no-renames"});
  return answer && answer->status == 0 ? std::optional{!answer->out.empty()} : std::nullopt;
}

/// Some of `files` is not in the index. Not known where git was told not to look at one of them
/// (git-update-index(1), --assume-unchanged and --skip-worktree).
std::optional<bool> has_untracked(const Git& git, const std::set<Path>& files) {
  std::vector<std::string> words{"ls-files", "-z", "-v", "--error-unmatch", "--"};
  words.insert(words.end(), files.begin(), files.end());
  const auto answer = git.ask(words);
  if (!answer || answer->status > 1) {
    return {};
  }
  const auto entries = base::split(answer->out, '\0');
  const bool looked_at = std::all_of(entries.begin(), entries.end(), [](std::string_view entry) {
    return entry.empty() || entry.starts_with("H ");
  });
  return answer->status == 1 ? std::optional{true}
         : looked_at         ? std::optional{false}
                             : std::nullopt;
}

std::optional<bool> is_dirty(const GitCheckout& checkout, const model::Desired& desired) {
  const auto owner = owner_of(checkout.git);
  if (!owner || !obeys_only(*owner, checkout)) {
    return {};
  }
  const Git git{checkout.top, *owner};
  const auto changed = has_changes(git);
  return changed == false ? has_untracked(git, own_files(desired, checkout.top)) : changed;
}

}  // namespace

GitState git_state_of(const model::Desired& desired) {
  const auto checkout = find_checkout(desired.file);
  if (!checkout) {
    return {};
  }
  GitState state{commit_of(*checkout), {}};
  if (!state.commit.empty()) {
    state.dirty = is_dirty(*checkout, desired);
  }
  return state;
}

}  // namespace lavavisor::process
