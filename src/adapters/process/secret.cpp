// mmap(2), mlock(2), madvise(2), explicit_bzero(3).
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/secret.hpp"

#include "base/file.hpp"
#include "base/log.hpp"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace lavavisor::process {
namespace {

constexpr std::size_t k_mapped = Secret::k_capacity + 1;  // the newline; the kernel rounds up

}  // namespace

base::Result<Secret> Secret::make() {
  void* const mapping =
      ::mmap(nullptr, k_mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) {
    return base::fail("no memory for a secret: " + base::errno_text(errno));
  }
  Secret secret;
  secret.m_bytes = static_cast<char*>(mapping);
  secret.m_bytes[0] = '\n';
  secret.m_is_locked = ::mlock(mapping, k_mapped) == 0;
  if (!secret.m_is_locked) {
    base::log_warn("a secret's memory could not be locked, so it may reach the swap space: " +
                   base::errno_text(errno) + " (see ulimit -l)");
  }
  if (::madvise(mapping, k_mapped, MADV_DONTDUMP) != 0 ||
      ::madvise(mapping, k_mapped, MADV_WIPEONFORK) != 0) {
    return base::fail("a secret's memory can't be kept out of cores and forks: " +
                      base::errno_text(errno));
  }
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : m_bytes(std::exchange(other.m_bytes, nullptr)),
      m_size(std::exchange(other.m_size, 0)),
      m_is_locked(std::exchange(other.m_is_locked, false)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    release();
    m_bytes = std::exchange(other.m_bytes, nullptr);
    m_size = std::exchange(other.m_size, 0);
    m_is_locked = std::exchange(other.m_is_locked, false);
  }
  return *this;
}

ssize_t Secret::read_byte(int fd) {
  const ssize_t got = ::read(fd, m_bytes + m_size, 1);
  m_size += got == 1 ? 1 : 0;
  m_bytes[m_size] = '\n';
  return got;
}

bool Secret::drop(char c) {
  const bool ends_so = m_size > 0 && m_bytes[m_size - 1] == c;
  if (ends_so) {
    m_bytes[m_size] = '\0';
    m_bytes[--m_size] = '\n';
  }
  return ends_so;
}

void Secret::clear() {
  ::explicit_bzero(m_bytes, k_mapped);
  m_size = 0;
  m_bytes[0] = '\n';
}

void Secret::release() {
  if (m_bytes != nullptr) {
    ::explicit_bzero(m_bytes, k_mapped);
    ::munmap(m_bytes, k_mapped);
    m_bytes = nullptr;
  }
}

}  // namespace lavavisor::process
