// The format is that of minisign's src/minisign.c (sig_load, verify); Ed25519 is libcrypto's.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/minisign.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

namespace lavavisor::release {
namespace {

using base::fail;
using base::Result;

constexpr std::string_view k_untrusted = "untrusted comment: ";
constexpr std::string_view k_trusted = "trusted comment: ";
constexpr std::size_t k_max_untrusted = 1024;  ///< COMMENTMAXBYTES
constexpr std::size_t k_max_trusted = 8192;    ///< TRUSTEDCOMMENTMAXBYTES
constexpr std::size_t k_algorithm_size = 2;
constexpr std::size_t k_signature_size = 64;
constexpr std::size_t k_packet_size = k_algorithm_size + sizeof(model::KeyId) + k_signature_size;

// --- the file ------------------------------------------------------------------------------------

using Lines = std::array<std::string_view, 4>;

/// The four lines, without their ends.
Result<Lines> lines_of(std::string_view text) {
  text.remove_suffix(text.ends_with('\n') ? 1 : 0);
  const auto all = base::split(text, '\n');
  Lines lines;
  if (all.size() != lines.size()) {
    return fail("has " + std::to_string(all.size()) + " lines, not the four of a signature");
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i] = all[i].substr(0, all[i].size() - (all[i].ends_with('\r') ? 1 : 0));
    if (lines[i].find_first_of(std::string_view{"\r\0", 2}) != std::string_view::npos) {
      return fail("line " + std::to_string(i + 1) + " holds a carriage return or a NUL character");
    }
  }
  return lines;
}

Result<std::string> comment_of(std::string_view line,
                               const std::string& number,
                               std::string_view prefix,
                               std::size_t most) {
  if (!line.starts_with(prefix)) {
    return fail("line " + number + " does not begin with '" + std::string{prefix} + "'");
  }
  if (line.size() > most) {
    return fail("line " + number + " is longer than " + std::to_string(most) + " bytes");
  }
  return std::string{line.substr(prefix.size())};
}

Result<std::string> bytes_of(std::string_view line, const std::string& number, std::size_t size) {
  const auto bytes = base::decode_base64(line);
  if (!bytes) {
    return fail("line " + number + " " + bytes.error().message);
  }
  if (bytes->size() != size) {
    return fail("line " + number + " holds " + std::to_string(bytes->size()) + " bytes, not " +
                std::to_string(size));
  }
  return *bytes;
}

// --- the mathematics -----------------------------------------------------------------------------

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// True when `signature` is by `key` and of `message`.
bool is_signed(std::string_view message, std::string_view signature, const model::SigningKey& key) {
  const std::unique_ptr<EVP_PKEY, Free> point{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.point.data(), key.point.size())};
  const std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
  if (!point || !context) {
    throw std::bad_alloc{};
  }
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, point.get()) == 1 &&
      EVP_DigestVerify(
          context.get(), data_of(signature), signature.size(), data_of(message), message.size()) ==
          1;
  ERR_clear_error();  // a refusal leaves words in this thread's queue, which TLS would come upon
  return good;
}

Result<std::string> blake2b_512(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_blake2b512(), nullptr) !=
      1) {
    ERR_clear_error();
    return fail("needs BLAKE2b-512, which this host's libcrypto does not offer");
  }
  return std::string{reinterpret_cast<const char*>(digest.data()), size};
}

std::string list_of(const std::vector<model::SigningKey>& keys) {
  std::vector<std::string> ids;
  for (const auto& key : keys) {
    ids.push_back(model::to_string(key.id));
  }
  return ids.empty() ? "none" : base::join(ids, ", ");
}

}  // namespace

Result<Minisig> parse_minisig(std::string_view text) {
  const auto lines = lines_of(text);
  if (!lines) {
    return tl::make_unexpected(lines.error());
  }
  const auto untrusted = comment_of(lines->at(0), "1", k_untrusted, k_max_untrusted);
  const auto packet = bytes_of(lines->at(1), "2", k_packet_size);
  const auto trusted = comment_of(lines->at(2), "3", k_trusted, k_max_trusted);
  const auto global = bytes_of(lines->at(3), "4", k_signature_size);
  for (const auto* part : {&untrusted, &packet, &trusted, &global}) {
    if (!*part) {
      return tl::make_unexpected(part->error());
    }
  }
  const auto algorithm = packet->substr(0, k_algorithm_size);
  if (algorithm != "Ed" && algorithm != "ED") {
    return fail("line 2 is a signature by the algorithm '" + base::printable(algorithm) +
                "', neither minisign's 'ED' nor its 'Ed'");
  }
  Minisig minisig;
  minisig.prehashed = algorithm == "ED";
  const auto id = packet->substr(k_algorithm_size, sizeof(model::KeyId));
  std::copy(id.begin(), id.end(), minisig.key.bytes.begin());
  minisig.signature = packet->substr(k_algorithm_size + sizeof(model::KeyId));
  minisig.trusted_comment = *trusted;
  minisig.global_signature = *global;
  return minisig;
}

Result<Signer> verify_minisig(std::string_view content,
                              std::string_view text,
                              const std::vector<model::SigningKey>& keys,
                              std::string_view signed_file) {
  const auto minisig = parse_minisig(text);
  if (!minisig) {
    return fail("is no minisign signature", minisig.error());
  }
  const std::string id = model::to_string(minisig->key);
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const model::SigningKey& known) {
    return known.id == minisig->key;
  });
  if (key == keys.end()) {
    return fail("is by the unknown key " + id +
                " (binary.release.public_key has: " + list_of(keys) + ")");
  }
  const auto message = minisig->prehashed ? blake2b_512(content) : std::string{content};
  if (!message) {
    return tl::make_unexpected(message.error());
  }
  if (!is_signed(*message, minisig->signature, *key)) {
    return fail("does not match " + base::printable(signed_file) + ": key " + id +
                " signed another content");
  }
  if (!is_signed(minisig->signature + minisig->trusted_comment, minisig->global_signature, *key)) {
    return fail("has a forged trusted comment: key " + id + " signed another one");
  }
  return Signer{minisig->key, minisig->trusted_comment};
}

}  // namespace lavavisor::release
