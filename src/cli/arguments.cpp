// The rows: which commands take it, names, where it goes, help, what a value may be.
// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.hpp"

#include "base/text.hpp"
#include "config/keys.hpp"

#include <algorithm>
#include <iterator>

namespace lavavisor::cli {
namespace {

/// The member of Options that a row fills.
template <typename T>
std::function<Target(Options&)> to(T Options::*member) {
  return [member](Options& options) -> Target {
    return &(options.*member);
  };
}

template <typename Part, typename T>
std::function<Target(Options&)> to(Part Options::*part, T Part::*member) {
  return [part, member](Options& options) -> Target {
    return &(options.*part.*member);
  };
}

Value one_of(std::string_view name, std::vector<Choice> choices) {
  return {name, Offer::choices, std::move(choices)};
}

/// The words that a key of the configuration may be; the configuration refuses others.
Value as_key(std::string_view name, std::string_view path) {
  Value value{name, Offer::suggestions, {}};
  for (const auto& word : config::find_key(path)->words) {
    value.choices.push_back({word, ""});
  }
  return value;
}

Value files(std::string_view name, std::vector<Choice> endings = {}) {
  return {name, Offer::files, std::move(endings)};
}

std::vector<Argument> make_arguments() {
  const Value toml = files("CONFIG", {{".toml", ""}});
  const Value yaml = files("FILE", {{".yml", ""}, {".yaml", ""}});
  const Value level =
      one_of("LEVEL", {{"trace", ""}, {"debug", ""}, {"info", ""}, {"warn", ""}, {"error", ""}});
  const Value colour = one_of("WHEN", {{"auto", "on terminals"}, {"always", ""}, {"never", ""}});
  const Value restart =
      one_of("WHEN", {{"always", ""}, {"on-failure", "unless it ended with 0"}, {"never", ""}});
  const Value region = {"N",
                        Offer::suggestions,
                        {{"1", "US Center"},
                         {"2", "Europe"},
                         {"4", "US East"},
                         {"8", "US West"},
                         {"16", "Africa"},
                         {"32", "Asia"},
                         {"64", "Australia"},
                         {"65535", "Global"}}};
  const Value lavap = {"COMMAND",
                       Offer::command_line,
                       {{"lavap rpcprovider", ""}, {"lavap rpcconsumer", ""}, {"lavap cache", ""}}};
  const auto site = &Options::site;
  const auto service = &Options::service;
  const auto wrap = &Options::wrap;
  // clang-format off
  return {
      {0,                   "--log-level,--log_level",   to(&Options::log_level),        "Least level that is logged", level},
      {0,                   "--log-format,--log_format", to(&Options::log_format),       "Form of the log on stderr", one_of("FORM", {{"text", ""}, {"json", ""}})},
      {0,                   "--color",                   to(&Options::color),            "Colour: auto is on terminals, NO_COLOR is honoured", colour},
      {0,                   "--quiet,-q",                to(&Options::quiet),            "Log errors only, show no progress", {}},

      {k_config,            "CONFIG",                    to(&Options::config),           "The TOML file, or a folder of such (default: $LAVAVISOR_CONFIG, /etc/lavavisor/config.toml, /etc/lavavisor/config.d, ~/.lavavisor/config.toml)", toml},
      {k_json,              "--json",                    to(&Options::json),             "Print one JSON document", {}},
      {k_detailed_exitcode, "--detailed-exitcode",       to(&Options::detailed_exitcode), "Exit 2 when changes are pending", {}},
      {k_watch,             "--watch,-w",                to(&Options::watch),            "Show it anew whenever something changes, until Ctrl-C", {}},
      {k_dry_run,           "--dry-run",                 to(&Options::dry_run),          "Only show what would be done", {}},
      {k_assume,            "--assume",                  to(&Options::assume),           "What if the chain said: target=6.3.0,min=6.0.0", {"VERSIONS", Offer::nothing, {}}},
      {k_count,             "-n",                        to(&Options::count),            "Show the newest N runs (default: all)", {"N", Offer::nothing, {}}},
      {k_clear,             "--clear",                   to(&Options::clear),            "Let this release be chosen again", {"RELEASE", Offer::quarantined, {}}},

      {k_directory,         "--directory",               to(site, &SiteOptions::directory),     "Everything is in D/.lavavisor (default: ~)", {"D", Offer::folders, {}}},
      {k_chain,             "--node",                    to(site, &SiteOptions::node),          "RPC endpoint of a node", {"URL", Offer::nothing, {}}},
      {k_chain,             "--chain-id",                to(site, &SiteOptions::chain_id),      "Id of the network", {"ID", Offer::suggestions, {{"lava-mainnet-1", ""}, {"lava-testnet-2", ""}}}},
      {k_auto_download,     "--auto-download",           to(site, &SiteOptions::auto_download), "Download a release that is not there", {}},
      {k_auto_start,        "--auto-start",              to(site, &SiteOptions::auto_start),    "Go on as start", {}},

      {k_service,           "TYPE",                      to(service, &ServiceOptions::type),    "provider or consumer", one_of("TYPE", {{"provider", ""}, {"consumer", ""}}), true},
      {k_service,           "FILE",                      to(service, &ServiceOptions::file),    "The lavap YAML", yaml, true},
      {k_service,           "--from",                    to(service, &ServiceOptions::from),    "Key that it signs with", {"KEY", Offer::nothing, {}}, true},
      {k_service,           "--geolocation",             to(service, &ServiceOptions::geolocation), "Where it is", region, true},
      {k_service,           "--keyring-backend",         to(service, &ServiceOptions::keyring_backend), "os, file, test ...", as_key("BACKEND", "service[].keyring_backend")},
      {k_service,           "--log-level,--log_level",   to(service, &ServiceOptions::log_level), "Least level that lavap logs", as_key("LEVEL", "service[].log_level")},
      {k_service,           "--parallel-connections",    to(service, &ServiceOptions::parallel_connections), "Connections to each node of its own", {"N", Offer::nothing, {}}},
      {k_service,           "--user",                    to(service, &ServiceOptions::user),    "User whom it runs as", {"USER", Offer::nothing, {}}},
      {k_service,           "--create-link",             to(service, &ServiceOptions::create_link), "Link its unit for systemd at once", {}},

      {k_wrap,              "--cmd",                     to(wrap, &WrapOptions::cmd),           "The command line: 'lavap rpcconsumer FILE.yml --from U ...'", lavap, true},
      {k_wrap,              "--enter-keyring-password",  to(wrap, &WrapOptions::enter_keyring_password), "Ask for the keyring password, or read it from a pipe", {}},
      {k_wrap,              "--keyring-password-file",   to(wrap, &WrapOptions::keyring_password_file), "Read the keyring password from the first line of this file; - is stdin", files("FILE"), false, "--enter-keyring-password"},
      {k_wrap,              "--config",                  to(&Options::config),                  "TOML file with [chain], [binary], [rollout], [hooks], [notify], [metrics], [defaults.health]", toml},
      {k_wrap,              "--stop-timeout",            to(wrap, &WrapOptions::stop_timeout),  "From SIGINT to SIGKILL", {"DURATION", Offer::nothing, {}}},
      {k_wrap,              "--restart",                 to(wrap, &WrapOptions::restart),       "When a child that ended by itself comes back", restart},
      {k_wrap,              "--listen",                  to(wrap, &WrapOptions::listen),        "HOST:PORT to serve health, metrics and the status page on", {"ADDRESS", Offer::nothing, {}}},

      {k_shell,             "SHELL",                     to(&Options::shell),                   "bash, zsh or fish", one_of("SHELL", {{"bash", ""}, {"zsh", ""}, {"fish", ""}}), true},
  };
  // clang-format on
}

std::vector<Argument> those_that(const std::function<bool(const Argument&)>& are_wanted) {
  std::vector<Argument> found;
  std::copy_if(arguments().begin(), arguments().end(), std::back_inserter(found), are_wanted);
  return found;
}

}  // namespace

const std::vector<Argument>& arguments() {
  static const std::vector<Argument> k_arguments = make_arguments();
  return k_arguments;
}

std::vector<Argument> own_arguments(const Command& command) {
  return those_that([&](const Argument& row) { return (command.takes & row.takes) != 0; });
}

std::vector<Argument> global_arguments() {
  return those_that([](const Argument& row) { return row.takes == 0; });
}

std::vector<Argument> arguments_after(const Command& command) {
  auto rows = own_arguments(command);
  const auto is_shadowed = [own = rows](const Argument& row) {
    return std::any_of(
        own.begin(), own.end(), [&](const Argument& mine) { return mine.names == row.names; });
  };
  const auto global = global_arguments();
  std::remove_copy_if(global.begin(), global.end(), std::back_inserter(rows), is_shadowed);
  return rows;
}

std::vector<std::string> names_of(const Argument& argument) {
  std::vector<std::string> names;
  for (const auto name : base::split(argument.names, ',')) {
    names.emplace_back(name);
  }
  return names;
}

bool is_by_place(const Argument& argument) {
  return !argument.names.starts_with('-');
}

bool is_flag(const Argument& argument) {
  return argument.value.name.empty();
}

}  // namespace lavavisor::cli
