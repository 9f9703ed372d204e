// Folders and files made below one folder, step by step from its descriptor: nothing that stands on
// the way can lead out of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/entry_path.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"

#include <sys/types.h>

#include <filesystem>

namespace lavavisor::release {

class FileTree {
 public:
  /// Below `folder`, which must be there and no link.
  static base::Result<FileTree> below(const std::filesystem::path& folder);

  /// Make a folder and those above it, mode 0755, where they are not there yet.
  base::Result<void> make_folder(const EntryPath& path) const;

  /// Make a file that was not there, and the folders above it; its descriptor for writing.
  base::Result<base::Fd> make_file(const EntryPath& path, mode_t mode) const;

 private:
  explicit FileTree(base::Fd top) : m_top(std::move(top)) {}

  base::Fd m_top;
};

/// Remove `folder` with all that is in it, folders without write permission too, following no link;
/// one that is not there is fine.
base::Result<void> remove_tree(const std::filesystem::path& folder);

}  // namespace lavavisor::release
