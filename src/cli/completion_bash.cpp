// The completion script for bash; it needs no bash-completion package.
// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_scripts.hpp"

namespace lavavisor::cli {
namespace {

constexpr const char* k_helpers =
    R"bash(# bash completion for lavavisor, made by: lavavisor completion bash
# shellcheck shell=bash

_lavavisor_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# [ENDING...]: files of these endings (without one, all files), and folders to go on into.
_lavavisor_files() {
  local ending
  compopt -o filenames 2>/dev/null
  if [ $# -eq 0 ]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
  fi
  mapfile -t COMPREPLY < <(
    compgen -d -- "$cur"
    for ending; do compgen -f -X "!*$ending" -- "$cur"; done
  )
}

_lavavisor_folders() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}

_lavavisor_quarantined() {
  _lavavisor_words "$("$program" --color never --quiet quarantine ${places[0]:+"${places[0]}"} \
    2>/dev/null | sed -n 's/^ *\([0-9][^ ]*\).*/\1/p')"
}

# BEGINNING...: one of these, then files.
_lavavisor_command_line() {
  local beginning head
  compopt -o filenames -o nospace 2>/dev/null
  for beginning; do
    [[ $beginning != "$cur"* ]] || COMPREPLY+=("$beginning")
  done
  [ ${#COMPREPLY[@]} -eq 0 ] && [[ $cur == *' '* ]] || return
  head=${cur% *}' '
  mapfile -t COMPREPLY < <(compgen -f -- "${cur##* }")
  COMPREPLY=("${COMPREPLY[@]/#/$head}")
}

_lavavisor() {
  local program=${1:-lavavisor} cur=${COMP_WORDS[COMP_CWORD]} command='' option='' word flags=''
  local -a places=()
  program=${program/#\~/$HOME}
  COMPREPLY=()
  # bash gives --option=value as three words.
  [ "$cur" != '=' ] || cur=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ "$word" = '=' ]; then
      continue
    elif [ -n "$option" ]; then
      option=
      continue
    fi
    case $word in
)bash";

constexpr const char* k_after_options = R"bash( option=$word ;;
      -*) ;;
      *) if [ -z "$command" ]; then command=$word; else places+=("$word"); fi ;;
    esac
  done
  cur=${cur#[\"\']}
  cur=${cur//\\/}
  if [ -n "$option" ]; then
    case "$command $option" in
)bash";

constexpr const char* k_after_values = R"bash(    esac
    return
  fi
  case $command in
)bash";

constexpr const char* k_after_flags = R"bash(  esac
  if [[ $cur == -* ]]; then
    _lavavisor_words "$flags"
    return
  fi
  case "$command ${#places[@]}" in
)bash";

constexpr const char* k_end = R"bash(  esac
}

complete -F _lavavisor lavavisor
)bash";

/// Within single quotes.
std::string quoted(const std::string& text) {
  std::string safe = "'";
  for (const char c : text) {
    safe += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return safe + "'";
}

/// The call that offers the words of a value; "" = none are known.
std::string call_for(const Value& value) {
  std::string call;
  switch (value.offer) {
    case Offer::nothing:
      return "";
    case Offer::choices:
    case Offer::suggestions:
      return "_lavavisor_words " + quoted(join(words_of(value)));
    case Offer::folders:
      return "_lavavisor_folders";
    case Offer::quarantined:
      return "_lavavisor_quarantined";
    case Offer::files:
      call = "_lavavisor_files";
      break;
    case Offer::command_line:
      call = "_lavavisor_command_line";
      break;
  }
  for (const auto& word : words_of(value)) {
    call += " " + quoted(word);
  }
  return call;
}

/// A branch for the value of an option, as "command option"; a command's own beat the global ones.
std::string branch_of_value(const Argument& row) {
  const auto call = call_for(row.value);
  if (is_by_place(row) || call.empty()) {
    return "";
  }
  std::vector<std::string> patterns;
  for (const auto& name : names_of(row)) {
    if (row.takes == 0) {
      patterns.push_back("*" + quoted(" " + name));
    }
    for (const auto& command : commands_with(row)) {
      patterns.push_back(quoted(command + " " + name));
    }
  }
  return "      " + join(patterns, "|") + ") " + call + " ;;\n";
}

std::string branches_of_values() {
  std::string own;
  std::string global;
  for (const auto& row : arguments()) {
    (row.takes == 0 ? global : own) += branch_of_value(row);
  }
  return own + global;
}

/// The names that are offered: the long one, and short ones.
std::string flags_after(const Command& command) {
  std::vector<std::string> flags;
  for (const auto& row : offered_after(command)) {
    if (!is_by_place(row)) {
      flags.push_back(names_of(row).front());
    }
  }
  return join(flags);
}

std::string branches_of_flags() {
  std::string text;
  for (const auto& command : commands()) {
    text +=
        "    " + std::string{command.name} + ") flags=" + quoted(flags_after(command)) + " ;;\n";
  }
  return text + "    '') flags=" + quoted(flags_after({"", "", 0, nullptr})) + " ;;\n";
}

std::string branches_of_places() {
  std::vector<std::string> names;
  std::string text;
  for (const auto& command : commands()) {
    names.emplace_back(command.name);
    int place = 0;
    for (const auto& row : own_arguments(command)) {
      if (is_by_place(row)) {
        text += "    '" + std::string{command.name} + " " + std::to_string(place++) + "') " +
                call_for(row.value) + " ;;\n";
      }
    }
  }
  return "    ' 0') _lavavisor_words " + quoted(join(names)) + " ;;\n" + text;
}

}  // namespace

std::string bash_completion() {
  return k_helpers + ("      " + join(names_with_value(), "|") + ")") + k_after_options +
         branches_of_values() + k_after_values + branches_of_flags() + k_after_flags +
         branches_of_places() + k_end;
}

}  // namespace lavavisor::cli
