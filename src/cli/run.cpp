// Declares every command's arguments from the tables and dispatches; CLI11 parses.
// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "cli/arguments.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace lavavisor::cli {
namespace {

const std::map<std::string, base::LogLevel> k_log_levels = {{"trace", base::LogLevel::trace},
                                                            {"debug", base::LogLevel::debug},
                                                            {"info", base::LogLevel::info},
                                                            {"warn", base::LogLevel::warn},
                                                            {"error", base::LogLevel::error}};

/// What the target is without the option, for `--help`; "" = nothing worth telling.
std::string preset_of(const Target& target) {
  const auto* const* text = std::get_if<std::string*>(&target);
  return text != nullptr ? **text : "";
}

void declare_value(CLI::App& app, const Argument& row, const Target& target) {
  const std::string names{row.names};
  const std::string help{row.help};
  auto* option =
      std::visit([&](auto* value) { return app.add_option(names, *value, help); }, target);
  option->type_name(is_by_place(row) ? "" : std::string{row.value.name});
  option->default_str(preset_of(target))->required(row.is_required);
  if (row.value.offer == Offer::choices) {
    std::vector<std::string> words;
    for (const auto& choice : row.value.choices) {
      words.push_back(choice.word);
    }
    CLI::Validator one_of = CLI::IsMember(words);
    option->check(is_by_place(row) ? one_of.description("") : one_of);  // its help names them
  }
  if (!row.excludes.empty()) {
    option->excludes(app.get_option(std::string{row.excludes}));
  }
}

void declare(CLI::App& app, const std::vector<Argument>& rows, Options& options) {
  for (const auto& row : rows) {
    const auto target = row.target(options);
    if (is_flag(row)) {
      app.add_flag(std::string{row.names}, *std::get<bool*>(target), std::string{row.help});
    } else {
      declare_value(app, row, target);
    }
  }
}

/// True when stderr goes to journald, which then takes priorities (systemd.exec(5),
/// JOURNAL_STREAM).
bool logs_to_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  return stream != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
         std::string{stream} == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

void set_up_log(const Options& options) {
  base::configure_log(options.quiet ? base::LogLevel::error : k_log_levels.at(options.log_level),
                      options.log_format == "json" ? base::LogFormat::json : base::LogFormat::text,
                      colour_stderr(options) ? base::LogColour::yes : base::LogColour::no,
                      logs_to_journal());
}

/// What is wrong with a first word that is no command.
std::string no_command(const std::string& word) {
  std::vector<std::string> names;
  for (const auto& command : commands()) {
    names.emplace_back(command.name);
  }
  const auto meant = base::did_you_mean(word, names);
  return "'" + base::printable(word) + "' is no command" +
         (meant ? "; did you mean '" + *meant + "'?" : "; see lavavisor --help");
}

/// What is wrong with a word that `name`, a command, does not take.
std::string not_taken(const std::string& word, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& command : commands()) {
    for (const auto& argument :
         command.name == name ? arguments_after(command) : std::vector<Argument>{}) {
      const auto own = names_of(argument);
      names.insert(names.end(), own.begin(), own.end());
    }
  }
  const auto meant = base::did_you_mean(word, names);
  return name + " does not take '" + base::printable(word) + "'" +
         (meant ? "; did you mean '" + *meant + "'?" : "; see lavavisor " + name + " --help");
}

int refuse(const CLI::App& app, const CLI::ParseError& error) {
  const auto extra = app.remaining(true);
  const auto chosen = app.get_subcommands();
  if (extra.empty() || error.get_exit_code() == 0) {
    return app.exit(error) == 0 ? k_success : k_usage;
  }
  std::cerr << "lavavisor: "
            << (chosen.empty() ? no_command(extra.front())
                               : not_taken(extra.front(), chosen.front()->get_name()))
            << "\n";
  return k_usage;
}

/// What was printed has to arrive, but for a reader who has read enough.
int checked_output(int exit_code) {
  struct stat out {};
  std::cout.flush();
  if (std::cout || ::fstat(STDOUT_FILENO, &out) != 0 || S_ISFIFO(out.st_mode) ||
      S_ISSOCK(out.st_mode)) {
    return exit_code;
  }
  std::cerr << "lavavisor: standard output can't be written (is the disk full?)\n";
  return exit_code == k_success ? static_cast<int>(k_failed) : exit_code;
}

bool is_coloured(const Options& options, int descriptor) {
  if (options.color != "auto") {
    return options.color == "always";
  }
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && can_draw(descriptor);
}

}  // namespace

bool colour_stdout(const Options& options) {
  return is_coloured(options, STDOUT_FILENO);
}

bool colour_stderr(const Options& options) {
  return is_coloured(options, STDERR_FILENO);
}

int run(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write, not the end
  Options options;
  CLI::App app{"lavavisor keeps the Lava protocol binaries of this host as one TOML file says.",
               "lavavisor"};
  app.require_subcommand(1);
  app.fallthrough();
  declare(app, global_arguments(), options);
  int exit_code = k_success;
  for (const auto& command : commands()) {
    auto* sub = app.add_subcommand(std::string{command.name}, std::string{command.help});
    declare(*sub, own_arguments(command), options);
    sub->final_callback([&exit_code, &options, &command] {
      set_up_log(options);
      exit_code = command.run(options);
    });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return refuse(app, error);
  }
  return checked_output(exit_code);
}

}  // namespace lavavisor::cli
