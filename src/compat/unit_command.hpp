// The command of ExecStart=, word by word as the process gets it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compat/unit_file.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::compat {

/// What a command line is filled in from.
struct CommandContext {
  UnitIdentity identity;
  std::map<std::string, std::string> variables;
  bool has_unread_variables = false;  ///< an EnvironmentFile= that could not be read
};

struct UnitCommand {
  std::vector<std::string> words;    ///< never empty
  std::string prefixes;              ///< of "@-:+!", as they stood before the program
  bool is_shell = false;             ///< `sh -c SCRIPT`: its variables are left to the shell
  std::vector<std::string> unknown;  ///< specifiers and variables that stayed as they are
  std::set<std::string> used;        ///< variables that were filled in
};

/// Take `value` apart by systemd.service(5), COMMAND LINES: prefixes, quotes, escapes, specifiers,
/// `${NAME}` anywhere, `$NAME` as a word of its own, `$$`. Fails where systemd would, and on more
/// than one command.
base::Result<UnitCommand> parse_command(std::string_view value, const CommandContext& context);

/// True when a variable or flag of that name is likely to hold what nobody else may read.
bool is_secret_name(std::string_view name);

}  // namespace lavavisor::compat
