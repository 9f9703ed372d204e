// Which assignments of a unit lavavisor makes by itself, and which it never lets anybody make.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compat/unit_file.hpp"

namespace lavavisor::compat {

/// True when a generated unit of the system manager says the same, spelled this way or another
/// ("5" for "5s", "true" for "yes").
bool is_generated(const Assignment& assignment);

}  // namespace lavavisor::compat
