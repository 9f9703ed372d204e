// SHA-256 by libcrypto's EVP interface.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"

#include "base/fd.hpp"
#include "base/file.hpp"

#include <openssl/evp.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <vector>

namespace lavavisor::base {

struct Sha256::Context {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> evp{EVP_MD_CTX_new()};
};

namespace {

/// Fetched once: EVP_sha256() is looked up anew at each use (EVP_MD_fetch(3), "Performance").
const EVP_MD* algorithm() {
  static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return sha256;
}

}  // namespace

// libcrypto's digest calls fail only where memory is short.
Sha256::Sha256() : m_context(std::make_unique<Context>()) {
  if (!m_context->evp || EVP_DigestInit_ex(m_context->evp.get(), algorithm(), nullptr) != 1) {
    throw std::bad_alloc{};
  }
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(m_context->evp.get(), bytes.data(), bytes.size()) != 1) {
    throw std::bad_alloc{};
  }
}

std::string Sha256::finish() {
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(m_context->evp.get(), digest.data(), &size) != 1) {
    throw std::bad_alloc{};
  }
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += k_hex[digest[i] >> 4U];
    hex += k_hex[digest[i] & 0x0FU];
  }
  return hex;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Result<std::string> sha256_file(const std::filesystem::path& path) {
  const auto cannot = [&](const std::string& why) {
    return fail("cannot read " + path.string() + ": " + why);
  };
  const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0) {
    return cannot(errno_text(errno));
  }
  if (!S_ISREG(found.st_mode)) {
    return cannot(S_ISDIR(found.st_mode) ? "is a directory" : "is not a regular file");
  }
  constexpr std::size_t k_largest_piece = 1U << 20U;
  const auto size = static_cast<std::size_t>(std::max<off_t>(found.st_size, 0));
  std::vector<char> piece(std::clamp<std::size_t>(size + 1, 4096, k_largest_piece));
  if (size > piece.size()) {
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  Sha256 hash;
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno != EINTR) {
      return cannot(errno_text(errno));
    }
    if (got == 0) {
      return hash.finish();
    }
    if (got > 0) {
      hash.update({piece.data(), static_cast<std::size_t>(got)});
    }
  }
}

bool is_sha256_hex(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace lavavisor::base
