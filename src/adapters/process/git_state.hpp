// From which Git commit a configuration is, and whether its files are as that commit has them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"

#include <optional>
#include <string>

namespace lavavisor::process {

struct GitState {
  std::string commit;         ///< 40 (or 64) hex digits; "" = no Git, or no commit yet
  std::optional<bool> dirty;  ///< the tree differs from it; none = not known

  bool operator==(const GitState&) const = default;
};

/// The commit of the checkout that `desired.file` lies in; no process is started for it. Dirty is a
/// tree whose tracked files differ from it, staged or not, or in which a file of this configuration
/// (a fragment, a lavap YAML) is not tracked; files outside of that tree don't count.
///
/// git is asked for that, as the owner of the repository, with nothing of our environment, for 2 s
/// at most. git obeys the repository's configuration, which may name programs: where it could be
/// written by somebody else than the owner, where we may not become the owner, or where git is not
/// installed, dirty is not known.
GitState git_state_of(const model::Desired& desired);

}  // namespace lavavisor::process
