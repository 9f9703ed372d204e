// The completion script for fish.
// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_scripts.hpp"

namespace lavavisor::cli {
namespace {

constexpr const char* k_walk =
    R"fish(# fish completion for lavavisor, made by: lavavisor completion fish

# The command, then what is told by its place; of the words before the cursor.
function __lavavisor_words
    set -l words (commandline -opc)
    set -l is_value no
    for word in $words[2..-1]
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case )fish";

constexpr const char* k_helpers = R"fish(
                set is_value yes
            case '-*'
            case '*'
                printf '%s\n' $word
        end
    end
end

# PLACE COMMAND...: whether the word to complete is this one after one of these commands.
function __lavavisor_at
    set -l words (__lavavisor_words)
    test (count $words) -eq (math $argv[1] + 1); and contains -- "$words[1]" $argv[2..-1]
end

function __lavavisor_in
    set -l words (__lavavisor_words)
    contains -- "$words[1]" $argv
end

function __lavavisor_wants_command
    test (count (__lavavisor_words)) -eq 0
end

# ENDING...: files of these endings, and folders to go on into.
function __lavavisor_files
    set -l token (commandline -ct)
    set -l endings (string join '|' / (string escape --style=regex -- $argv))
    complete -C "__lavavisor_no_such_command $token" | string match -r ".*(?:$endings)\$"
end

function __lavavisor_quarantined
    set -l program (commandline -opc)[1]
    set -l words (__lavavisor_words)
    $program --color never --quiet quarantine $words[2] 2>/dev/null |
        string match -rg '^ *([0-9]\S*)'
end

# BEGINNING...: one of these, then files; all within one word of the command line.
function __lavavisor_command_line
    set -l token (string replace -r '^["\']' '' -- (commandline -ct))
    set -l head (string match -r '.* ' -- $token)
    set -l tail (string replace -- "$head" '' $token)
    printf '%s\n' $argv
    if string match -qr '\S+ \S+ ' -- $token
        for file in (complete -C "__lavavisor_no_such_command $tail")
            printf '%s%s\n' $head $file
        end
    end
end

complete -c lavavisor -f
)fish";

/// Within single quotes.
std::string quoted(std::string_view text) {
  return "'" + escaped(text, "\\'", "\\") + "'";
}

/// The words of a value as fish evaluates them, those with a help as word\t"help".
std::string list_of(const Value& value) {
  std::vector<std::string> words;
  for (const auto& choice : value.choices) {
    words.push_back(choice.help.empty() ? choice.word : choice.word + "\\t\"" + choice.help + "\"");
  }
  return join(words);
}

/// What is offered, for -a; "" = nothing.
std::string offer_of(const Value& value) {
  switch (value.offer) {
    case Offer::nothing:
      return "";
    case Offer::choices:
    case Offer::suggestions:
      return list_of(value);
    case Offer::folders:
      return "(__fish_complete_directories)";
    case Offer::quarantined:
      return "(__lavavisor_quarantined)";
    case Offer::files:
      return "(__lavavisor_files " + join(words_of(value)) + ")";
    case Offer::command_line: {
      std::string call = "(__lavavisor_command_line";
      for (const auto& word : words_of(value)) {
        call += " \"" + word + "\"";
      }
      return call + ")";
    }
  }
  return "";
}

bool takes_any_file(const Value& value) {
  return value.offer == Offer::files && value.choices.empty();
}

/// "-x -a 'OFFER'"; for any file fish's own.
std::string value_part(const Argument& row) {
  if (is_flag(row)) {
    return "";
  }
  if (takes_any_file(row.value)) {
    return " -r -F";
  }
  const auto offer = offer_of(row.value);
  return offer.empty() ? " -x" : " -x -a " + quoted(offer);
}

std::string names_part(const Argument& row) {
  const auto names = names_of(row);
  std::string text;
  for (const auto& name : names) {
    const bool is_long = name.starts_with("--");
    if (is_long && name == names.front()) {
      text += " -l " + name.substr(2);
    } else if (!is_long) {
      text += " -s " + name.substr(1);
    }
  }
  return text;
}

std::string line(const std::string& condition, const std::string& rest) {
  return "complete -c lavavisor" + (condition.empty() ? "" : " -n " + quoted(condition)) + rest +
         "\n";
}

std::string option_line(const Argument& row) {
  std::string condition = "__lavavisor_in " + join(commands_with(row));
  if (row.takes == 0) {
    std::vector<std::string> shadowing;
    for (const auto& other : arguments()) {
      if (other.takes != 0 && other.names == row.names) {
        shadowing = commands_with(other);
      }
    }
    condition = shadowing.empty() ? "" : "not __lavavisor_in " + join(shadowing);
  }
  return line(condition, names_part(row) + value_part(row) + " -d " + quoted(row.help));
}

std::string command_lines() {
  std::string text;
  for (const auto& command : commands()) {
    text += line("__lavavisor_wants_command",
                 " -a " + std::string{command.name} + " -d " + quoted(command.help));
  }
  return text;
}

std::string place_lines() {
  std::string text;
  for (const auto& command : commands()) {
    int place = 0;
    for (const auto& row : own_arguments(command)) {
      if (is_by_place(row)) {
        text += line("__lavavisor_at " + std::to_string(place++) + " " + std::string{command.name},
                     " -a " + quoted(offer_of(row.value)));
      }
    }
  }
  return text;
}

std::string option_lines() {
  std::string text;
  for (const auto& row : arguments()) {
    text += is_by_place(row) ? "" : option_line(row);
  }
  return text + option_line(offered_after({"", "", 0, nullptr}).back());
}

}  // namespace

std::string fish_completion() {
  return k_walk + join(names_with_value()) + k_helpers + command_lines() + place_lines() +
         option_lines();
}

}  // namespace lavavisor::cli
