// The Git commit that a configuration file was checked out from, for the history.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace lavavisor::cli {

/// HEAD of the repository that `file` lies in (where it is a link: that to which it leads), 40 (or
/// 64) hex digits, read from its .git folder as gitrepository-layout(5) has it; "" when there is
/// none or it can't be told.
std::string git_commit_of(const std::filesystem::path& file);

}  // namespace lavavisor::cli
