// What the operator wrote, before it is known what it means: one file, or a folder's fragments
// merged into one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/custody.hpp"
#include "config/findings.hpp"
#include "config/raw.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::config {

struct Document {
  Raw root;
  std::vector<std::shared_ptr<const Source>> sources;  ///< in which the places of `root` lie
  std::filesystem::path folder;        ///< in which they stand, as the operator named it
  std::vector<std::string> fragments;  ///< a folder's, by name; none: it is one file
  std::string sha256;                  ///< as load.hpp says
};

/// Read `config`, a file of at most 1 MiB or a folder of such; what is wrong goes to `findings`,
/// and nothing comes back when it can't be read or is not TOML. A folder whose links are swapped
/// meanwhile is read again, so that no old fragment is laid over a new one. What `custody` refuses
/// is not parsed.
std::optional<Document> read_document(const std::filesystem::path& config,
                                      Findings& findings,
                                      Custody& custody);

/// The same, were `text` what the file `config` holds.
std::optional<Document> parse_document(const std::filesystem::path& config,
                                       std::string text,
                                       Findings& findings);

}  // namespace lavavisor::config
