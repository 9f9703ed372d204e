// The table of arguments: one row each, for the command line that is read and the one that a shell
// completes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"
#include "cli/options.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lavavisor::cli {

/// Where the word goes. A bool makes a flag; everything else takes a value.
using Target = std::variant<bool*, std::string*, std::size_t*, std::optional<unsigned>*>;

/// What a shell offers for a value.
enum class Offer {
  nothing,
  choices,      ///< those of the row; any other word is a usage error
  suggestions,  ///< those of the row; others are taken, too
  files,        ///< those whose names end in one of `choices`; none = all
  folders,
  quarantined,   ///< the releases that are in quarantine
  command_line,  ///< a command line in one word, of which `choices` are the beginnings
};

struct Choice {
  std::string word;
  std::string help;  ///< "" = it speaks for itself
};

struct Value {
  std::string_view name;  ///< as help calls it; "" of a flag
  Offer offer = Offer::nothing;
  std::vector<Choice> choices = {};
};

struct Argument {
  unsigned takes;          ///< the bit of Takes; 0 = every command takes it
  std::string_view names;  ///< "--quiet,-q"; without a dash it is told by its place
  std::function<Target(Options&)> target;
  std::string_view help;
  Value value;
  bool is_required = false;
  std::string_view excludes = {};  ///< another row's name
};

/// All arguments, in the order of `--help`; those that are told by their place in their order.
const std::vector<Argument>& arguments();

/// Those that `command` has of its own.
std::vector<Argument> own_arguments(const Command& command);

/// Those that every command takes.
std::vector<Argument> global_arguments();

/// All that may follow `command`: its own, then the global ones but those that it has itself.
std::vector<Argument> arguments_after(const Command& command);

/// The first of its names is the one that is shown.
std::vector<std::string> names_of(const Argument& argument);

bool is_by_place(const Argument& argument);
bool is_flag(const Argument& argument);

}  // namespace lavavisor::cli
