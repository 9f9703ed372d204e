// Users of this host, as whom a process is started.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace lavavisor::process {

struct Identity {
  std::string name;
  std::string home;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  ///< supplementary ones
};

/// Look `user` (a name or a number) up in the user database. Fails naming it when it is not there.
base::Result<Identity> find_user(const std::string& user);

/// True when this process may become another user.
bool may_switch_user();

/// Whom to become for running what is not trusted as `user`: never root, and nobody in place of ""
/// and of a user that this host does not have (yet). None = we are not root and stay who we are.
base::Result<std::optional<Identity>> find_unprivileged(const std::string& user);

}  // namespace lavavisor::process
