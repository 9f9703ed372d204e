// Reading without leaving a trace: SQLite needs a -shm file to read a WAL database safely, so while
// no writer is about it is read as immutable, and read again if it changed meanwhile.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/journal_rows.hpp"
#include "adapters/store/memory_rows.hpp"
#include "adapters/store/store.hpp"
#include "adapters/store/timeline_rows.hpp"
#include "base/file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <tuple>

namespace lavavisor::store {
namespace {

using base::fail;
using base::Result;

/// What the file and its write-ahead log look like from outside.
struct Look {
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;
  std::int64_t log = 0;  ///< bytes in the write-ahead log; 0 = none

  bool operator==(const Look&) const = default;
};

/// None = there is no such file.
Result<std::optional<Look>> look_at(const Path& file) {
  struct stat found {};
  struct stat log {};
  if (::stat(file.c_str(), &found) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::optional<Look>{};
    }
    return fail("cannot read " + file.string() + ": " + base::errno_text(errno));
  }
  const bool logged = ::stat((file.string() + "-wal").c_str(), &log) == 0;
  return Look{.inode = found.st_ino,
              .size = found.st_size,
              .modified = static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 +
                          found.st_mtim.tv_nsec,
              .log = logged ? log.st_size : 0};
}

/// Open in `mode` and do `read` on it.
template <class Read>
auto read_in(ReadMode mode, const Path& file, const Read& read)
    -> decltype(read(std::declval<SQLite::Database&>())) {
  auto connection = open_to_read(file, mode);
  if (!connection) {
    return tl::make_unexpected(connection.error());
  }
  return guarded(file, "read", [&] { return read(**connection); });
}

/// Do `read` on a state of the database that is whole.
template <class Read>
auto read_whole(const Path& file, const Read& read)
    -> decltype(read(std::declval<SQLite::Database&>())) {
  constexpr int k_tries = 5;
  for (int i = 0; i < k_tries; ++i) {
    const auto before = look_at(file);
    if (!before) {
      return tl::make_unexpected(before.error());
    }
    if (!*before) {
      return {};
    }
    if ((*before)->log > 0) {
      break;
    }
    auto found = read_in(ReadMode::immutable, file, read);
    if (look_at(file) == before) {
      return found;
    }
  }
  auto found = read_in(ReadMode::shared, file, read);
  // Sharing needs a -shm file, which can't be made on a read-only file system.
  return found
             ? found
             : read_in(ReadMode::immutable, file, read).or_else([&](const auto&) { return found; });
}

}  // namespace

StoreReader::StoreReader(Path file) : m_file(std::move(file)) {}

Result<model::Memory> StoreReader::memory() {
  return read_whole(m_file, [&](SQLite::Database& database) -> Result<model::Memory> {
    auto memory = read_memory(database);
    if (!memory) {
      return fail("cannot read " + m_file.string(), memory.error());
    }
    return memory;
  });
}

Result<std::vector<model::RunRecord>> StoreReader::runs(std::size_t limit) {
  return read_whole(m_file,
                    [&](SQLite::Database& database) -> Result<std::vector<model::RunRecord>> {
                      return read_runs(database, limit);
                    });
}

Result<model::Totals> StoreReader::totals() {
  return read_whole(m_file, [](SQLite::Database& database) -> Result<model::Totals> {
    return read_totals(database);
  });
}

Result<std::vector<model::RunningSince>> StoreReader::timeline() {
  return read_whole(m_file,
                    [](SQLite::Database& database) -> Result<std::vector<model::RunningSince>> {
                      return read_timeline(database);
                    });
}

}  // namespace lavavisor::store
