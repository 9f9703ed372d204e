// Units become services one by one; what they have in common makes [chain] and [binary].
// SPDX-License-Identifier: Apache-2.0
#include "compat/import_original.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "compat/new_config.hpp"
#include "compat/original_list.hpp"
#include "compat/unit_command.hpp"
#include "config/url.hpp"
#include "model/layout.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace lavavisor::compat {

namespace {

/// What a unit that runs the original lavavisor says.
struct OriginalFlags {
  std::string chain_id;
  std::string node;
  bool auto_download = false;
};

/// Whether `words` run lavavisor itself.
bool is_lavavisor(const std::vector<std::string>& words) {
  const std::string& program = words.front();
  return program.substr(program.rfind('/') + 1) == "lavavisor";
}

/// Whether lavavisor made the unit.
bool is_managed(std::string_view text) {
  return !values_of(parse_unit(text), "X-Lavavisor", "Digest").empty();
}

class Importer {
 public:
  explicit Importer(const OriginalFiles& files) : m_files(files) {}

  Imported import();

 private:
  void note(Note::Kind kind, const std::string& subject, std::string text) {
    m_notes.push_back({kind, subject, std::move(text)});
  }
  std::vector<std::string> listed();
  void sort_units();
  bool take_original(const std::string& unit, const UnitSource& source);
  void take(const std::string& unit, const UnitSource& source, bool is_listed);
  void choose_chain();
  std::string head() const;
  const std::string& text_of(const std::string& service) const {
    return m_files.units.at(service + ".service").text;
  }
  std::string service(const ImportedUnit& unit) const;
  std::string commented(const ImportedUnit& unit, const std::string& why) const;
  void note_surroundings();
  void note_clashes();
  void note_adoption();

  const OriginalFiles& m_files;
  std::vector<ImportedUnit> m_taken;
  std::vector<ImportedUnit> m_unlisted;
  std::vector<Note> m_notes;
  OriginalFlags m_flags;
  std::string m_chain;
  std::vector<std::string> m_endpoints;
};

/// The units to take; all where config.yml names none.
std::vector<std::string> Importer::listed() {
  OriginalList list;
  if (m_files.config_yml) {
    list = read_original_list(*m_files.config_yml);
    m_notes.insert(m_notes.end(), list.notes.begin(), list.notes.end());
  }
  if (!list.units.empty()) {
    return list.units;
  }
  for (const auto& [unit, source] : m_files.units) {
    list.units.push_back(unit);
  }
  note(Note::Kind::info,
       "config.yml",
       std::string{m_files.config_yml ? "it names no service" : "it is not there"} +
           ", so every unit found is taken");
  return list.units;
}

/// Take a unit that runs the original for what it is: its flags, and a reminder to stop it.
bool Importer::take_original(const std::string& unit, const UnitSource& source) {
  const auto commands = values_of(parse_unit(source.text), "Service", "ExecStart");
  if (commands.size() != 1) {
    return false;
  }
  const auto command = parse_command(commands.front(), {UnitIdentity{unit}, {}, true});
  if (!command || !is_lavavisor(command->words)) {
    return false;
  }
  const auto& words = command->words;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string& value = at + 1 < words.size() ? words[at + 1] : words[at];
    m_flags.auto_download = m_flags.auto_download || words[at] == "--auto-download";
    m_flags.chain_id = words[at] == "--chain-id" ? value : m_flags.chain_id;
    m_flags.node = words[at] == "--node" ? value : m_flags.node;
  }
  note(Note::Kind::warning,
       unit,
       "it runs the original lavavisor, which would restart the same services; stop it before "
       "this configuration is applied: systemctl disable --now " +
           unit);
  return true;
}

void Importer::take(const std::string& unit, const UnitSource& source, bool is_listed) {
  if (take_original(unit, source)) {
    return;
  }
  auto imported = import_unit(unit, source.text, m_files.surroundings);
  if (!imported) {
    note(Note::Kind::warning,
         unit,
         "it can't be taken over: " + imported.error().message + "; write its service by hand (" +
             source.file.string() + ")");
    return;
  }
  m_notes.insert(m_notes.end(), imported->notes.begin(), imported->notes.end());
  (is_listed ? m_taken : m_unlisted).push_back(*std::move(imported));
}

void Importer::sort_units() {
  const auto names = listed();
  for (const std::string& unit : names) {
    const auto found = m_files.units.find(unit);
    if (found == m_files.units.end()) {
      note(Note::Kind::warning,
           unit,
           "config.yml lists it, but there is no such unit file; it is left out");
      continue;
    }
    take(unit, found->second, true);
  }
  for (const auto& [unit, source] : m_files.units) {
    if (std::find(names.begin(), names.end(), unit) == names.end()) {
      take(unit, source, false);
    }
  }
  for (const ImportedUnit& unit : m_unlisted) {
    note(Note::Kind::warning,
         unit.name + ".service",
         "config.yml does not list it, so it stands in the configuration as a comment");
  }
}

/// One file is one chain: that of the original's unit, else of the first service that says one.
void Importer::choose_chain() {
  m_chain = m_flags.chain_id;
  for (const ImportedUnit& unit : m_taken) {
    m_chain = m_chain.empty() ? unit.chain_id : m_chain;
  }
  if (m_chain.empty()) {
    m_chain = k_default_chain;
    note(Note::Kind::warning, "", "no unit says which chain it is for; " + m_chain + " is assumed");
  }
  const auto add = [&](const std::string& node) {
    const auto endpoint = config::parse_endpoint(node);
    const bool is_new =
        endpoint && std::none_of(m_endpoints.begin(), m_endpoints.end(), [&](const auto& other) {
          return config::parse_endpoint(other)->url == endpoint->url;
        });
    if (is_new) {
      m_endpoints.push_back(node);
    }
  };
  for (const ImportedUnit& unit : m_taken) {
    if (unit.chain_id.empty() || unit.chain_id == m_chain) {
      add(unit.node);
    }
  }
  add(m_flags.node);
  if (m_endpoints.empty()) {
    add(default_node(m_chain));
  }
}

std::string Importer::head() const {
  TomlEntries binary{{"auto_download", m_flags.auto_download ? "true" : "false"}};
  if (m_files.link) {
    binary.emplace_back("link", toml_string(m_files.link->string()));
  }
  return "#:schema ./lavavisor.schema.json\n"
         "# Made by `lavavisor import` from the units that ran here before. See "
         "lavavisor.toml(5).\n\n"
         "directory = " +
         toml_string(m_files.surroundings.directory.string()) + "\n\n" + "[chain]\n" +
         toml_lines({{"id", toml_string(m_chain)}, {"endpoints", toml_list(m_endpoints)}}) +
         "\n[binary]\n" + toml_lines(binary) +
         "\n[systemd]   # where these units run, so lavavisor has to run as root\n"
         "scope = \"system\"\n";
}

std::string Importer::service(const ImportedUnit& unit) const {
  TomlEntries keys{{"name", toml_string(unit.name)}};
  keys.insert(keys.end(), unit.keys.begin(), unit.keys.end());
  if (!unit.node.empty() && unit.node != m_endpoints.front()) {
    keys.emplace_back("node", toml_string(unit.node));
  }
  if (const auto& found = text_of(unit.name); !is_managed(found)) {
    keys.emplace_back("adopt", toml_string(base::sha256_hex(found)));
  }
  std::string text = "\n[[service]]\n" + toml_lines(keys);
  for (const auto& [section, entries] : unit.unit) {
    text += "[service.unit." + toml_key(section) + "]\n" + toml_lines(entries);
  }
  return text;
}

std::string Importer::commented(const ImportedUnit& unit, const std::string& why) const {
  const std::string whole = service(unit);
  std::string text = "\n# " + why + ":\n";
  for (const std::string_view line : base::split(base::trim(whole), '\n')) {
    text.append("# ").append(line).append("\n");
  }
  return text;
}

/// What the units themselves do not say.
void Importer::note_surroundings() {
  for (const std::string& what : m_files.unreadable) {
    note(Note::Kind::warning, "", what);
  }
  for (const auto& [unit, file] : m_files.shadowed) {
    note(Note::Kind::warning,
         unit,
         file.string() + " says something else than " + m_files.units.at(unit).file.string() +
             ", which systemd reads; move it away, else the unit can't be taken over");
  }
  for (const auto& [unit, folder] : m_files.drop_ins) {
    note(Note::Kind::warning,
         unit,
         "what stands in " + folder.string() +
             "/ stays in force on top of the new unit; move it into [service.unit] and remove it "
             "there, an ExecStart= above all");
  }
}

/// A YAML that stands where lavavisor keeps the copy of another service's would be lost.
void Importer::note_clashes() {
  for (const ImportedUnit& unit : m_taken) {
    for (const ImportedUnit& other : m_taken) {
      const auto copy = model::lavap_config_file(m_files.surroundings.directory, other.name)
                            .lexically_relative(m_files.surroundings.directory);
      const std::pair<std::string, std::string> key{"config", toml_string(copy.string())};
      const bool clashes = unit.name != other.name &&
                           std::find(unit.keys.begin(), unit.keys.end(), key) != unit.keys.end();
      if (clashes) {
        note(Note::Kind::warning,
             unit.name + ".service",
             "its YAML " + copy.string() + " is where lavavisor keeps the one of " + other.name +
                 ", and would be overwritten; move it elsewhere and change `config` before this "
                 "configuration is applied");
      }
    }
  }
}

void Importer::note_adoption() {
  if (m_taken.empty()) {
    note(Note::Kind::warning, "", "no service was found; add some with create-service");
    return;
  }
  note(Note::Kind::info,
       "",
       "adopting a unit rewrites it once and restarts its service once: ExecStart names the "
       "versioned binary and the copied YAML, KillSignal=SIGINT lets lavap save its rewards, and "
       "hardening is added; its name, user, flags and what stands under [service.unit] stay");
  if (!m_flags.auto_download) {
    note(Note::Kind::info,
         "",
         "binary.auto_download is false: without it new releases have to be placed by hand");
  }
}

Imported Importer::import() {
  note_surroundings();
  sort_units();
  note_clashes();
  choose_chain();
  Imported imported;
  imported.toml_text = head();
  std::string others;
  for (const ImportedUnit& unit : m_taken) {
    if (!unit.chain_id.empty() && unit.chain_id != m_chain) {
      note(Note::Kind::warning,
           unit.name + ".service",
           "it is for the chain " + base::printable(unit.chain_id) +
               "; one file is one chain, so it stands in the configuration as a comment: give it "
               "a directory of its own");
      others += commented(unit, "For the chain " + base::printable(unit.chain_id));
      continue;
    }
    imported.toml_text += service(unit);
    imported.adopted.push_back(unit.name);
  }
  for (const ImportedUnit& unit : m_unlisted) {
    others += commented(unit, "Not in config.yml, so the original did not run it");
  }
  imported.toml_text += others;
  imported.is_done = !imported.adopted.empty() &&
                     std::all_of(imported.adopted.begin(),
                                 imported.adopted.end(),
                                 [&](const auto& name) { return is_managed(text_of(name)); });
  note_adoption();
  imported.notes = std::move(m_notes);
  return imported;
}

}  // namespace

std::vector<std::filesystem::path> lavap_paths(const OriginalFiles& files) {
  std::vector<std::filesystem::path> paths;
  for (const auto& [unit, source] : files.units) {
    const auto imported = import_unit(unit, source.text, files.surroundings);
    if (imported && imported->binary.starts_with('/')) {
      paths.emplace_back(imported->binary);
    }
  }
  return paths;
}

Imported import_original(const OriginalFiles& files) {
  return Importer{files}.import();
}

}  // namespace lavavisor::compat
