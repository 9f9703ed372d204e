// From file to Desired: text, then TOML, then section by section; every finding on the way is kept.
// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "base/file.hpp"
#include "base/sha256.hpp"
#include "config/sections.hpp"
#include "config/single_process.hpp"
#include "config/toml_text.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace lavavisor::config {

namespace {

constexpr std::uint64_t k_max_file = 1U << 20U;

Loaded failed(Finding finding) {
  return {std::nullopt, {std::move(finding)}};
}

std::filesystem::path read_directory(const TableReader& root) {
  if (const auto given = root.find_path("directory")) {
    if (given->value.empty()) {
      root.error("directory", given->place, "is empty");
    }
    return given->value;
  }
  const Environment& environment = root.context().environment;
  if (environment.is_root) {
    return "/var/lib/lavavisor";
  }
  if (environment.home.empty() && !root.has("directory")) {
    root.error("directory",
               k_no_place,
               "no home directory is known for the default ~/.lavavisor",
               "set HOME, or give a directory");
  }
  return environment.home / ".lavavisor";
}

/// As far as it is text: whoever reads the services complains of the rest.
std::string default_user(const TableReader& root) {
  const Raw* const defaults = root.find("defaults");
  const auto* const table = defaults == nullptr ? nullptr : defaults->as<RawTable>();
  for (const Entry& entry : table == nullptr ? RawTable{} : *table) {
    if (const auto* const user = entry.value.as<std::string>(); user && entry.key == "user") {
      return *user;
    }
  }
  return {};
}

model::Desired read_desired(const TableReader& root, ChainId chain_id) {
  model::Desired desired;
  desired.directory = read_directory(root);
  desired.interval = root.duration("interval", std::chrono::milliseconds{100});
  desired.chain = read_chain(root, chain_id);
  desired.binary = read_binary(root);
  desired.systemd = read_systemd(root);
  desired.rollout = read_rollout(root);
  desired.hooks = read_hooks(root);
  root.table("notify");  // their keys are still to come; the reader says so
  root.table("metrics");
  desired.default_user = default_user(root);
  desired.services = read_services(root, desired.chain, desired.systemd.scope);
  return desired;
}

/// One file, as far as it can be read without knowing what it means.
struct Document {
  Source source;
  Raw root;
};

tl::expected<Document, Finding> parse_document(const std::filesystem::path& file,
                                               std::string text) {
  Source source{file.string(), std::move(text)};
  if (auto bad = source.first_bad_byte()) {
    return tl::make_unexpected(*std::move(bad));
  }
  auto raw = parse_toml(source);
  if (!raw) {
    return tl::make_unexpected(std::move(raw.error()));
  }
  return Document{std::move(source), *std::move(raw)};
}

tl::expected<Document, Finding> read_document(const std::filesystem::path& file) {
  auto text = base::read_file(file, k_max_file);
  if (!text) {
    Finding unreadable;
    unreadable.file = file.string();
    unreadable.message = text.error().message;
    return tl::make_unexpected(std::move(unreadable));
  }
  return parse_document(file, *std::move(text));
}

/// `file`, absolute, is where `document` comes from; "" = from no file.
Loaded understood(const Document& document,
                  const std::filesystem::path& file,
                  const Environment& environment,
                  Findings& findings,
                  ChainId chain_id) {
  const Context context{document.source, findings, environment, file.parent_path()};
  model::Desired desired = read_desired(TableReader{context, &document.root, ""}, chain_id);
  desired.file = file;
  desired.config_sha256 = file.empty() ? "" : base::sha256_hex(document.source.text());
  Loaded result{std::nullopt, findings.sorted(document.source.file())};
  if (!findings.has_errors()) {
    result.desired = std::move(desired);
  }
  return result;
}

Loaded loaded(const tl::expected<Document, Finding>& document,
              const std::filesystem::path& file,
              const Environment& environment) {
  if (!document) {
    return failed(document.error());
  }
  Findings findings;
  return understood(*document, absolute_path(file), environment, findings, ChainId::required);
}

}  // namespace

Environment process_environment() {
  Environment environment;
  environment.is_root = ::geteuid() == 0;
  const char* const home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') {
    environment.home = home;
  } else if (const passwd* const entry = ::getpwuid(::geteuid()); entry != nullptr) {
    environment.home = entry->pw_dir;
  }
  return environment;
}

Loaded load(const std::filesystem::path& file, const Environment& environment) {
  return loaded(read_document(file), file, environment);
}

Loaded load_text(const std::filesystem::path& file,
                 std::string_view text,
                 const Environment& environment) {
  return loaded(parse_document(file, std::string{text}), file, environment);
}

Loaded load_single(const std::filesystem::path& file,
                   const SingleProcess& process,
                   const Environment& environment) {
  tl::expected<Document, Finding> document =
      Document{Source{"command line", ""}, Raw{RawTable{}, k_no_place}};
  if (!file.empty()) {
    document = read_document(file);
  }
  if (!document) {
    return failed(document.error());
  }
  Findings findings;
  document->root.value =
      document_for(process, std::get<RawTable>(document->root.value), document->source, findings);
  Loaded single = understood(*document,
                             file.empty() ? file : absolute_path(file),
                             environment,
                             findings,
                             ChainId::optional);
  if (single.desired) {
    single.desired->systemd.unit_dir.clear();
  }
  return single;
}

}  // namespace lavavisor::config
