// One thread writes and tells how far; the other reads that far, piece by piece.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/growing_hash.hpp"

#include "adapters/release/retries.hpp"
#include "base/blocked_signals.hpp"
#include "base/file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace lavavisor::release {
namespace {

constexpr std::size_t k_piece = 256U << 10U;  ///< bytes that stay in a core's cache

}  // namespace

GrowingHash::GrowingHash(int file) : m_file{file}, m_piece(k_piece) {
  const base::BlockedSignals blocked;
  try {
    m_thread = std::jthread{[this](const std::stop_token& stop) {
      follow(stop);
    }};
  } catch (const std::system_error&) {
    return;  // a limit of processes is reached: finish() reads all
  }
}

void GrowingHash::grow(std::uint64_t size) {
  bool tell = false;
  {
    const std::lock_guard lock{m_mutex};
    m_size = size;
    tell = m_size - m_told >= k_piece;
    m_told = tell ? m_size : m_told;
  }
  if (tell) {
    m_grown.notify_one();
  }
}

Tried<std::string> GrowingHash::finish(const std::stop_token& stop) {
  const std::stop_callback leave{stop, [this] {
                                   m_thread.request_stop();
                                 }};
  {
    const std::lock_guard lock{m_mutex};
    m_is_whole = true;
  }
  m_grown.notify_one();
  if (m_thread.joinable()) {
    m_thread.join();
  } else {
    follow(stop);
  }
  if (m_read_error != 0) {
    return failed(Failure::Kind::start_over,
                  "cannot read what was downloaded: " + base::errno_text(m_read_error));
  }
  return m_hashed == m_size ? Tried<std::string>{m_hash.finish()} : tl::make_unexpected(stopped());
}

/// Hash all that comes, until the file is whole, `stop` is asked for or reading fails.
void GrowingHash::follow(const std::stop_token& stop) {
  for (auto size = await_growth(stop); size > m_hashed; size = await_growth(stop)) {
    hash_up_to(size, stop);
    if (m_read_error != 0 || stop.stop_requested()) {
      return;
    }
  }
}

/// The file's size, once there is a piece to read or no more to come.
std::uint64_t GrowingHash::await_growth(const std::stop_token& stop) {
  std::unique_lock lock{m_mutex};
  m_grown.wait(lock, stop, [this] { return m_is_whole || m_size - m_hashed >= k_piece; });
  return m_size;
}

void GrowingHash::hash_up_to(std::uint64_t size, const std::stop_token& stop) {
  while (m_hashed < size && !stop.stop_requested()) {
    const auto wanted = std::min<std::uint64_t>(size - m_hashed, m_piece.size());
    const ssize_t got = ::pread(m_file, m_piece.data(), wanted, static_cast<off_t>(m_hashed));
    if (got > 0) {
      m_hash.update({m_piece.data(), static_cast<std::size_t>(got)});
      m_hashed += static_cast<std::uint64_t>(got);
    } else if (got == 0 || errno != EINTR) {
      m_read_error = got == 0 ? EIO : errno;  // somebody cut it off
      return;
    }
  }
}

}  // namespace lavavisor::release
