// libarchive reads, we judge and write: its own extraction would follow the archive's wishes.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/source_unpacker.hpp"

#include "adapters/release/entry_path.hpp"
#include "adapters/release/file_tree.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "base/write_all.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace lavavisor::release {
namespace {

using base::fail;
using base::Result;

constexpr std::size_t k_piece = 256U << 10U;

/// libarchive gives names in the locale's encoding, and none where they have no place in it: for
/// the time of an object this thread's is UTF-8.
class Utf8Names {
 public:
  Utf8Names()
      : m_utf8(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), m_before(::uselocale(m_utf8)) {}
  ~Utf8Names() {
    ::uselocale(m_before);
    if (m_utf8 != nullptr) {
      ::freelocale(m_utf8);
    }
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t m_utf8;
  locale_t m_before;
};

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname(entry);
  return name == nullptr ? "" : name;
}

/// Why the kind of an entry is not taken; "" = it is a file or a folder.
std::string objection_to(archive_entry* entry) {
  if (archive_entry_is_encrypted(entry) != 0) {
    return "it is encrypted";
  }
  if (archive_entry_hardlink(entry) != nullptr || archive_entry_hardlink_utf8(entry) != nullptr) {
    return "it is a hard link";
  }
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
    case AE_IFDIR:
      return "";
    case AE_IFLNK:
      return "it is a symbolic link";
    default:
      return "it is neither a file nor a folder";
  }
}

/// One archive on its way to disk.
class Unpacking {
 public:
  Unpacking(const FileTree& tree, const UnpackBounds& bounds, std::stop_token stop)
      : m_tree(tree), m_bounds(bounds), m_stop(std::move(stop)) {}

  /// Take all of it; the name of its top folder.
  Result<std::string> run(int file) {
    archive_read_support_filter_gzip(m_archive.get());
    archive_read_support_format_tar(m_archive.get());
    archive_read_support_format_zip_seekable(m_archive.get());
    if (archive_read_open_fd(m_archive.get(), file, k_piece) != ARCHIVE_OK) {
      return cannot_read();
    }
    archive_entry* entry = nullptr;
    for (;;) {
      const int got = archive_read_next_header(m_archive.get(), &entry);
      if (got == ARCHIVE_EOF) {
        break;
      }
      if (got < ARCHIVE_WARN) {
        return cannot_read();
      }
      if (auto taken = take(entry); !taken) {
        return tl::make_unexpected(taken.error());
      }
    }
    if (m_top.empty()) {
      return fail("it is empty");
    }
    return m_top;
  }

 private:
  struct Free {
    void operator()(archive* handle) const { archive_read_free(handle); }
  };

  tl::unexpected<base::Error> cannot_read() const {
    const char* why = archive_error_string(m_archive.get());
    return fail("it can't be read as zip or tar.gz: " +
                (why == nullptr ? "unknown error" : base::printable(why)));
  }

  tl::unexpected<base::Error> too_large() const {
    return fail("it unpacks to more than " + base::format_size(m_bounds.bytes));
  }

  Result<void> take(archive_entry* entry) {
    if (++m_entries > m_bounds.entries) {
      return fail("it holds more than " + std::to_string(m_bounds.entries) + " files and folders");
    }
    const auto name = name_of(entry);
    const auto path = parse_entry_path(name);
    if (!path) {
      return tl::make_unexpected(path.error());
    }
    if (const auto objection = objection_to(entry); !objection.empty()) {
      return fail("it holds " + base::printable(name) +
                  ", which is not taken from a source archive: " + objection);
    }
    const bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (path->empty()) {
      return is_folder ? Result<void>{} : fail("it holds a file without a name");
    }
    if (auto below = is_below_top(*path, is_folder); !below) {
      return below;
    }
    return is_folder ? m_tree.make_folder(*path) : write_file(entry, *path);
  }

  Result<void> is_below_top(const EntryPath& path, bool is_folder) {
    if (path.size() == 1 && !is_folder) {
      return fail("it holds the file " + path.front() + " outside of its top folder");
    }
    if (m_top.empty()) {
      m_top = path.front();
    }
    if (m_top != path.front()) {
      return fail("it has more than one top folder: " + m_top + " and " + path.front());
    }
    return {};
  }

  Result<void> write_file(archive_entry* entry, const EntryPath& path) {
    const auto left = m_bounds.bytes - m_bytes;
    if (archive_entry_size_is_set(entry) != 0 &&
        static_cast<std::uint64_t>(archive_entry_size(entry)) > left) {
      return too_large();
    }
    const bool executable = (archive_entry_perm(entry) & 0111U) != 0;
    const auto file = m_tree.make_file(path, executable ? 0755 : 0644);
    return file ? copy(file->get(), path) : tl::make_unexpected(file.error());
  }

  Result<void> copy(int file, const EntryPath& path) {
    for (;;) {
      if (m_stop.stop_requested()) {
        return fail("interrupted");
      }
      const auto got = archive_read_data(m_archive.get(), m_piece.data(), m_piece.size());
      if (got < 0) {
        return cannot_read();
      }
      if (got == 0) {
        return {};
      }
      m_bytes += static_cast<std::uint64_t>(got);
      if (m_bytes > m_bounds.bytes) {
        return too_large();
      }
      if (!base::write_all(file, {m_piece.data(), static_cast<std::size_t>(got)})) {
        return fail("cannot write " + base::printable(base::join(path, "/")) + ": " +
                    base::errno_text(errno));
      }
    }
  }

  const FileTree& m_tree;
  const UnpackBounds& m_bounds;
  std::stop_token m_stop;
  std::unique_ptr<archive, Free> m_archive{archive_read_new()};
  std::vector<char> m_piece = std::vector<char>(k_piece);
  std::uint64_t m_entries = 0;
  std::uint64_t m_bytes = 0;
  std::string m_top;
};

Result<std::string> unpack_into(const model::Path& archive,
                                const model::Path& folder,
                                const UnpackBounds& bounds,
                                std::stop_token stop) {
  const base::Fd file{::open(archive.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (!file) {
    return fail(base::errno_text(errno));
  }
  if (auto made = base::make_directories(folder); !made) {
    return tl::make_unexpected(made.error());
  }
  const auto tree = FileTree::below(folder);
  if (!tree) {
    return tl::make_unexpected(tree.error());
  }
  const Utf8Names utf8;
  return Unpacking{*tree, bounds, std::move(stop)}.run(file.get());
}

}  // namespace

SourceUnpacker::SourceUnpacker(UnpackBounds bounds) : m_bounds(bounds) {}

Result<model::Path> SourceUnpacker::unpack(const model::Path& archive,
                                           const model::Path& folder,
                                           std::stop_token stop) {
  const auto top = unpack_into(archive, folder, m_bounds, std::move(stop));
  if (!top) {
    return fail("the source archive can't be unpacked", top.error());
  }
  return folder / *top;
}

void SourceUnpacker::remove(const model::Path& folder) {
  if (auto removed = remove_tree(folder); !removed) {
    base::log_warn(removed.error().message);
  }
}

}  // namespace lavavisor::release
