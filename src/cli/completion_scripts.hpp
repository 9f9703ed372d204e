// The completion scripts, one function per shell; each is made from the tables of commands and
// arguments, and nothing of them is written twice.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/arguments.hpp"

#include <string>
#include <vector>

namespace lavavisor::cli {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

/// All that may follow `command`, and --help, which the parser adds by itself.
std::vector<Argument> offered_after(const Command& command);

/// The options (of any command) that take the next word, by all their names.
std::vector<std::string> names_with_value();

/// The commands that take `row`.
std::vector<std::string> commands_with(const Argument& row);

/// The words of a value.
std::vector<std::string> words_of(const Value& value);

/// `words` with `separator` between them.
std::string join(const std::vector<std::string>& words, const std::string& separator = " ");

/// `text` with `before` put in front of each character that `special` has.
std::string escaped(std::string_view text, std::string_view special, std::string_view before);

}  // namespace lavavisor::cli
