// The status page: one HTML document that needs nothing else, and no script.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/overview.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace lavavisor::view {

/// How often a page that shows `overview` should be loaded again.
std::chrono::seconds refresh_of(const Overview& overview);

/// The whole document as it is at `now`. With `refresh` it loads itself again after so long and
/// links to "still", without it to "." .
std::string page_html(const Overview& overview,
                      base::TimePoint now,
                      std::optional<std::chrono::seconds> refresh);

/// The Content-Security-Policy that lets the page's own style and icon through, and nothing else.
const std::string& page_policy();

}  // namespace lavavisor::view
