// Whole files: read with a bound; replace so that no reader and no power cut ever sees half of one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::base {

/// Read a regular file of at most `limit` bytes. Fails with a sentence that names `file` and why
/// (missing, a directory, too large, permission).
Result<std::string> read_file(const std::filesystem::path& file, std::uint64_t limit = 16U << 20U);

/// Who may read a file; the owner stays the caller.
struct FileMode {
  mode_t mode = 0644;
  std::optional<gid_t> group;  ///< none: the caller's
};

/// Write `content` to a new file beside `file`, fsync it, rename it over `file` and fsync the
/// folder. The folder must exist. On failure `file` is as it was and nothing is left beside it.
Result<void> write_file_atomically(const std::filesystem::path& file,
                                   std::string_view content,
                                   FileMode mode = {});

/// What a new link may stand in for.
enum class Over { link, file };

/// Let `link` be a symbolic link to `target`, whatever link it was before, by the same way. Fails
/// when `link` is something other than a symbolic link or, with `over` file, a regular file.
Result<void> replace_symlink(const std::filesystem::path& target,
                             const std::filesystem::path& link,
                             Over over = Over::link);

/// Create `directory` and its parents with mode 0755 where missing. Fails naming the part that
/// stands in the way.
Result<void> make_directories(const std::filesystem::path& directory);

/// Remove a file or link and fsync its folder; one that is not there is no failure.
Result<void> remove_file(const std::filesystem::path& file);

/// fsync an open folder's entry list, so that a rename in it survives a power cut.
Result<void> sync_directory(const std::filesystem::path& directory);

/// What tells cheaply that a file's content is still what was hashed (stat(2)).
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;     ///< bytes
  std::int64_t modified = 0;  ///< st_mtim, nanoseconds since 1970
  std::int64_t changed = 0;   ///< st_ctim, nanoseconds since 1970

  bool operator==(const FileStamp&) const = default;
};

/// Stat a regular file (links are followed).
Result<FileStamp> stamp_file(const std::filesystem::path& file);

/// The words of errno `code`: "permission denied", "no space left on device".
std::string errno_text(int code);

}  // namespace lavavisor::base
