// Opening the ledger's database: for writing (migrated, damaged ones set aside) and for reading
// (nothing is created or changed).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/layout.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace SQLite {
class Database;
}

namespace lavavisor::store {

using model::Path;

/// A connection; the type is complete in .cpp files only.
struct CloseDatabase {
  void operator()(SQLite::Database* database) const;
};
using Connection = std::unique_ptr<SQLite::Database, CloseDatabase>;

struct OpenedDatabase {
  Connection connection;
  std::vector<std::string> warnings;
  bool created = false;
};

/// Open `file` to write, creating it and its folder where missing. What is no database or damaged
/// is renamed to <file>.corrupt-<UTC time>, with its -wal and -shm, and made anew; a warning says
/// so. Waits up to `patience` for other programs. Fails where it can't be written, is locked for
/// longer, or was made by a newer lavavisor.
base::Result<OpenedDatabase> open_to_write(const Path& file, std::chrono::milliseconds patience);

enum class ReadMode {
  shared,     ///< takes locks and sees what another process has just written
  immutable,  ///< takes no lock and touches nothing; only right while nobody writes
};

/// Open `file`, which must exist, to read. One with an older schema is read through a migrated copy
/// in memory.
base::Result<Connection> open_to_read(const Path& file, ReadMode mode);

/// The sentence for what SQLite threw: "cannot <verb> <file>: cause".
base::Error explain(const Path& file, std::string_view verb, const std::exception& thrown);

/// Run `work`, which returns a Result, and turn what SQLite throws into its Error.
template <class Work>
auto guarded(const Path& file, std::string_view verb, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& thrown) {
    return tl::make_unexpected(explain(file, verb, thrown));
  }
}

}  // namespace lavavisor::store
