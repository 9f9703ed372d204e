// The document of a single process: some tables of the file, some values beside them.
// SPDX-License-Identifier: Apache-2.0
#include "config/single_process.hpp"

#include "config/findings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lavavisor::config {

namespace {

/// lavap's own default of --node.
constexpr const char* k_default_node = "tcp://localhost:26657";

constexpr std::array<std::string_view, 3> k_of_no_concern{"service", "systemd", "defaults"};

template <class Value>
Raw raw(Value value) {
  return {std::move(value), k_no_place};
}

Raw raw_text(std::string text) {
  return raw(std::move(text));
}

Entry entry(std::string key, Raw value) {
  return {std::move(key), k_no_place, std::move(value)};
}

Entry* find(RawTable& table, std::string_view key) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Entry& each) { return each.key == key; });
  return found == table.end() ? nullptr : &*found;
}

void drop(RawTable& table, std::string_view key) {
  std::erase_if(table, [&](const Entry& each) { return each.key == key; });
}

void set(RawTable& table, const std::string& key, Raw value) {
  drop(table, key);
  table.push_back(entry(key, std::move(value)));
}

/// The table at `key`, made where none is; null when something else is there, for the reader to
/// report.
RawTable* table_at(RawTable& root, const std::string& key) {
  if (find(root, key) == nullptr) {
    set(root, key, raw(RawTable{}));
  }
  return std::get_if<RawTable>(&find(root, key)->value.value);
}

bool is_text(const Raw& raw, const std::string& text) {
  const auto* const list = raw.as<RawList>();
  const Raw& one = list != nullptr && list->size() == 1 ? list->front() : raw;
  return one.as<std::string>() != nullptr && *one.as<std::string>() == text;
}

/// Lays the given values over [chain]: a flag beats the file, and the file beats what was found
/// elsewhere, which is worth a warning where they differ.
class ChainOverlay {
 public:
  ChainOverlay(RawTable& chain, Findings& findings) : m_chain(chain), m_findings(findings) {}

  void lay(const SingleProcess& process) {
    if (beats("id", process.chain_id)) {
      set(m_chain, "id", raw_text(process.chain_id.value));
    }
    if (beats("endpoints", process.node)) {
      set(m_chain, "endpoints", raw(RawList{raw_text(process.node.value)}));
      drop(m_chain, "quorum");  // one voice is all that can be asked for
    } else if (find(m_chain, "endpoints") == nullptr) {
      set(m_chain, "endpoints", raw(RawList{raw_text(k_default_node)}));
    }
  }

 private:
  bool beats(std::string_view key, const Given& given) {
    const Entry* const own = find(m_chain, key);
    if (given.value.empty() || own == nullptr || given.by.empty()) {
      return !given.value.empty();
    }
    if (key == "id" && !is_text(own->value, given.value)) {
      m_findings.warning(own->value.place,
                         "chain.id differs from " + given.by + " (" + given.value + ")",
                         "lavavisor goes by this one; its flag --chain-id beats both");
    }
    return false;
  }

  RawTable& m_chain;
  Findings& m_findings;
};

/// Of [defaults] only health.
void keep_health(RawTable& root, const RawTable& file) {
  RawTable all = file;
  Entry* const defaults = find(all, "defaults");
  auto* const table = defaults == nullptr ? nullptr : std::get_if<RawTable>(&defaults->value.value);
  if (table != nullptr) {
    std::erase_if(*table, [](const Entry& each) { return each.key != "health"; });
    root.push_back(*defaults);
  }
}

Raw service_of(const SingleProcess& process) {
  RawTable service;
  set(service, "name", raw_text(process.name));
  set(service, "type", raw_text("custom"));
  set(service, "command", raw(RawList{raw_text("lavap")}));
  return raw(RawList{raw(std::move(service))});
}

/// The scope in which a service has no user of its own; the folder only keeps the reader from
/// looking for a home.
Raw no_systemd() {
  RawTable systemd;
  set(systemd, "scope", raw_text("user"));
  set(systemd, "create_link", raw(false));
  set(systemd, "unit_dir", raw_text("/"));
  return raw(std::move(systemd));
}

}  // namespace

RawTable document_for(const SingleProcess& process, const RawTable& file, Findings& findings) {
  RawTable root = file;
  for (const std::string_view key : k_of_no_concern) {
    drop(root, key);
  }
  keep_health(root, file);
  if (!process.directory.empty() || find(root, "directory") == nullptr) {
    set(root,
        "directory",
        raw_text(process.directory.empty() ? "~/.lavavisor" : process.directory));
  }
  if (RawTable* const chain = table_at(root, "chain")) {
    ChainOverlay{*chain, findings}.lay(process);
  }
  if (RawTable* const binary = table_at(root, "binary")) {
    set(*binary, "link", raw_text(""));
    if (process.auto_download) {
      set(*binary, "auto_download", raw(true));
    }
  }
  set(root, "systemd", no_systemd());
  set(root, "service", service_of(process));
  return root;
}

}  // namespace lavavisor::config
