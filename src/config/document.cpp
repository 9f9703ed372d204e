// Text, then TOML; of a folder, file by file.
// SPDX-License-Identifier: Apache-2.0
#include "config/document.hpp"

#include "base/file.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "config/fragments.hpp"
#include "config/merge.hpp"
#include "config/toml_text.hpp"

#include <cstdint>
#include <system_error>
#include <utility>

namespace lavavisor::config {

namespace {

constexpr std::uint64_t k_max_file = 1U << 20U;
constexpr int k_most_tries = 5;  // to read a folder at rest

Finding about(const std::filesystem::path& file, std::string message, std::string hint = {}) {
  Finding finding;
  finding.file = file.string();
  finding.message = std::move(message);
  finding.hint = std::move(hint);
  return finding;
}

/// One file's text and what it says.
struct Part {
  std::shared_ptr<const Source> source;
  Raw root;
};

std::optional<Part> parse(const std::filesystem::path& file, std::string text, Findings& findings) {
  const auto source = std::make_shared<const Source>(file.string(), std::move(text));
  if (auto bad = source->first_bad_byte()) {
    findings.error(*std::move(bad));
    return std::nullopt;
  }
  auto root = parse_toml(*source);
  if (!root) {
    findings.error(std::move(root.error()));
    return std::nullopt;
  }
  return Part{source, *std::move(root)};
}

/// The fragments of a folder with their texts, all of one moment.
struct Texts {
  base::Result<std::vector<Fragment>> fragments;
  std::vector<base::Result<base::OwnedText>> texts;
};

Texts read_texts(const std::filesystem::path& folder) {
  Texts read{list_fragments(folder), {}};
  for (int tries = 1; read.fragments; ++tries) {
    read.texts.clear();
    for (const Fragment& fragment : *read.fragments) {
      read.texts.push_back(base::read_owned_file(folder / fragment.name, k_max_file));
    }
    auto again = list_fragments(folder);
    if (tries == k_most_tries || again == read.fragments) {
      break;
    }
    read.fragments = std::move(again);
  }
  return read;
}

std::string why_unreadable(const std::filesystem::path& file, const base::Error& error) {
  std::error_code no_link;
  std::error_code is_gone;
  const auto target = std::filesystem::read_symlink(file, no_link);
  return !no_link && !std::filesystem::exists(file, is_gone)
             ? file.string() + " is a link to " + base::printable(target.string()) +
                   ", where nothing is"
             : error.message;
}

/// Lay one more fragment over the others.
void add(Document& document,
         const std::string& name,
         const base::Result<base::OwnedText>& text,
         Findings& findings) {
  const auto file = document.folder / name;
  if (!text) {
    findings.error(about(file, why_unreadable(file, text.error())));
    return;
  }
  document.fragments.push_back(name);
  document.sha256 += base::sha256_hex(text->text) + "  " + name + "\n";
  if (auto part = parse(file, text->text, findings)) {
    merge(document.root, std::move(part->root), findings);
    document.sources.push_back(part->source);
  }
}

std::optional<Document> read_folder(const std::filesystem::path& folder,
                                    Findings& findings,
                                    Custody& custody) {
  const auto [fragments, texts] = read_texts(folder);
  if (!fragments) {
    findings.error(about(folder, fragments.error().message));
    return std::nullopt;
  }
  if (fragments->empty()) {
    findings.error(about(folder,
                         "the folder holds no configuration",
                         "its fragments are files called NAME.toml; hidden files, and folders in "
                         "it, are none"));
    return std::nullopt;
  }
  for (std::size_t index = 0; index < fragments->size(); ++index) {
    if (texts[index]) {
      custody.take(folder / (*fragments)[index].name, texts[index]->is);
    }
  }
  if (!custody.holds(findings)) {
    return std::nullopt;
  }
  Document document{Raw{RawTable{}, k_no_place}, {}, folder, {}, {}};
  for (std::size_t index = 0; index < fragments->size(); ++index) {
    add(document, (*fragments)[index].name, texts[index], findings);
  }
  if (document.sources.size() < fragments->size()) {
    return std::nullopt;  // what it lacks is no mistake of the others
  }
  document.sha256 = base::sha256_hex(document.sha256);
  return document;
}

}  // namespace

std::optional<Document> parse_document(const std::filesystem::path& config,
                                       std::string text,
                                       Findings& findings) {
  auto part = parse(config, std::move(text), findings);
  if (!part) {
    return std::nullopt;
  }
  return Document{std::move(part->root),
                  {part->source},
                  config.parent_path(),
                  {},
                  base::sha256_hex(part->source->text())};
}

std::optional<Document> read_document(const std::filesystem::path& config,
                                      Findings& findings,
                                      Custody& custody) {
  std::error_code ignored;
  if (std::filesystem::is_directory(config, ignored)) {
    return read_folder(config, findings, custody);
  }
  auto read = base::read_owned_file(config, k_max_file);
  if (!read) {
    findings.error(about(config, read.error().message));
    return std::nullopt;
  }
  custody.take(config, read->is);
  return custody.holds(findings) ? parse_document(config, std::move(read->text), findings)
                                 : std::nullopt;
}

}  // namespace lavavisor::config
