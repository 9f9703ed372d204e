// A partial file is believed only as far as its note and, in the end, its digest go.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/partial_file.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace lavavisor::release {
namespace {

constexpr std::string_view k_first_line = "lavavisor-resume 1";
constexpr std::uint64_t k_max_note = 64U << 10U;

std::string write_note(const Origin& origin) {
  return std::string{k_first_line} + "\nurl " + origin.url + "\nvalidator " + origin.validator +
         "\nsha256 " + origin.sha256 + "\nsize " +
         (origin.size ? std::to_string(*origin.size) : "") + "\n";
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional{size} : std::nullopt;
}

/// Read a note back; one that is not as write_note makes it (cut off, edited) tells nothing.
std::optional<Origin> read_note(const std::string& text) {
  const auto lines = base::split(text, '\n');
  if (lines.size() != 6 || lines[0] != k_first_line) {
    return std::nullopt;
  }
  const auto value = [&](std::size_t line, std::string_view key) {
    return std::string{lines[line].substr(std::min(key.size() + 1, lines[line].size()))};
  };
  const Origin origin{.url = value(1, "url"),
                      .validator = value(2, "validator"),
                      .sha256 = value(3, "sha256"),
                      .size = parse_size(value(4, "size"))};
  return write_note(origin) == text ? std::optional{origin} : std::nullopt;
}

}  // namespace

model::Path resume_note(const model::Path& staged) {
  return staged.string() + ".resume";
}

PartialFile::PartialFile(model::Path staged) : m_path(std::move(staged)) {}

void PartialFile::resume(const std::string& url, const std::string& sha256) {
  const auto text = base::read_file(resume_note(m_path), k_max_note);
  const auto origin = text ? read_note(*text) : std::nullopt;
  const bool usable = origin && origin->url == url && origin->sha256 == sha256 &&
                      !(origin->validator.empty() && origin->sha256.empty());
  constexpr int k_flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  base::Fd file{usable ? ::open(m_path.c_str(), k_flags) : -1};
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode) ||
      found.st_uid != ::geteuid() || found.st_nlink != 1 || ::fchmod(file.get(), 0600) != 0 ||
      static_cast<std::uint64_t>(found.st_size) > origin->size.value_or(UINT64_MAX)) {
    discard();
    return;
  }
  m_fd = std::move(file);
  m_origin = *origin;
  ::posix_fadvise(m_fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  hash_from(static_cast<std::uint64_t>(found.st_size));
}

/// Hash the file beside its growth; it holds `size` bytes already.
void PartialFile::hash_from(std::uint64_t size) {
  m_size = size;
  m_hash = std::make_unique<GrowingHash>(m_fd.get());
  m_hash->grow(m_size);
}

Tried<void> PartialFile::begin(const Origin& origin) {
  discard();
  if (auto made = base::make_directories(m_path.parent_path()); !made) {
    return failed(Failure::Kind::permanent, made.error().message);
  }
  const auto noted = base::write_file_atomically(
      resume_note(m_path), write_note(origin), {.mode = 0600, .group = {}});
  if (!noted) {
    discard();
    return failed(Failure::Kind::permanent, noted.error().message);
  }
  m_fd = base::Fd{::open(m_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!m_fd) {
    return write_failed(errno);
  }
  m_origin = origin;
  hash_from(0);
  return {};
}

Tried<void> PartialFile::append(std::string_view bytes) {
  for (auto rest = bytes; !rest.empty();) {
    const ssize_t wrote = ::write(m_fd.get(), rest.data(), rest.size());
    if (wrote < 0 && errno != EINTR) {
      return write_failed(errno);
    }
    rest.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
  }
  m_size += bytes.size();
  m_hash->grow(m_size);
  begin_write_back();
  return {};
}

/// Let the disk write while the next bytes come, so that little is left for seal() to wait for;
/// that this is done or not changes nothing else (sync_file_range(2)).
void PartialFile::begin_write_back() {
  constexpr std::uint64_t k_piece = 8U << 20U;
  if (m_size - m_written_back >= k_piece) {
    (void)::sync_file_range(m_fd.get(),
                            static_cast<off64_t>(m_written_back),
                            static_cast<off64_t>(m_size - m_written_back),
                            SYNC_FILE_RANGE_WRITE);
    m_written_back = m_size;
  }
}

void PartialFile::discard() {
  m_hash.reset();  // it reads what is closed here
  m_fd.reset();
  m_size = 0;
  m_written_back = 0;
  m_origin = {};
  ::unlink(m_path.c_str());
  ::unlink(resume_note(m_path).c_str());
}

Tried<std::string> PartialFile::digest(const std::stop_token& stop) {
  return m_hash->finish(stop);
}

Tried<void> PartialFile::seal(mode_t mode) {
  if (::fchmod(m_fd.get(), mode) != 0 || ::fsync(m_fd.get()) != 0) {
    return write_failed(errno);
  }
  if (auto synced = base::sync_directory(m_path.parent_path()); !synced) {
    return failed(Failure::Kind::permanent, synced.error().message);
  }
  m_hash.reset();
  m_fd.reset();  // a file that is open for writing can't be executed (ETXTBSY)
  return {};
}

tl::unexpected<Failure> PartialFile::write_failed(int code) {
  discard();
  return failed(Failure::Kind::permanent,
                "cannot write " + m_path.string() + ": " + base::errno_text(code));
}

}  // namespace lavavisor::release
