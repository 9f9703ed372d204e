// Public keys of minisign, which vouch for checksums files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lavavisor::model {

/// Which key signed; chance made it, and it proves nothing.
struct KeyId {
  std::array<std::uint8_t, 8> bytes{};

  bool operator==(const KeyId&) const = default;
};

struct SigningKey {
  KeyId id;
  std::array<std::uint8_t, 32> point{};  ///< Ed25519 (RFC 8032)

  bool operator==(const SigningKey&) const = default;
};

/// As minisign shows it: 16 upper-case hex digits, the last byte first.
std::string to_string(const KeyId& id);

/// Take a public key as minisign writes it: the line "RW...", or all of its file, where a line
/// "untrusted comment: ..." stands before. Fails for another algorithm than Ed25519, for a secret
/// key, and for a point of small order, to which anybody can make signatures. No error quotes
/// `text`.
base::Result<SigningKey> parse_signing_key(std::string_view text);

/// True when `text` has the form of a secret key, which no message may show.
bool looks_like_secret_key(std::string_view text);

}  // namespace lavavisor::model
