// Declares every command's arguments from the table and dispatches; CLI11 parses.
// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::cli {
namespace {

const std::map<std::string, base::LogLevel> k_log_levels = {{"trace", base::LogLevel::trace},
                                                            {"debug", base::LogLevel::debug},
                                                            {"info", base::LogLevel::info},
                                                            {"warn", base::LogLevel::warn},
                                                            {"error", base::LogLevel::error}};

void declare_global_options(CLI::App& app, Options& options) {
  app.add_option("--log-level,--log_level", options.log_level, "Least level that is logged")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_option("--log-format,--log_format", options.log_format, "Form of the log on stderr")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--color", options.color, "Colour: auto is on terminals, NO_COLOR is honoured")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app.add_flag("--quiet,-q", options.quiet, "Log errors only, show no progress");
}

void declare_site(CLI::App& sub, unsigned takes, SiteOptions& site) {
  if ((takes & k_directory) != 0) {
    sub.add_option("--directory", site.directory, "Everything is in D/.lavavisor (default: ~)");
  }
  if ((takes & k_chain) != 0) {
    sub.add_option("--node", site.node, "RPC endpoint of a node");
    sub.add_option("--chain-id", site.chain_id, "Id of the network");
  }
  if ((takes & k_auto_download) != 0) {
    sub.add_flag("--auto-download", site.auto_download, "Download a release that is not there");
  }
  if ((takes & k_auto_start) != 0) {
    sub.add_flag("--auto-start", site.auto_start, "Go on as start");
  }
}

void declare_service(CLI::App& sub, ServiceOptions& service) {
  sub.add_option("TYPE", service.type, "provider or consumer")
      ->required()
      ->check(CLI::IsMember({"provider", "consumer"}));
  sub.add_option("FILE", service.file, "The lavap YAML")->required();
  sub.add_option("--from", service.from, "Key that it signs with")->required();
  sub.add_option("--geolocation", service.geolocation, "Where it is")->required();
  sub.add_option("--keyring-backend", service.keyring_backend, "os, file, test ...");
  sub.add_option("--log-level,--log_level", service.log_level, "lavap's log level");
  sub.add_option("--parallel-connections",
                 service.parallel_connections,
                 "Connections to each node of its own");
  sub.add_option("--user", service.user, "User whom it runs as");
  sub.add_flag("--create-link", service.create_link, "Link its unit for systemd at once");
}

void declare_wrap(CLI::App& sub, WrapOptions& wrap, std::string& config) {
  sub.add_option("--cmd", wrap.cmd, "The command line: 'lavap rpcconsumer FILE.yml --from U ...'")
      ->required();
  auto* prompt = sub.add_flag("--enter-keyring-password",
                              wrap.enter_keyring_password,
                              "Ask for the keyring password, or read it from a pipe");
  sub.add_option("--keyring-password-file",
                 wrap.keyring_password_file,
                 "Read the keyring password from the first line of this file; - is stdin")
      ->excludes(prompt);
  sub.add_option(
      "--config",
      config,
      "TOML file with [chain], [binary], [rollout], [hooks], [notify], [defaults.health]");
  sub.add_option("--stop-timeout", wrap.stop_timeout, "From SIGINT to SIGKILL")
      ->capture_default_str();
  sub.add_option("--restart", wrap.restart, "When a child that ended by itself comes back")
      ->check(CLI::IsMember({"always", "on-failure", "never"}))
      ->capture_default_str();
  sub.add_option("--listen", wrap.listen, "HOST:PORT to serve /healthz and /readyz on");
}

void declare_arguments(CLI::App& sub, unsigned takes, Options& options) {
  if ((takes & k_config) != 0) {
    sub.add_option("CONFIG",
                   options.config,
                   "The TOML file (default: $LAVAVISOR_CONFIG, /etc/lavavisor/config.toml, "
                   "~/.lavavisor/config.toml)");
  }
  if ((takes & k_json) != 0) {
    sub.add_flag("--json", options.json, "Print one JSON document");
  }
  if ((takes & k_detailed_exitcode) != 0) {
    sub.add_flag(
        "--detailed-exitcode", options.detailed_exitcode, "Exit 2 when changes are pending");
  }
  if ((takes & k_dry_run) != 0) {
    sub.add_flag("--dry-run", options.dry_run, "Only show what would be done");
  }
  if ((takes & k_assume) != 0) {
    sub.add_option("--assume", options.assume, "What if the chain said: target=6.3.0,min=6.0.0");
  }
  if ((takes & k_count) != 0) {
    sub.add_option("-n", options.count, "Show the newest N runs (default: all)");
  }
  if ((takes & k_clear) != 0) {
    sub.add_option("--clear", options.clear, "Let this release be chosen again");
  }
  declare_site(sub, takes, options.site);
  if ((takes & k_service) != 0) {
    declare_service(sub, options.service);
  }
  if ((takes & k_wrap) != 0) {
    declare_wrap(sub, options.wrap, options.config);
  }
  if ((takes & k_shell) != 0) {
    sub.add_option("SHELL", options.shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
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

int refuse(const CLI::App& app, const CLI::ParseError& error) {
  const auto extra = app.remaining();
  if (app.get_subcommands().empty() && !extra.empty() && error.get_exit_code() != 0) {
    std::cerr << "lavavisor: " << no_command(extra.front()) << "\n";
    return k_usage;
  }
  return app.exit(error) == 0 ? k_success : k_usage;
}

bool is_coloured(const Options& options, int descriptor) {
  if (options.color != "auto") {
    return options.color == "always";
  }
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && ::isatty(descriptor) == 1;
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
  declare_global_options(app, options);
  int exit_code = k_success;
  for (const auto& command : commands()) {
    auto* sub = app.add_subcommand(std::string{command.name}, std::string{command.help});
    declare_arguments(*sub, command.takes, options);
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
  return exit_code;
}

}  // namespace lavavisor::cli
