// The host's user database, asked through getpwnam_r(3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <string>

namespace lavavisor::systemd {

/// True when `user` exists, and for a numeric id, which systemd takes as it is. A database that
/// can't be asked is not taken for a missing user.
bool user_exists(const std::string& user);

/// The primary group of `user`. Fails with what to do when there is no such user.
base::Result<gid_t> primary_group(const std::string& user);

}  // namespace lavavisor::systemd
