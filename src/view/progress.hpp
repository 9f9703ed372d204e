// The line that shows on a terminal how far a download is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::view {

/// "6.2.5  [=====>    ]  52 %  78.0 MiB of 150.0 MiB  12.5 MiB/s  6 s left": at most `width`
/// columns, without a line end; what does not fit is left out, the bar first, then the amounts,
/// then the speed. With no `total`, only the bytes and the speed; a speed of 0 is not known.
std::string progress_line(std::string_view name,
                          std::uint64_t received,
                          std::optional<std::uint64_t> total,
                          std::uint64_t bytes_per_second,
                          std::size_t width);

}  // namespace lavavisor::view
