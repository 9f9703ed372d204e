// SHA-256 (FIPS 180-4) through libcrypto, of a text, of a file and of a stream.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace lavavisor::base {

/// Hash a stream piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  /// The digest of all pieces as 64 lower-case hex digits; the object is spent afterwards.
  std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> m_context;
};

/// The digest of `bytes` as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// The digest of the file's content. Fails when it can't be read.
Result<std::string> sha256_file(const std::filesystem::path& path);

/// True when `text` is 64 hex digits of either case.
bool is_sha256_hex(std::string_view text);

}  // namespace lavavisor::base
