// Names and values that end up in file names, units and command lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/problem.hpp"

#include <string>
#include <string_view>

namespace lavavisor::config {

/// Any value, which is UTF-8: one line that argument lists and units can hold.
Checked<std::string> check_text(std::string_view text);

/// A service's name: the unit is NAME.service (systemd.unit(5)), and files are called so too.
Checked<std::string> check_service_name(std::string_view name);

/// The chain's name, as CometBFT takes it (types/genesis.go: at most 50 characters).
Checked<std::string> check_chain_id(std::string_view id);

/// A user of the host by name or number (systemd.exec(5), User=).
Checked<std::string> check_user(std::string_view name);

/// An environment variable's name.
Checked<std::string> check_variable(std::string_view name);

/// A flag of lavap, without its dashes.
Checked<std::string> check_flag(std::string_view name);

/// A section of a unit that the operator may write keys into.
Checked<std::string> check_unit_section(std::string_view name);

/// A key in such a section.
Checked<std::string> check_unit_key(std::string_view section, std::string_view key);

/// What systemd would run as the first word of a command line: an absolute path, or a name that it
/// looks for (systemd.service(5), COMMAND LINES). lavap is another matter: the chosen binary stands
/// in its place.
Checked<std::string> check_program(std::string_view word);

/// One value of a key of a unit, which is written as it stands.
Checked<std::string> check_unit_value(std::string_view value);

/// The SHA-256 of a file, given back in lower case.
Checked<std::string> check_sha256(std::string_view digest);

}  // namespace lavavisor::config
