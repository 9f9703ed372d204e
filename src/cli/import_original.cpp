// `lavavisor import`: a config.toml made of what the original LavaVisor left, and what it would do.
// SPDX-License-Identifier: Apache-2.0
#include "compat/import_original.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/link_place.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"
#include "cli/site.hpp"
#include "view/plan.hpp"

#include <cstdlib>
#include <iostream>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr const char* k_unit_dir = "/etc/systemd/system";

void show_notes(const compat::Imported& imported) {
  for (const auto& note : imported.notes) {
    const std::string words = (note.subject.empty() ? "" : note.subject + ": ") + note.text;
    std::cerr << (note.kind == compat::Note::Kind::warning ? "warning: " : "note: ")
              << base::printable(words, 4 * words.size()) << "\n";
  }
}

/// The link by which the units call lavap, when it leads to a binary of the directory; else one
/// that is in nobody's way.
fs::path choose_link(const fs::path& directory, const compat::OriginalFiles& files) {
  const char* const of_process = std::getenv("PATH");
  std::string path;
  for (const auto& lavap : compat::lavap_paths(files)) {
    path += lavap.filename() == "lavap" ? lavap.parent_path().string() + ":" : "";
  }
  path += of_process == nullptr ? "" : of_process;
  const auto place = choose_link_place(directory, path, link_folders(operators_home()));
  for (const auto& passed : place.passed_over) {
    base::log_warn(passed);
  }
  return place.link;
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file, ignored));
}

/// Write config.toml where there is none; one that is there stays, and must say the same.
Result<void> write_config(const fs::path& file, const std::string& text) {
  if (!is_there(file)) {
    auto written = base::write_file_atomically(file, text);
    if (written) {
      std::cerr << "lavavisor: wrote " << file.string() << "\n";
    }
    return written;
  }
  const auto there = base::read_file(file);
  if (there && *there == text) {
    std::cerr << "lavavisor: " << file.string() << " says so already\n";
    return {};
  }
  return base::fail(file.string() +
                    " is there already and says something else, so nothing was changed; move it "
                    "away and import again, or add what is missing by hand");
}

int show_plan(const Options& options, const fs::path& file) {
  std::cerr << "lavavisor: nothing else was changed; this is what 'lavavisor apply "
            << file.string() << "' would do:\n";
  auto next = options;
  next.config = file.string();
  return show_preview(next, {view::plan_text, view::plan_json}) == k_success ? k_success : k_failed;
}

}  // namespace

int import_original(const Options& options) {
  const auto directory = site_directory(options);
  if (!directory) {
    return refuse(directory.error());
  }
  auto files = compat::read_original(*directory, k_unit_dir);
  if (!files) {
    return complain(files.error());
  }
  if (!files->config_yml && files->units.empty()) {
    return refuse({directory->string() +
                   " holds nothing of the original: no config.yml and no services/*.service; if it "
                   "lies elsewhere, say --directory D for D/.lavavisor"});
  }
  const auto file = site_config(*directory);
  files->link = choose_link(*directory, *files);
  const auto imported = compat::import_original(*files);
  if (imported.is_done && is_there(file)) {
    std::cerr << "lavavisor: these units are lavavisor's already, so nothing is left to import\n";
    return show_plan(options, file);
  }
  show_notes(imported);
  if (auto written = write_config(file, imported.toml_text); !written) {
    return refuse(written.error());
  }
  return show_plan(options, file);
}

}  // namespace lavavisor::cli
