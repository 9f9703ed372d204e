// The numbered .sql files of schema/store, as they were when the program was built.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace lavavisor::store {

struct Migration {
  std::string_view name;  ///< of its file
  std::string_view sql;
};

/// All of them; number n stands at index n - 1 and leads from user_version n - 1 to n.
std::span<const Migration> migrations();

}  // namespace lavavisor::store
