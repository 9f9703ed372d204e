// Users of this host, as whom a process is started.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

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

}  // namespace lavavisor::process
