// A short text that must be found nowhere but here: neither in a core, nor in swap, nor in what a
// fork inherits, nor in memory after its use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace lavavisor::process {

/// One mapping of its own, kept out of swap (mlock(2)), of cores (MADV_DONTDUMP) and of forked
/// processes, which see zeros (MADV_WIPEONFORK); wiped before it is given back. Bytes come in by
/// read(2) and go out as a view; do not copy them into a string. Moving hands the mapping over.
class Secret {
 public:
  static constexpr std::size_t k_capacity = 4098;  ///< bytes: a line of 4096 and its "\r\n"

  /// Make an empty one. A system that refuses to lock its page (RLIMIT_MEMLOCK) is warned about.
  static base::Result<Secret> make();

  ~Secret() { release(); }
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;

  std::string_view view() const { return {m_bytes, m_size}; }
  /// view() with a newline behind it.
  std::string_view line() const { return {m_bytes, m_size + 1}; }
  bool is_full() const { return m_size == k_capacity; }
  bool is_locked() const { return m_is_locked; }

  /// Append one byte of `fd`. Returns as read(2) does: 1, 0 at the end, -1 with errno. Not when
  /// full.
  ssize_t read_byte(int fd);
  /// Take away the last byte when it is `c`; true when it was.
  bool drop(char c);
  /// Wipe it; it is empty then.
  void clear();

 private:
  Secret() = default;
  void release();

  char* m_bytes = nullptr;  ///< a newline follows the text
  std::size_t m_size = 0;
  bool m_is_locked = false;
};

}  // namespace lavavisor::process
