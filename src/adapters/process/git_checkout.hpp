// The Git checkout that a file lies in, read without git, as gitrepository-layout(5) has it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lavavisor::process {

struct GitCheckout {
  std::filesystem::path top;  ///< the checked out tree
  std::filesystem::path git;  ///< its .git folder; of a worktree or submodule, where .git leads to
  std::filesystem::path common;  ///< where refs and configuration lie: `git`, but in a worktree
};

/// The checkout that `place`, a file or a folder, lies in (where it is a link: that to which it
/// leads); none where there is none.
std::optional<GitCheckout> find_checkout(const std::filesystem::path& place);

/// Its HEAD, 40 (or 64) hex digits; "" when there is no commit yet or it can't be told.
std::string commit_of(const GitCheckout& checkout);

}  // namespace lavavisor::process
