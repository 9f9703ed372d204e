// The file that a download grows in, hashed as it grows, and the note beside it that tells a later
// process how to go on with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/failure.hpp"
#include "adapters/release/growing_hash.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"
#include "model/layout.hpp"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace lavavisor::release {

/// Where the bytes on disk came from.
struct Origin {
  std::string url;                    ///< before redirects
  std::string validator;              ///< for If-Range; "" = the server gave none
  std::string sha256;                 ///< what the whole is to hash to; "" = nothing vouches
  std::optional<std::uint64_t> size;  ///< of the whole, when the server said so

  bool operator==(const Origin&) const = default;
};

/// The note beside a partial file: "<staged>.resume".
model::Path resume_note(const model::Path& staged);

class PartialFile {
 public:
  explicit PartialFile(model::Path staged);

  /// Take up what an earlier fetch of `url` left. Where nothing usable is left (another URL,
  /// another digest awaited, nothing that could validate it), what lies there is removed and size()
  /// is 0.
  void resume(const std::string& url, const std::string& sha256);

  /// Begin afresh: an empty file, mode 0600, and its note.
  Tried<void> begin(const Origin& origin);

  /// Write behind what is there. A full disk gives its space back: the file is discarded.
  Tried<void> append(std::string_view bytes);

  /// Remove file and note.
  void discard();

  /// SHA-256 of all that was written, as read back; the file can't grow afterwards. Fails as
  /// GrowingHash::finish.
  Tried<std::string> digest(const std::stop_token& stop);

  /// Sync the verified file and give it `mode` (0755, so that the probe can run it as an
  /// unprivileged user). The note stays until the file is installed, so that a crash in between
  /// costs a hash and no download.
  Tried<void> seal(mode_t mode);

  std::uint64_t size() const { return m_size; }
  const Origin& origin() const { return m_origin; }

  /// As many bytes are here as the server said there would be.
  bool is_whole() const { return m_size > 0 && m_origin.size == m_size; }

 private:
  void hash_from(std::uint64_t size);
  void begin_write_back();
  tl::unexpected<Failure> write_failed(int code);

  model::Path m_path;
  Origin m_origin;
  base::Fd m_fd;
  std::uint64_t m_size = 0;
  std::uint64_t m_written_back = 0;     ///< so much of it was given to the disk
  std::unique_ptr<GrowingHash> m_hash;  ///< of m_fd, while there is one
};

}  // namespace lavavisor::release
