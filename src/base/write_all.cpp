// A loop over write(2).
// SPDX-License-Identifier: Apache-2.0
#include "base/write_all.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace lavavisor::base {

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
  }
  return true;
}

}  // namespace lavavisor::base
