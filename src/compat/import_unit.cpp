// Assignment by assignment: the command becomes keys, what else differs from a generated unit an
// override.
// SPDX-License-Identifier: Apache-2.0
#include "compat/import_unit.hpp"

#include "base/text.hpp"
#include "compat/lavap_words.hpp"
#include "compat/unit_command.hpp"
#include "compat/unit_keys.hpp"
#include "compat/unit_paths.hpp"
#include "config/names.hpp"
#include "model/layout.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace lavavisor::compat {

namespace {

using model::ServiceType;
using std::filesystem::path;

constexpr std::string_view k_service_end = ".service";

std::string plain_name(const std::string& unit_name) {
  const bool has_end = unit_name.ends_with(k_service_end);
  return unit_name.substr(0, unit_name.size() - (has_end ? k_service_end.size() : 0));
}

std::string last_value(const UnitFileText& unit, std::string_view section, std::string_view key) {
  const auto values = values_of(unit, section, key);
  return values.empty() ? "" : values.back();
}

/// Reads one unit into an ImportedUnit.
class UnitReader {
 public:
  UnitReader(const std::string& unit_name,
             std::string_view text,
             const UnitSurroundings& surroundings)
      : m_identity{unit_name}, m_unit(parse_unit(text)), m_surroundings(surroundings) {
    m_out.name = plain_name(unit_name);
  }

  base::Result<ImportedUnit> read();

 private:
  void note(std::string text) {
    m_out.notes.push_back({Note::Kind::info, m_identity.unit, std::move(text)});
  }
  void warn(std::string text) {
    m_out.notes.push_back({Note::Kind::warning, m_identity.unit, std::move(text)});
  }
  void key(const std::string& name, const std::string& text) {
    if (!text.empty()) {
      m_out.keys.emplace_back(name, toml_string(text));
    }
  }
  void read_environment();
  base::Result<UnitCommand> read_command();
  void note_command(const UnitCommand& command);
  void import_lavap(const LavapCommand& lavap);
  void import_custom(const UnitCommand& command, const std::string& why);
  void import_flags(const std::vector<model::Flag>& flags);
  std::string config_path(const std::string& file);
  void import_user();
  void import_env();
  void import_overrides();
  bool is_taken(const Assignment& each);
  void add_override(const Assignment& each);

  UnitIdentity m_identity;
  UnitFileText m_unit;
  const UnitSurroundings& m_surroundings;
  std::map<std::string, std::string> m_env;  ///< of Environment=
  CommandContext m_context;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> m_overrides;
  std::vector<std::pair<std::string, std::string>> m_order;  ///< of m_overrides: section, key
  bool m_user_is_override = false;
  ImportedUnit m_out;
};

void UnitReader::read_environment() {
  for (const std::string& value : values_of(m_unit, "Service", "Environment")) {
    std::vector<std::string> unknown;
    const auto words = split_words(value);
    if (!words) {
      warn("Environment=" + value + " is left out: " + words.error().message);
      continue;
    }
    for (const std::string& word : *words) {
      const std::string whole = fill_specifiers(word, m_identity, unknown);
      const auto equals = whole.find('=');
      const std::string name = whole.substr(0, equals);
      if (name == "LAVAVISOR_UNIT") {
        continue;  // lavavisor's own
      }
      const bool fits = equals != std::string::npos && config::check_variable(name) &&
                        base::is_utf8(whole) && whole.find_first_of("\n\r") == std::string::npos;
      if (!fits) {
        warn("Environment= '" + base::printable(word) +
             "' is left out: it is no variable that "
             "can be given here");
        continue;
      }
      m_env[name] = whole.substr(equals + 1);
    }
    for (const std::string& specifier : unknown) {
      warn("Environment= holds " + specifier +
           ", which only systemd can fill in; it is written "
           "as it stands");
    }
  }
  m_context.identity = m_identity;
  m_context.variables = m_env;
  for (const path& file : environment_files(m_unit, m_identity)) {
    const auto found = m_surroundings.environment_files.find(file);
    if (found == m_surroundings.environment_files.end()) {
      m_context.has_unread_variables = true;
      continue;
    }
    for (const auto& [name, value] : parse_environment_file(found->second)) {
      m_context.variables[name] = value;
    }
  }
}

base::Result<UnitCommand> UnitReader::read_command() {
  const auto commands = values_of(m_unit, "Service", "ExecStart");
  if (commands.size() != 1) {
    return base::fail(commands.empty() ? "it has no ExecStart="
                                       : "it has more than one ExecStart=");
  }
  auto command = parse_command(commands.front(), m_context);
  if (!command) {
    return base::fail("ExecStart=" + base::printable(commands.front()), command.error());
  }
  const bool sound =
      std::all_of(command->words.begin(), command->words.end(), [](const std::string& word) {
        return base::is_utf8(word) && word.find_first_of("\n\r") == std::string::npos;
      });
  if (!sound) {
    return base::fail("its ExecStart= has a word with a line break or that is not UTF-8");
  }
  return command;
}

void UnitReader::note_command(const UnitCommand& command) {
  if (!command.prefixes.empty()) {
    note("ExecStart= began with '" + command.prefixes +
         "', which a generated unit does not; that is left out");
  }
  for (const std::string& name : command.unknown) {
    warn(name.starts_with('%') ? "ExecStart= holds the specifier " + name +
                                     ", which only systemd can fill in; it is written as it "
                                     "stands, so put its value there"
         : m_context.has_unread_variables
             ? "ExecStart= holds " + name +
                   ", which is set nowhere that could be read; put its "
                   "value there"
             : "ExecStart= holds " + name + ", which is set nowhere, so it was empty");
  }
  for (const std::string& name : command.used) {
    if (is_secret_name(name)) {
      warn("the value of $" + name + " stands in the command line now; take it out of there");
    }
  }
}

/// The YAML as config.toml names it: below the directory relative to it, else absolute.
std::string UnitReader::config_path(const std::string& file) {
  const auto all = yaml_places(m_unit, m_identity, file, m_surroundings.directory);
  auto found = std::find_if(all.begin(), all.end(), [&](const path& each) {
    return m_surroundings.files.count(each) != 0;
  });
  if (found == all.end()) {
    found = all.end() - 1;
    const bool of_original = all.size() == 3;
    found = of_original ? found : all.begin();
    warn(found->string() + ", its YAML file, is not there");
  }
  if (*found == model::lavap_config_file(m_surroundings.directory, m_out.name)) {
    warn(found->string() +
         " is also where lavavisor keeps its copy of the YAML, and goes with the "
         "service; move it elsewhere and change `config`");
  }
  const path relative = found->lexically_relative(m_surroundings.directory);
  const bool below = !relative.empty() && *relative.begin() != ".." && relative != ".";
  return below ? relative.string() : found->string();
}

/// A flag's value: a number where it reads back as the same text.
std::string flag_value(const std::string& text) {
  const bool digits = !text.empty() && text.size() < 16 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  return digits && (text == "0" || text.front() != '0') ? text : toml_string(text);
}

void UnitReader::import_flags(const std::vector<model::Flag>& flags) {
  TomlEntries entries;
  std::set<std::string> done;
  for (const model::Flag& flag : flags) {
    if (!done.insert(flag.name).second) {
      continue;
    }
    std::vector<std::string> values;
    for (const model::Flag& other : flags) {
      if (other.name == flag.name && other.value) {
        values.push_back(*other.value);
      }
    }
    const std::string value = values.empty()       ? "true"
                              : values.size() == 1 ? flag_value(values.front())
                                                   : toml_list(values);
    entries.emplace_back(toml_key(flag.name), value);
    if (is_secret_name(flag.name)) {
      warn("--" + flag.name + " looks like a secret; do not put it into Git");
    }
  }
  if (!entries.empty()) {
    m_out.keys.emplace_back("flags", toml_inline_table(entries));
  }
}

/// What lavap itself takes where a flag is not given stands in the file, since lavavisor's own
/// defaults differ (Cosmos SDK, client/flags: keyring-backend os, node tcp://localhost:26657).
void UnitReader::import_lavap(const LavapCommand& lavap) {
  static const std::map<ServiceType, std::string> types{{ServiceType::provider, "provider"},
                                                        {ServiceType::consumer, "consumer"},
                                                        {ServiceType::cache, "cache"}};
  key("type", types.at(lavap.type));
  m_out.chain_id = lavap.chain_id;
  if (lavap.type == ServiceType::cache) {
    key("address", lavap.subject);
  } else {
    key("config", config_path(lavap.subject));
    import_user();
    key("from", lavap.from);
    key("keyring_backend", lavap.keyring_backend.empty() ? "os" : lavap.keyring_backend);
    m_out.keys.emplace_back("geolocation", lavap.geolocation.empty() ? "1" : lavap.geolocation);
    m_out.node = lavap.node.empty() ? "tcp://localhost:26657" : lavap.node;
  }
  if (lavap.type == ServiceType::cache) {
    import_user();
  }
  key("log_level", lavap.log_level);
  import_flags(lavap.flags);
  for (const std::string& name : lavap.switched_off) {
    note("--" + name + "=false is left out; without the flag lavap takes its own default");
  }
}

void UnitReader::import_custom(const UnitCommand& command, const std::string& why) {
  std::vector<std::string> words = command.words;
  const bool is_ours = is_lavap(words.front());
  words.front() = is_ours ? "lavap" : words.front();
  key("type", "custom");
  m_out.keys.emplace_back("command", toml_list(words));
  import_user();
  note(is_ours ? "it is taken as a command of type 'custom': " + why
               : words.front() + " is not lavap, so it is taken as it is, of type 'custom'");
  const std::string script = command.is_shell ? words.back() : "";
  if (!is_ours) {
    warn(
        "the binary that it runs is not chosen by lavavisor: an upgrade does not reach it, "
        "unless its command names binary.link");
  }
  const auto pipe = script.find('|');
  const bool pipes_secret = pipe != std::string::npos &&
                            script.find("lavap") != std::string::npos &&
                            (script.find("echo") < pipe || script.find("printf") < pipe);
  if (pipes_secret || is_secret_name(script)) {
    warn(
        "its script gives lavap a password, which everybody who can read the unit or this file "
        "can read too; use --keyring-backend test with a key of its own, or a file that only "
        "the service's user may read");
  }
}

void UnitReader::import_user() {
  const std::string user = last_value(m_unit, "Service", "User");
  m_user_is_override = !user.empty() && !config::check_user(user);
  if (m_user_is_override) {
    warn("User=" + base::printable(user) + " is no plain name; it is kept as an override");
  }
  key("user", user.empty() || m_user_is_override ? "root" : user);
  if (user.empty()) {
    warn("it runs as root, since it names no user; lavap needs no root");
  }
}

void UnitReader::import_env() {
  TomlEntries entries;
  for (const auto& [name, value] : m_env) {
    entries.emplace_back(toml_key(name), toml_string(value));
    if (is_secret_name(name)) {
      warn("Environment= sets " + name +
           ", which looks like a secret; keep it out of Git: put it "
           "into a file that only root may read, and name that with EnvironmentFile in "
           "[service.unit.Service]");
    }
  }
  if (!entries.empty()) {
    m_out.keys.emplace_back("env", toml_inline_table(entries));
  }
}

/// True when `each` went into a key or is what lavavisor writes by itself.
bool UnitReader::is_taken(const Assignment& each) {
  if (each.section == "X-Lavavisor" || is_generated(each)) {
    return true;
  }
  if (each.section != "Service") {
    return false;
  }
  if (each.key == "Type") {
    if (each.value != "simple" && each.value != "exec") {
      warn("Type=" + base::printable(each.value) + " becomes exec, as lavavisor runs all services");
    }
    return true;
  }
  return each.key == "ExecStart" || each.key == "Environment" ||
         (each.key == "User" && !m_user_is_override);
}

void UnitReader::add_override(const Assignment& each) {
  const bool possible =
      config::check_unit_section(each.section) && config::check_unit_key(each.section, each.key) &&
      base::is_utf8(each.value) && each.value.find_first_of("\n\r") == std::string::npos;
  if (!possible) {
    warn("[" + base::printable(each.section) + "] " + base::printable(each.key + "=" + each.value) +
         " can't be kept");
    return;
  }
  auto& values = m_overrides[each.section][each.key];
  const std::pair<std::string, std::string> place{each.section, each.key};
  if (std::find(m_order.begin(), m_order.end(), place) == m_order.end()) {
    m_order.push_back(place);
  }
  values.push_back(each.value);
}

void UnitReader::import_overrides() {
  for (const Assignment& each : m_unit.assignments) {
    if (!is_taken(each)) {
      add_override(each);
    }
  }
  for (const auto& [section, name] : m_order) {
    const auto& values = m_overrides[section][name];
    m_out.unit[section].emplace_back(
        toml_key(name), values.size() == 1 ? toml_string(values.front()) : toml_list(values));
  }
  for (const std::string& line : m_unit.ignored) {
    warn("the line '" + base::printable(line) + "', which systemd ignores, is left out");
  }
}

base::Result<ImportedUnit> UnitReader::read() {
  if (const auto name = config::check_service_name(m_out.name); !name) {
    return base::fail("the name " + name.error().message);
  }
  read_environment();
  const auto command = read_command();
  if (!command) {
    return tl::make_unexpected(command.error());
  }
  note_command(*command);
  m_out.binary = is_lavap(command->words.front()) ? command->words.front() : "";
  const auto lavap = m_out.binary.empty() ? base::Result<LavapCommand>{base::fail("")}
                                          : read_lavap_words(command->words);
  if (lavap) {
    import_lavap(*lavap);
  } else {
    import_custom(*command, lavap.error().message);
  }
  import_env();
  import_overrides();
  return std::move(m_out);
}

}  // namespace

base::Result<ImportedUnit> import_unit(const std::string& unit_name,
                                       std::string_view text,
                                       const UnitSurroundings& surroundings) {
  return UnitReader{unit_name, text, surroundings}.read();
}

}  // namespace lavavisor::compat
