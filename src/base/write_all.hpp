// Writing all of something, whatever one write(2) takes of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace lavavisor::base {

/// Write `bytes` to `fd`; false with errno when that failed half-way.
bool write_all(int fd, std::string_view bytes);

}  // namespace lavavisor::base
