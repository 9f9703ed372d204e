// From file to Desired: text, then TOML, then section by section; every finding on the way is kept.
// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "base/file.hpp"
#include "base/sha256.hpp"
#include "config/sections.hpp"
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

model::Desired read_desired(const TableReader& root) {
  model::Desired desired;
  desired.directory = read_directory(root);
  desired.interval = root.duration("interval", std::chrono::milliseconds{100});
  desired.chain = read_chain(root);
  desired.binary = read_binary(root);
  desired.systemd = read_systemd(root);
  desired.rollout = read_rollout(root);
  desired.hooks = read_hooks(root);
  root.table("notify");  // their keys are still to come; the reader says so
  root.table("metrics");
  desired.services = read_services(root, desired.chain, desired.systemd.scope);
  return desired;
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
  auto text = base::read_file(file, k_max_file);
  if (!text) {
    Finding unreadable;
    unreadable.file = file.string();
    unreadable.message = text.error().message;
    return failed(std::move(unreadable));
  }
  const Source source{file.string(), *std::move(text)};
  if (auto bad = source.first_bad_byte()) {
    return failed(*std::move(bad));
  }
  const auto raw = parse_toml(source);
  if (!raw) {
    return failed(raw.error());
  }
  Findings findings;
  const std::filesystem::path absolute = absolute_path(file);
  const Context context{source, findings, environment, absolute.parent_path()};
  model::Desired desired = read_desired(TableReader{context, &*raw, ""});
  desired.file = absolute;
  desired.config_sha256 = base::sha256_hex(source.text());
  Loaded loaded{std::nullopt, findings.sorted(source.file())};
  if (!findings.has_errors()) {
    loaded.desired = std::move(desired);
  }
  return loaded;
}

}  // namespace lavavisor::config
