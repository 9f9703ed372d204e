// Fuzzes signature files; the content that they are of stands before a line "---".
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/minisign.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "support/minisign_signer.hpp"

namespace {

using namespace lavavisor;
using testing_support::Form;
using testing_support::MinisignSigner;

bool is_one_line(const std::string& text) {
  return base::is_utf8(text) && text.find('\n') == std::string::npos;
}

/// What is accepted is, byte by byte, what the key signs: an Ed25519 signature has no chance in it.
void judge(std::string_view content, std::string_view file, const MinisignSigner& signer) {
  const auto minisig = release::parse_minisig(file);
  const auto verdict = release::verify_minisig(content, file, {signer.key()}, "sha256sum.txt");
  if (!verdict) {
    fuzz::require(is_one_line(verdict.error().message), "an error is one line");
    return;
  }
  fuzz::require(minisig.has_value(), "what is accepted is a signature file");
  const auto form = minisig->prehashed ? Form::prehashed : Form::legacy;
  const auto again = signer.sign(content, verdict->trusted_comment, form);
  fuzz::require(*release::parse_minisig(again) == *minisig, "only what the key signed is accepted");
  fuzz::require(verdict->key == signer.key().id, "who signed is told");
}

/// A signature is accepted, but not of another content, nor by another key.
void sign_and_judge(std::string_view content,
                    std::string_view comment,
                    const MinisignSigner& signer) {
  static const MinisignSigner stranger{7};
  const auto verdict = [&](std::string_view of, const std::string& file) {
    return release::verify_minisig(of, file, {signer.key()}, "sha256sum.txt");
  };
  for (const auto form : {Form::prehashed, Form::legacy}) {
    const auto file = signer.sign(content, comment, form);
    const auto good = verdict(content, file);
    fuzz::require(good && good->trusted_comment == comment, "what is signed is accepted");
    fuzz::require(!verdict(std::string{content} + "\n", file), "a longer content is not");
    fuzz::require(!verdict(content, stranger.sign(content, comment, form)), "a stranger's is not");
  }
}

void read_as_key(std::string_view text) {
  if (const auto key = model::parse_signing_key(text)) {
    const std::string bytes = "Ed" + std::string{key->id.bytes.begin(), key->id.bytes.end()} +
                              std::string{key->point.begin(), key->point.end()};
    fuzz::require(text.find(base::encode_base64(bytes)) != std::string_view::npos,
                  "a key stands in its text");
  } else {
    fuzz::require(is_one_line(key.error().message), "an error is one line");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const MinisignSigner signer;
  auto file = fuzz::text_of(data, size);
  const auto content = fuzz::next_part(file);
  judge(content, file, signer);
  read_as_key(file);
  const auto comment = file.substr(0, file.find_first_of(std::string_view{"\r\n\0", 3}));
  sign_and_judge(content, comment.substr(0, 1000), signer);
  return 0;
}
