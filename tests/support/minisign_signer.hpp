// Signs as minisign does, for tests: they know a secret key whose files minisign itself made, too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/base64.hpp"
#include "model/signing_key.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lavavisor::testing_support {

enum class Form { prehashed, legacy };

class MinisignSigner {
 public:
  /// The key of tests/fixtures/minisign/a.pub, made by `minisign -G -W` for nothing but tests.
  MinisignSigner()
      : m_seed{0xcb, 0x58, 0xfd, 0x3c, 0xd5, 0x6f, 0x2f, 0x75, 0x5e, 0x56, 0xf3,
               0xcc, 0xb4, 0x02, 0x89, 0xcb, 0xd0, 0x5e, 0xe1, 0xdf, 0x73, 0x36,
               0xd4, 0xa0, 0x50, 0xdf, 0x5f, 0x68, 0x24, 0x30, 0x1f, 0x5e} {
    m_key.id.bytes = {0xe5, 0xf1, 0x8d, 0x0a, 0x52, 0x37, 0xf4, 0x21};
    read_point();
  }

  /// Another key, whose bytes are all `byte`.
  explicit MinisignSigner(std::uint8_t byte) {
    m_seed.fill(byte);
    m_key.id.bytes.fill(byte);
    read_point();
  }

  const model::SigningKey& key() const { return m_key; }

  /// A whole signature file.
  std::string sign(std::string_view content,
                   std::string_view trusted_comment = "made by a test",
                   Form form = Form::prehashed) const {
    const std::string message =
        form == Form::prehashed ? blake2b_512(content) : std::string{content};
    const std::string signature = raw(message);
    const std::string packet = (form == Form::prehashed ? "ED" : "Ed") +
                               std::string{m_key.id.bytes.begin(), m_key.id.bytes.end()} +
                               signature;
    return "untrusted comment: signature from a test\n" + base::encode_base64(packet) +
           "\ntrusted comment: " + std::string{trusted_comment} + "\n" +
           base::encode_base64(raw(signature + std::string{trusted_comment})) + "\n";
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;

  static void require(bool holds) {
    if (!holds) {
      throw std::runtime_error("libcrypto can't sign");
    }
  }

  Key secret() const {
    return Key{
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, m_seed.data(), m_seed.size())};
  }

  void read_point() {
    std::size_t size = m_key.point.size();
    require(EVP_PKEY_get_raw_public_key(secret().get(), m_key.point.data(), &size) == 1);
  }

  std::string raw(const std::string& message) const {
    const Key key = secret();
    const std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
    std::array<unsigned char, 64> signature{};
    std::size_t size = signature.size();
    require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
    require(EVP_DigestSign(context.get(),
                           signature.data(),
                           &size,
                           reinterpret_cast<const unsigned char*>(message.data()),
                           message.size()) == 1);
    return {signature.begin(), signature.end()};
  }

  static std::string blake2b_512(std::string_view content) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require(EVP_Digest(
                content.data(), content.size(), digest.data(), &size, EVP_blake2b512(), nullptr) ==
            1);
    return {digest.begin(), digest.begin() + size};
  }

  std::array<std::uint8_t, 32> m_seed{};
  model::SigningKey m_key;
};

}  // namespace lavavisor::testing_support
