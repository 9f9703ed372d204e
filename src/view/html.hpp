// The pieces that a page of HTML is put together from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lavavisor::view {

/// Text from outside as it may stand in an element or in a quoted attribute: made visible, cut to
/// `limit` bytes, and < > & " ' written as references.
std::string html(std::string_view text, std::size_t limit = 2'000);

/// `<tag class="style">content</tag>`; `content` is HTML already, and "" for `style` is none.
std::string element(std::string_view tag, std::string_view style, std::string_view content);

/// "2,481,907"
std::string grouped(std::int64_t number);

/// How long, in one unit or two: "8 s", "12 min", "3 h 20 min", "5 d".
std::string rough(std::chrono::microseconds duration);

/// A <time> element that reads "12 min ago" and holds the time itself.
std::string ago(base::TimePoint at, base::TimePoint now);

/// The same for what lies ahead: "in 12 min".
std::string ahead(base::TimePoint at, base::TimePoint now);

/// The Content-Security-Policy's source for an inline <style> of just `content`: 'sha256-...'.
std::string csp_hash(std::string_view content);

}  // namespace lavavisor::view
