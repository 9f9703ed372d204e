// A systemd unit as systemd reads it: assignments, and the words of their values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::compat {

struct Assignment {
  std::string section;
  std::string key;
  std::string value;  ///< without the blanks around it; continued lines are joined by a blank
  unsigned line = 1;  ///< where it begins
};

struct UnitFileText {
  std::vector<Assignment> assignments;
  std::vector<std::string> ignored;  ///< lines that systemd would ignore with a warning
};

/// Read a unit by systemd.syntax(7).
UnitFileText parse_unit(std::string_view text);

/// The values of `section`.`key`, of which an empty one drops those before it (systemd.unit(5)).
std::vector<std::string> values_of(const UnitFileText& unit,
                                   std::string_view section,
                                   std::string_view key);

/// Split at blanks; quotes hold words together, and escapes such as \x20 are taken for what they
/// mean (systemd.syntax(7), QUOTING). Fails on an open quote and on an escape that is none.
base::Result<std::vector<std::string>> split_words(std::string_view value);

/// The name of a unit, taken apart for specifiers.
struct UnitIdentity {
  std::string unit;  ///< "alice-ETH1.service"
};

/// `text` with the specifiers that are the same on every host of the system manager filled in
/// (systemd.unit(5), SPECIFIERS). Those that only the host knows stay, and go to `unknown`.
std::string fill_specifiers(std::string_view text,
                            const UnitIdentity& identity,
                            std::vector<std::string>& unknown);

/// The variables of a file for EnvironmentFile= (systemd.exec(5)).
std::map<std::string, std::string> parse_environment_file(std::string_view text);

}  // namespace lavavisor::compat
