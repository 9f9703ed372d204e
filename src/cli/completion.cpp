// `lavavisor completion SHELL`: a script made from the table of commands.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/exit_code.hpp"

#include <iostream>
#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

struct Flag {
  unsigned takes;
  const char* name;
};

std::vector<std::string> flags_of(const Command& command) {
  static constexpr Flag k_flags[] = {{k_json, "--json"},
                                     {k_detailed_exitcode, "--detailed-exitcode"},
                                     {k_dry_run, "--dry-run"},
                                     {k_assume, "--assume"},
                                     {k_count, "-n"},
                                     {k_clear, "--clear"},
                                     {k_directory, "--directory"},
                                     {k_chain, "--node"},
                                     {k_chain, "--chain-id"},
                                     {k_auto_download, "--auto-download"},
                                     {k_auto_start, "--auto-start"},
                                     {k_service, "--from"},
                                     {k_service, "--geolocation"},
                                     {k_service, "--keyring-backend"},
                                     {k_service, "--parallel-connections"},
                                     {k_service, "--user"},
                                     {k_service, "--create-link"},
                                     {k_wrap, "--cmd"},
                                     {k_wrap, "--enter-keyring-password"},
                                     {k_wrap, "--keyring-password-file"},
                                     {k_wrap, "--config"},
                                     {k_wrap, "--stop-timeout"},
                                     {k_wrap, "--restart"},
                                     {k_wrap, "--listen"}};
  std::vector<std::string> flags = {"--log-level", "--log-format", "--color", "--quiet", "--help"};
  for (const auto& flag : k_flags) {
    if ((command.takes & flag.takes) != 0) {
      flags.emplace_back(flag.name);
    }
  }
  return flags;
}

std::string words(const std::vector<std::string>& all) {
  std::string line;
  for (const auto& word : all) {
    line += (line.empty() ? "" : " ") + word;
  }
  return line;
}

std::string command_names() {
  std::vector<std::string> names;
  for (const auto& command : commands()) {
    names.emplace_back(command.name);
  }
  return words(names);
}

void print_bash() {
  std::cout << "_lavavisor() {\n"
               "  local word=${COMP_WORDS[COMP_CWORD]}\n"
               "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
               "    mapfile -t COMPREPLY < <(compgen -W '"
            << command_names()
            << "' -- \"$word\")\n"
               "    return\n"
               "  fi\n"
               "  local flags=\n"
               "  case ${COMP_WORDS[1]} in\n";
  for (const auto& command : commands()) {
    std::cout << "    " << command.name << ") flags='" << words(flags_of(command)) << "' ;;\n";
  }
  std::cout << "  esac\n"
               "  case $word in\n"
               "    -*) mapfile -t COMPREPLY < <(compgen -W \"$flags\" -- \"$word\") ;;\n"
               "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n"
               "  esac\n"
               "}\n"
               "complete -o filenames -F _lavavisor lavavisor\n";
}

void print_zsh() {
  std::cout << "#compdef lavavisor\n"
               "_lavavisor() {\n"
               "  if (( CURRENT == 2 )); then\n"
               "    local -a all=(\n";
  for (const auto& command : commands()) {
    std::cout << "      '" << command.name << ":" << command.help << "'\n";
  }
  std::cout << "    )\n"
               "    _describe command all\n"
               "    return\n"
               "  fi\n"
               "  case $words[2] in\n";
  for (const auto& command : commands()) {
    std::cout << "    " << command.name << ") _values flag " << words(flags_of(command))
              << "; _files ;;\n";
  }
  std::cout << "  esac\n"
               "}\n"
               "compdef _lavavisor lavavisor\n";
}

void print_fish() {
  for (const auto& command : commands()) {
    std::cout << "complete -c lavavisor -n __fish_use_subcommand -f -a " << command.name << " -d '"
              << command.help << "'\n";
    for (const auto& flag : flags_of(command)) {
      const bool is_long = flag.starts_with("--");
      std::cout << "complete -c lavavisor -n '__fish_seen_subcommand_from " << command.name << "' "
                << (is_long ? "-l " + flag.substr(2) : "-s " + flag.substr(1)) << "\n";
    }
  }
}

}  // namespace

int completion(const Options& options) {
  if (options.shell == "bash") {
    print_bash();
  } else if (options.shell == "zsh") {
    print_zsh();
  } else {
    print_fish();
  }
  return k_success;
}

}  // namespace lavavisor::cli
