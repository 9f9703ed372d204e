// The line that shows on a terminal how far a download is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/version.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace lavavisor::view {

/// "6.2.5  [=====>    ]  52 %  78.0 MiB of 150.0 MiB  12.5 MiB/s  6 s left": at most `width`
/// columns, without a line end; what does not fit is left out, the bar first. With no `total`, only
/// the bytes and the speed.
std::string progress_line(const model::Release& release,
                          std::uint64_t received,
                          std::optional<std::uint64_t> total,
                          std::uint64_t bytes_per_second,
                          std::size_t width);

}  // namespace lavavisor::view
