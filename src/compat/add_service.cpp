// toml++ says what the file means and where each value stands; the edit is made in the text, then
// held against the meaning once more.
// SPDX-License-Identifier: Apache-2.0
#include "compat/add_service.hpp"

#include "base/text.hpp"
#include "compat/draft_keys.hpp"
#include "compat/toml_document.hpp"
#include "compat/toml_write.hpp"
#include "config/toml_text.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace lavavisor::compat {

namespace {

constexpr std::string_view k_mark = "\xef\xbb\xbf";  // UTF-8's byte order mark
constexpr const char* k_parallel = "parallel-connections";

TextPosition position(const toml::source_position& at) {
  return {at.line, at.column};
}

/// The text of one configuration while it is edited.
class Document {
 public:
  Document(const ConfigText& config, std::string_view text, toml::table root)
      : m_config(config), m_text(text), m_lines(m_text), m_root(std::move(root)) {}

  const toml::table& root() const { return m_root; }
  const TextLines& lines() const { return m_lines; }
  std::string_view text() const { return m_text; }

  std::size_t begin(const toml::node& node) const {
    return m_lines.offset(position(node.source().begin));
  }
  std::size_t end(const toml::node& node) const {
    return m_lines.offset(position(node.source().end));
  }

  /// True for a table with a header of its own, `[a]` or `[[a]]`; then its keys stand below it.
  bool has_header(const toml::node& node) const {
    return node.is_table() && !node.as_table()->is_inline() && begin(node) < m_text.size() &&
           m_text[begin(node)] == '[';
  }

  tl::unexpected<base::Error> failure(const toml::node& at, const std::string& message) const {
    const auto where = at.source().begin;
    return base::fail(m_config.file.string() + ":" + std::to_string(where.line) + ":" +
                      std::to_string(where.column) + ": " + message);
  }

  /// True when `given`, a path in the file, is `path`.
  bool is_path(const std::string& given, const std::filesystem::path& path) const {
    const std::filesystem::path whole = given.starts_with("~/") && !m_config.home.empty()
                                            ? m_config.home / given.substr(2)
                                            : m_config.file.parent_path() / given;
    return whole.lexically_normal() == path.lexically_normal();
  }

 private:
  const ConfigText& m_config;
  std::string_view m_text;
  TextLines m_lines;
  toml::table m_root;
};

base::Result<toml::table> parse(const ConfigText& config, std::string_view text) {
  const config::Source source{config.file.string(), std::string{text}};
  auto bad = source.first_bad_byte();
  if (!bad) {
    if (auto raw = config::parse_toml(source); !raw) {
      bad = std::move(raw.error());
    }
  }
  if (bad) {
    return base::fail(bad->file + ":" + std::to_string(bad->line) + ":" +
                      std::to_string(bad->column) + ": " + bad->message);
  }
  return toml::parse(text);
}

// --- what is wanted ------------------------------------------------------------------------------

/// True when `node` says `value`; flags may be numbers or the same as text.
bool says(toml::node_view<const toml::node> node, const DraftValue& value) {
  if (const auto* const number = std::get_if<std::int64_t>(&value)) {
    return node.is_integer() ? node.ref<std::int64_t>() == *number
                             : node.value<std::string>() == std::to_string(*number);
  }
  return node.value<std::string>() == std::get<std::string>(value);
}

/// True when the service has `each` already, by itself or, where it is silent, by the file's
/// defaults.
bool is_said(const Document& document, const toml::table& service, const DraftKey& each) {
  const toml::table& root = document.root();
  if (each.key == "config") {
    const auto path = service["config"].value<std::string>();
    return path && document.is_path(*path, std::get<std::string>(each.value));
  }
  if (service.contains(each.key) || each.key == "name" || each.key == "type") {
    return says(service[each.key], each.value);
  }
  if (each.key == "node" && !root["defaults"]["node"]) {
    return says(root["chain"]["endpoints"][0], each.value);
  }
  return says(root["defaults"][each.key], each.value);
}

bool is_parallel_said(const Document& document, const toml::table& service, std::int64_t number) {
  const auto own = service["flags"][k_parallel];
  return says(own ? own : document.root()["defaults"]["flags"][k_parallel], number);
}

// --- edits ---------------------------------------------------------------------------------------

/// The last line that a key of the table itself takes, without tables that have a header of their
/// own.
unsigned last_line(const Document& document, const toml::table& table) {
  unsigned last = table.source().end.line;
  for (const auto& [key, value] : table) {
    if (document.has_header(value)) {
      continue;
    }
    const toml::table* const below = value.as_table();
    const bool dotted = below != nullptr && !below->is_inline();
    last = std::max(last, dotted ? last_line(document, *below) : value.source().end.line);
  }
  return last;
}

/// How far the keys of the table are indented.
std::string indentation(const Document& document, const toml::table& table) {
  unsigned first = 0;
  for (const auto& [key, value] : table) {
    const unsigned line = key.source().begin.line;
    if (!document.has_header(value) && (first == 0 || line < first)) {
      first = line;
    }
  }
  return first == 0 ? "" : document.lines().indentation(first);
}

/// New keys behind the last one of a table with a header.
TextEdit append_keys(const Document& document, const toml::table& table, const TomlEntries& keys) {
  const std::string eol = document.lines().eol();
  const std::size_t at = document.lines().behind_line(last_line(document, table));
  std::string lines;
  for (const auto& [key, value] : keys) {
    lines.append(indentation(document, table)).append(key + " = " + value + eol);
  }
  const bool unfinished = at > 0 && document.text()[at - 1] != '\n';
  return {at, 0, unfinished ? eol + lines : lines};
}

/// A key more in `{ ... }`.
TextEdit append_inline(const Document& document, const toml::table& table, const std::string& key) {
  const std::size_t brace = document.end(table) - 1;
  std::size_t at = brace;
  while (at > 0 && (document.text()[at - 1] == ' ' || document.text()[at - 1] == '\t')) {
    --at;
  }
  return table.empty() ? TextEdit{at, brace - at, " " + key + " "} : TextEdit{at, 0, ", " + key};
}

TextEdit replace(const Document& document, const toml::node& node, const DraftValue& value) {
  const std::size_t begin = document.begin(node);
  return {begin, document.end(node) - begin, literal(value)};
}

/// Let the service have the flag; a whole new table of flags, or a dotted key, goes to `keys`.
void edit_parallel(const Document& document,
                   const toml::table& service,
                   std::int64_t number,
                   std::vector<TextEdit>& edits,
                   TomlEntries& keys) {
  const toml::node* const flags = service.get("flags");
  const std::string text = std::to_string(number);
  if (flags == nullptr) {
    keys.emplace_back("flags", toml_inline_table({{k_parallel, text}}));
    return;
  }
  const toml::table* const table = flags->as_table();
  if (table == nullptr) {
    edits.push_back({document.begin(*flags),
                     document.end(*flags) - document.begin(*flags),
                     toml_inline_table({{k_parallel, text}})});
  } else if (const toml::node* const there = table->get(k_parallel)) {
    edits.push_back(replace(document, *there, number));
  } else if (table->is_inline()) {
    edits.push_back(append_inline(document, *table, std::string{k_parallel} + " = " + text));
  } else if (document.has_header(*table)) {
    edits.push_back(append_keys(document, *table, {{k_parallel, text}}));
  } else {
    keys.emplace_back(std::string{"flags."} + k_parallel, text);
  }
}

/// What makes the service that is there the one of the draft; nothing when it is that already.
std::vector<TextEdit> changes(const Document& document,
                              const toml::table& service,
                              const ServiceDraft& draft) {
  std::vector<TextEdit> edits;
  TomlEntries keys;
  for (const DraftKey& each : keys_of_draft(draft)) {
    if (is_said(document, service, each)) {
      continue;
    }
    if (const toml::node* const there = service.get(each.key)) {
      edits.push_back(replace(document, *there, each.value));
    } else {
      keys.emplace_back(each.key, literal(each.value));
    }
  }
  if (draft.parallel_connections &&
      !is_parallel_said(document, service, *draft.parallel_connections)) {
    edit_parallel(document, service, *draft.parallel_connections, edits, keys);
  }
  if (!keys.empty()) {
    edits.push_back(append_keys(document, service, keys));
  }
  return edits;
}

/// The file with a table more at its end.
std::string with_new_service(const Document& document, const ServiceDraft& draft) {
  const toml::table nothing;
  TomlEntries keys;
  for (const DraftKey& each : keys_of_draft(draft)) {
    if (!is_said(document, nothing, each)) {
      keys.emplace_back(each.key, literal(each.value));
    }
  }
  if (draft.parallel_connections &&
      !is_parallel_said(document, nothing, *draft.parallel_connections)) {
    keys.emplace_back(
        "flags", toml_inline_table({{k_parallel, std::to_string(*draft.parallel_connections)}}));
  }
  const std::string eol = document.lines().eol();
  std::string text{document.text()};
  text += text.empty() || text.ends_with('\n') ? "" : eol;
  text += text.empty() || text.ends_with(eol + eol) ? "" : eol;
  return text + "[[service]]" + eol + toml_lines(keys, eol);
}

// --- what may be edited --------------------------------------------------------------------------

base::Result<void> refuse_draft(const Document& document, const ServiceDraft& draft) {
  if (auto unfit = check_draft(draft); !unfit) {
    return unfit;
  }
  const auto chain = document.root()["chain"]["id"];
  if (!draft.chain_id.empty() && chain && !says(chain, draft.chain_id)) {
    return document.failure(
        *chain.node(),
        "this file is for the chain '" + base::printable(chain.value_or<std::string>("")) +
            "', and the service for '" + base::printable(draft.chain_id) +
            "'; one file is one chain: give the other one a directory of its own (--directory)");
  }
  const auto link = document.root()["systemd"]["create_link"];
  if (draft.create_link && link.value<bool>() == false) {
    return document.failure(*link.node(),
                            "units are not linked, says systemd.create_link; make it true, or "
                            "leave --create-link out");
  }
  return {};
}

/// All services of the file; fails when they are not written as [[service]].
base::Result<std::vector<const toml::table*>> services_of(const Document& document) {
  std::vector<const toml::table*> services;
  const toml::node* const node = document.root().get("service");
  if (node == nullptr) {
    return services;
  }
  const toml::array* const list = node->as_array();
  if (list == nullptr) {
    return document.failure(*node, "a service is written as [[service]], with double brackets");
  }
  for (const toml::node& item : *list) {
    const toml::table* const table = item.as_table();
    services.push_back(table != nullptr && !table->is_inline() ? table : nullptr);
  }
  if (services.empty() || std::count(services.begin(), services.end(), nullptr) > 0) {
    return document.failure(
        *node,
        services.empty()
            ? "service is an empty list, to which no [[service]] can be added; remove this line"
            : "the services are an inline list, which can't be added to without rewriting it; "
              "write each of them as a table of its own under [[service]]");
  }
  return services;
}

/// The service of that name, which may be edited; null = there is none.
base::Result<const toml::table*> find_service(const Document& document, const std::string& name) {
  const auto services = services_of(document);
  if (!services) {
    return tl::make_unexpected(services.error());
  }
  const toml::table* found = nullptr;
  for (const toml::table* const each : *services) {
    if ((*each)["name"].value<std::string>() != name) {
      continue;
    }
    if (found != nullptr) {
      return document.failure(*each, "a second service is called '" + name + "'; rename it first");
    }
    found = each;
    const auto type = (*each)["type"].value<std::string>();
    if (type && *type != "provider" && *type != "consumer") {
      return document.failure(*each,
                              "'" + name + "' is a service of type '" + base::printable(*type) +
                                  "'; rename it, or change it by hand");
    }
  }
  return found;
}

// --- the safety net ------------------------------------------------------------------------------

/// `root` without what a draft may change; a service that is `added` goes as a whole.
toml::table rest_of(toml::table root, const ServiceDraft& draft, bool added) {
  toml::array* const list = root["service"].as_array();
  for (std::size_t index = 0; list != nullptr && index < list->size(); ++index) {
    toml::table* const service = list->get(index)->as_table();
    if (service == nullptr || (*service)["name"].value<std::string>() != draft.name) {
      continue;
    }
    if (added) {
      list->erase(list->begin() + static_cast<std::ptrdiff_t>(index));
      break;
    }
    for (const DraftKey& each : keys_of_draft(draft)) {
      service->erase(each.key);
    }
    if (toml::table* const flags = (*service)["flags"].as_table(); flags != nullptr) {
      flags->erase(k_parallel);
      if (flags->empty()) {
        service->erase("flags");
      }
    }
  }
  if (list != nullptr && list->empty()) {
    root.erase("service");
  }
  return root;
}

/// True when `text` has the service of the draft and, beside it, just what `before` has.
bool is_right(const ConfigText& config,
              const Document& before,
              const std::string& text,
              const ServiceDraft& draft,
              bool added) {
  auto parsed = parse(config, text);
  if (!parsed) {
    return false;
  }
  const Document after{config, text, *std::move(parsed)};
  const auto service = find_service(after, draft.name);
  return service && *service != nullptr && changes(after, **service, draft).empty() &&
         rest_of(after.root(), draft, added) == rest_of(before.root(), draft, false);
}

}  // namespace

base::Result<Edited> add_service(const ConfigText& config, const ServiceDraft& draft) {
  std::string_view text = config.text;
  const bool marked = text.starts_with(k_mark);
  text.remove_prefix(marked ? k_mark.size() : 0);
  auto root = parse(config, text);
  if (!root) {
    return tl::make_unexpected(root.error());
  }
  const Document document{config, text, *std::move(root)};
  if (auto refused = refuse_draft(document, draft); !refused) {
    return tl::make_unexpected(refused.error());
  }
  const auto service = find_service(document, draft.name);
  if (!service) {
    return tl::make_unexpected(service.error());
  }
  const bool added = *service == nullptr;
  const auto edits = added ? std::vector<TextEdit>{} : changes(document, **service, draft);
  if (!added && edits.empty()) {
    return Edited{config.text, false};
  }
  std::string edited =
      added ? with_new_service(document, draft) : with_edits(std::string{document.text()}, edits);
  if (!is_right(config, document, edited, draft, added)) {
    return base::fail(config.file.string() + ": the service '" + draft.name +
                      "' can't be written into this file without touching the rest of it; add it "
                      "by hand");
  }
  return Edited{std::string{marked ? k_mark : std::string_view{}} + edited, true};
}

}  // namespace lavavisor::compat
