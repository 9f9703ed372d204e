// The completion script for zsh: a function to be found in $fpath, or to be sourced.
// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_scripts.hpp"

namespace lavavisor::cli {
namespace {

constexpr const char* k_helpers = R"zsh(#compdef lavavisor
# zsh completion for lavavisor, made by: lavavisor completion zsh

_lavavisor_quarantined() {
  local word expl
  local -a config releases
  for word in ${(Q)words[2,CURRENT-1]}; do
    [[ $word == -* || ! -e $word ]] || config=($word)
  done
  releases=(${(f)"$(_call_program releases ${(q)program} --color never --quiet quarantine \
    ${(q)config} 2>/dev/null | sed -n 's/^ *\([0-9][^ ]*\).*/\1/p')"})
  _wanted releases expl 'quarantined release' compadd -a releases
}

# BEGINNING...: one of these, then files; all within one word of the command line.
_lavavisor_command_line() {
  local beginning expl
  local -a parts following
  compset -q
  for beginning; do
    parts=(${=beginning})
    [[ ${(j: :)parts[1,CURRENT-1]} != ${(j: :)words[1,CURRENT-1]} ]] || following+=($parts[CURRENT])
  done
  if (( $#following )); then
    _wanted words expl 'command line' compadd ${(u)following}
  else
    _files
  fi
}

_lavavisor() {
  local curcontext=$curcontext state line program=${(Q)words[1]} ret=1
  local -A opt_args
  local -a commands=(
)zsh";

constexpr const char* k_dispatch = R"zsh(    '1:command:->command' '*:: :->arguments' && ret=0
  case $state in
    command) _describe -t commands command commands && ret=0 ;;
    arguments)
      curcontext=${curcontext%:*:*}:lavavisor-$words[1]:
      case $words[1] in
)zsh";

constexpr const char* k_end = R"zsh(      esac ;;
  esac
  return ret
}

if [[ $funcstack[1] == _lavavisor ]]; then
  _lavavisor "$@"
elif (( $+functions[compdef] )); then
  compdef _lavavisor lavavisor
fi
)zsh";

/// Within single quotes.
std::string quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) {
    safe += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return safe + "'";
}

/// The words of a value, those with a help as word\:help (the form of _arguments).
std::string list_of(const Value& value) {
  bool has_help = false;
  std::vector<std::string> words;
  for (const auto& choice : value.choices) {
    has_help = has_help || !choice.help.empty();
    words.push_back(choice.help.empty() ? choice.word : choice.word + "\\:\"" + choice.help + "\"");
  }
  return has_help ? "((" + join(words) + "))" : "(" + join(words) + ")";
}

std::string files_of(const std::vector<std::string>& endings) {
  if (endings.empty()) {
    return "_files";
  }
  const auto pattern = endings.size() == 1 ? endings.front() : "(" + join(endings, "|") + ")";
  return "_files -g \"*" + pattern + "\"";
}

std::string call_for(const Value& value) {
  switch (value.offer) {
    case Offer::nothing:
      return " ";
    case Offer::choices:
    case Offer::suggestions:
      return list_of(value);
    case Offer::folders:
      return "_files -/";
    case Offer::quarantined:
      return "_lavavisor_quarantined";
    case Offer::files:
      return files_of(words_of(value));
    case Offer::command_line: {
      std::string call = "_lavavisor_command_line";
      for (const auto& word : words_of(value)) {
        call += " \"" + word + "\"";
      }
      return call;
    }
  }
  return "";
}

/// ":NAME:WHAT TO DO", as _arguments has it; "" of a flag.
std::string value_part(const Argument& row) {
  return is_flag(row) ? "" : ":" + std::string{row.value.name} + ":" + call_for(row.value);
}

/// One specification of _arguments for each name; only the first and short ones are shown.
std::string options_specs(const Argument& row) {
  const auto names = names_of(row);
  std::string text;
  for (const auto& name : names) {
    const bool is_long = name.starts_with("--");
    const bool is_shown = name == names.front() || !is_long;
    const std::string others =
        std::string{row.excludes} + (names.size() > 1 ? " " + join(names) : "");
    const std::string takes = is_flag(row) ? "" : is_long ? "=" : "+";
    text += "    " +
            quoted((is_shown ? "" : "!") + (others.empty() ? "" : "(" + others + ")") + name +
                   takes + "[" + escaped(row.help, "[]:\\", "\\") + "]" + value_part(row)) +
            " \\\n";
  }
  return text;
}

std::string specs(const std::vector<Argument>& rows) {
  std::string text;
  int place = 0;
  for (const auto& row : rows) {
    text += is_by_place(row) ? "    " + quoted(std::to_string(++place) + value_part(row)) + " \\\n"
                             : options_specs(row);
  }
  return text;
}

std::string descriptions() {
  std::string text;
  for (const auto& command : commands()) {
    text += "    " + quoted(std::string{command.name} + ":" + std::string{command.help}) + "\n";
  }
  return text + "  )\n  _arguments -C -A \"-*\" \\\n";
}

std::string branches() {
  std::string text;
  for (const auto& command : commands()) {
    text += "    " + std::string{command.name} + ") _arguments \\\n" +
            specs(offered_after(command)) + "    && ret=0 ;;\n";
  }
  return text;
}

}  // namespace

std::string zsh_completion() {
  return k_helpers + descriptions() + specs(offered_after({"", "", 0, nullptr})) + k_dispatch +
         branches() + k_end;
}

}  // namespace lavavisor::cli
