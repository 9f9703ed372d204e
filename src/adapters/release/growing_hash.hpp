// The digest of a file that still grows, worked out beside its writer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/failure.hpp"
#include "base/sha256.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace lavavisor::release {

/// Reads what was written in a thread of its own, so that hashing costs a download no time where
/// there is a second core. Where no thread can be had, all is read in the end.
class GrowingHash {
 public:
  /// Of `file`, a descriptor that can be read and outlives this.
  explicit GrowingHash(int file);
  GrowingHash(const GrowingHash&) = delete;
  GrowingHash& operator=(const GrowingHash&) = delete;

  /// The file holds `size` bytes by now; it never shrinks.
  void grow(std::uint64_t size);

  /// Wait for the digest of all these bytes, 64 hex digits; the object is spent afterwards. Fails
  /// when they can't be read (start_over), or when `stop` asks for it (stopped).
  Tried<std::string> finish(const std::stop_token& stop);

 private:
  void follow(const std::stop_token& stop);
  std::uint64_t await_growth(const std::stop_token& stop);
  void hash_up_to(std::uint64_t size, const std::stop_token& stop);

  const int m_file;
  base::Sha256 m_hash;
  std::vector<char> m_piece;
  std::uint64_t m_hashed = 0;
  int m_read_error = 0;  ///< errno of the read that failed

  std::mutex m_mutex;
  std::condition_variable_any m_grown;
  std::uint64_t m_size = 0;
  std::uint64_t m_told = 0;  ///< the size that the thread was last woken for
  bool m_is_whole = false;
  std::jthread m_thread;  ///< last: it uses all of the above
};

}  // namespace lavavisor::release
