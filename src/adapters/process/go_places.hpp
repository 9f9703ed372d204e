// Where a Go toolchain may be on a host.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lavavisor::process {

/// The executables that `go` may mean, the likeliest first: a path means itself; a name is looked
/// for in PATH, in /usr/local/go/bin, where Go's own packages go, and in /usr/lib/go-*/bin, where
/// Debian's do, newest first. None twice under two names.
std::vector<std::filesystem::path> go_candidates(const std::string& go);

}  // namespace lavavisor::process
