// Which release a service really runs, and single values read out of a unit's text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/layout.hpp"
#include "model/observed.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::model {

/// The last value of `key` in `section` of a unit text as systemd.syntax(7) reads it: comments and
/// blanks around "=" are dropped, a line that ends in a backslash goes on in the next one.
std::optional<std::string> unit_value(std::string_view unit_text,
                                      std::string_view section,
                                      std::string_view key);

/// The release of the running process: that of its executable below `directory`; for one that is
/// not there (a script, whose executable is the interpreter) the `Release=` of the unit text, as
/// long as the process was started from just that text (its digest is the text's `Digest=`).
/// None: not running, or not ours.
std::optional<Release> running_release(const Path& directory, const UnitState& unit);

}  // namespace lavavisor::model
