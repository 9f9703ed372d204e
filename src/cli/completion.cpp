// `lavavisor completion SHELL`: prints the script, and what the scripts have in common.
// SPDX-License-Identifier: Apache-2.0
#include "cli/completion_scripts.hpp"
#include "cli/exit_code.hpp"

#include <iostream>
#include <set>

namespace lavavisor::cli {

std::vector<Argument> offered_after(const Command& command) {
  auto rows = arguments_after(command);
  rows.push_back({0, "--help,-h", nullptr, "Print help and exit", {}});
  return rows;
}

std::vector<std::string> names_with_value() {
  std::set<std::string> found;
  for (const auto& row : arguments()) {
    if (!is_flag(row) && !is_by_place(row)) {
      for (const auto& name : names_of(row)) {
        found.insert(name);
      }
    }
  }
  return {found.begin(), found.end()};
}

std::vector<std::string> commands_with(const Argument& row) {
  std::vector<std::string> names;
  for (const auto& command : commands()) {
    if ((command.takes & row.takes) != 0) {
      names.emplace_back(command.name);
    }
  }
  return names;
}

std::vector<std::string> words_of(const Value& value) {
  std::vector<std::string> words;
  for (const auto& choice : value.choices) {
    words.push_back(choice.word);
  }
  return words;
}

std::string join(const std::vector<std::string>& words, const std::string& separator) {
  std::string line;
  for (const auto& word : words) {
    line += (line.empty() ? "" : separator) + word;
  }
  return line;
}

std::string escaped(std::string_view text, std::string_view special, std::string_view before) {
  std::string safe;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) {
      safe += before;
    }
    safe += c;
  }
  return safe;
}

int completion(const Options& options) {
  std::cout << (options.shell == "bash"  ? bash_completion()
                : options.shell == "zsh" ? zsh_completion()
                                         : fish_completion());
  return k_success;
}

}  // namespace lavavisor::cli
