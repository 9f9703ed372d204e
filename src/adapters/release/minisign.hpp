// Signatures as minisign(1) writes them, checked without it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/signing_key.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::release {

/// What a signature file says; nothing of it is believed yet.
struct Minisig {
  bool prehashed = true;  ///< "ED": of the content's BLAKE2b-512; "Ed" (legacy): of the content
  model::KeyId key;
  std::string signature;  ///< 64 bytes
  std::string trusted_comment;
  std::string global_signature;  ///< 64 bytes: of the signature with the trusted comment behind it

  bool operator==(const Minisig&) const = default;
};

/// Take a whole signature file: four lines within minisign's own bounds, each ended by LF or CRLF
/// (the last one also by the end), and nothing behind them. The error names the line.
base::Result<Minisig> parse_minisig(std::string_view text);

/// Who vouches for a content.
struct Signer {
  model::KeyId key;
  std::string trusted_comment;  ///< may hold any character but NUL, CR and LF

  bool operator==(const Signer&) const = default;
};

/// Fails unless `text` is a signature file by one of `keys` of `content`, its trusted comment
/// included. `signed_file` names the content in errors.
base::Result<Signer> verify_minisig(std::string_view content,
                                    std::string_view text,
                                    const std::vector<model::SigningKey>& keys,
                                    std::string_view signed_file);

}  // namespace lavavisor::release
