// Signatures of minisign: files that minisign made, files that somebody changed, and what is said.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/minisign.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "support/minisign_signer.hpp"
#include "temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace lavavisor::release {
namespace {

using testing_support::Form;
using testing_support::MinisignSigner;
using Keys = std::vector<model::SigningKey>;

const std::string k_content = "0123  lavap\n";

std::string fixture(const std::string& name) {
  return slurp(std::string{LAVAVISOR_FIXTURES} + "/minisign/" + name);
}

model::SigningKey key_in(const std::string& name) {
  return model::parse_signing_key(fixture(name)).value();
}

std::string error_of(const base::Result<Signer>& signer) {
  return signer ? "good" : signer.error().message;
}

/// The line of that number (from 1) of a signature file, in place of which `with` stands.
std::string replaced(const std::string& minisig, std::size_t number, const std::string& with) {
  std::string text;
  std::size_t at = 0;
  for (const auto line :
       base::split(std::string_view{minisig}.substr(0, minisig.size() - 1), '\n')) {
    text += (++at == number ? with : std::string{line}) + "\n";
  }
  return text;
}

// --- what minisign made, checked in --------------------------------------------------------------

TEST(Minisign, SignaturesOfBothFormsAreGoodByTheirKeyOfSeveral) {
  const Keys both{key_in("b.pub"), key_in("a.pub")};
  struct Row {
    std::string file;
    std::string id;
    std::string comment;
  };
  for (const auto& row : {Row{"prehashed.minisig", "21F437520A8DF1E5", "lavap 6.2.5"},
                          Row{"legacy.minisig", "21F437520A8DF1E5", "timestamp:"},
                          Row{"by-b.minisig", "F7746A08943D1397", "timestamp:"}}) {
    const auto signer =
        verify_minisig(fixture("sha256sum.txt"), fixture(row.file), both, "sha256sum.txt");
    ASSERT_TRUE(signer) << row.file << ": " << signer.error().message;
    EXPECT_EQ(model::to_string(signer->key), row.id);
    EXPECT_TRUE(signer->trusted_comment.starts_with(row.comment)) << signer->trusted_comment;
  }
  EXPECT_TRUE(parse_minisig(fixture("prehashed.minisig"))->prehashed);
  EXPECT_FALSE(parse_minisig(fixture("legacy.minisig"))->prehashed);
}

TEST(Minisign, EachRefusalHasItsOwnWords) {
  const Keys a{key_in("a.pub")};
  const std::string content = fixture("sha256sum.txt");
  const std::string good = fixture("prehashed.minisig");
  EXPECT_EQ(error_of(verify_minisig(content, fixture("by-b.minisig"), a, "sums")),
            "is by the unknown key F7746A08943D1397 (binary.release.public_key has: "
            "21F437520A8DF1E5)");
  EXPECT_EQ(
      error_of(verify_minisig(content, good, {key_in("b.pub"), MinisignSigner{7}.key()}, "s")),
      "is by the unknown key 21F437520A8DF1E5 (binary.release.public_key has: "
      "F7746A08943D1397, 0707070707070707)");
  EXPECT_EQ(error_of(verify_minisig(content, good, {}, "sums")),
            "is by the unknown key 21F437520A8DF1E5 (binary.release.public_key has: none)");
  for (const std::string form : {"prehashed", "legacy"}) {
    const std::string minisig = fixture(form + ".minisig");
    EXPECT_EQ(error_of(verify_minisig(content + " ", minisig, a, "https://h/\x1b[2Jsums")),
              "does not match https://h/\\x1b[2Jsums: key 21F437520A8DF1E5 signed another content");
    EXPECT_EQ(error_of(verify_minisig("", minisig, a, "sums")),
              "does not match sums: key 21F437520A8DF1E5 signed another content");
    EXPECT_EQ(error_of(verify_minisig(
                  content, replaced(minisig, 3, "trusted comment: lavap 6.2.6"), a, "sums")),
              "has a forged trusted comment: key 21F437520A8DF1E5 signed another one");
  }
  EXPECT_EQ(error_of(verify_minisig(content, "<html>", a, "sums")),
            "is no minisign signature: has 1 lines, not the four of a signature");
}

TEST(Minisign, AKeyOfAnotherPointIsNoBetterForItsId) {
  auto key = key_in("b.pub");
  key.id = key_in("a.pub").id;
  EXPECT_EQ(
      error_of(verify_minisig(fixture("sha256sum.txt"), fixture("prehashed.minisig"), {key}, "s")),
      "does not match s: key 21F437520A8DF1E5 signed another content");
}

// --- files that are none -------------------------------------------------------------------------

TEST(Minisign, TheUntrustedCommentMayBeAnything) {
  const MinisignSigner signer;
  for (const std::string comment : {"", "x", "\x1b[2J\t\xff"}) {
    const auto minisig = replaced(signer.sign(k_content), 1, "untrusted comment: " + comment);
    EXPECT_EQ(error_of(verify_minisig(k_content, minisig, {signer.key()}, "s")), "good");
  }
}

TEST(Minisign, LineEndsAreTakenAsMinisignTakesThem) {
  const MinisignSigner signer;
  const auto good = signer.sign(k_content);
  for (const auto& text : {base::replace_all(good, "\n", "\r\n"),
                           good.substr(0, good.size() - 1),
                           good.substr(0, good.size() - 1) + "\r"}) {
    EXPECT_EQ(error_of(verify_minisig(k_content, text, {signer.key()}, "s")), "good");
  }
}

TEST(Minisign, MalformedFilesAreRefusedByTheirLine) {
  const auto good = MinisignSigner{}.sign(k_content);
  const auto packet = *base::decode_base64(base::split(good, '\n').at(1));
  const auto encoded = [&](const std::string& bytes) {
    return base::encode_base64(bytes);
  };
  struct Row {
    std::string text;
    std::string error;
  };
  const std::vector<Row> rows{
      {"", "has 1 lines, not the four of a signature"},
      {"\n", "has 1 lines, not the four of a signature"},
      {good + "\n", "has 5 lines, not the four of a signature"},
      {good + "more\n", "has 5 lines, not the four of a signature"},
      {good + good, "has 8 lines, not the four of a signature"},
      {"\n" + good, "has 5 lines, not the four of a signature"},
      {replaced(good, 1, "a comment"), "line 1 does not begin with 'untrusted comment: '"},
      {replaced(good, 1, "trusted comment: x"), "line 1 does not begin with 'untrusted comment: '"},
      {replaced(good, 1, "untrusted comment: " + std::string(1006, 'x')),
       "line 1 is longer than 1024 bytes"},
      {replaced(good, 1, "untrusted comment: a\rb"),
       "line 1 holds a carriage return or a NUL character"},
      {replaced(good, 2, ""), "line 2 holds 0 bytes, not 74"},
      {replaced(good, 2, "RUQ?"), "line 2 is no base64: it holds a character outside the alphabet"},
      {replaced(good, 2, "RUQ"), "line 2 is no base64: its length is not a multiple of four"},
      {replaced(good, 2, encoded(packet.substr(1))), "line 2 holds 73 bytes, not 74"},
      {replaced(good, 2, encoded(packet + "x")), "line 2 holds 75 bytes, not 74"},
      {replaced(good, 2, encoded("EE" + packet.substr(2))),
       "line 2 is a signature by the algorithm 'EE', neither minisign's 'ED' nor its 'Ed'"},
      {replaced(good, 2, encoded("\x1b\n" + packet.substr(2))),
       "line 2 is a signature by the algorithm '\\x1b\\x0a', neither minisign's 'ED' nor its 'Ed'"},
      {replaced(good, 3, "comment: x"), "line 3 does not begin with 'trusted comment: '"},
      {replaced(good, 3, "trusted comment: " + std::string(8176, 'x')),
       "line 3 is longer than 8192 bytes"},
      {replaced(good, 3, std::string("trusted comment: a\0b", 20)),
       "line 3 holds a carriage return or a NUL character"},
      {replaced(good, 4, ""), "line 4 holds 0 bytes, not 64"},
      {replaced(good, 4, " "), "line 4 is no base64: its length is not a multiple of four"},
      {replaced(good, 4, encoded(std::string(65, 'x'))), "line 4 holds 65 bytes, not 64"},
  };
  for (const auto& row : rows) {
    const auto minisig = parse_minisig(row.text);
    ASSERT_FALSE(minisig) << row.error;
    EXPECT_EQ(minisig.error().message, row.error);
  }
}

TEST(Minisign, NoBitOfAContentOrSignatureMayDiffer) {
  const MinisignSigner signer;
  for (const auto form : {Form::prehashed, Form::legacy}) {
    const auto good = signer.sign(k_content, "a comment", form);
    const auto lines = base::split(good, '\n');
    for (const std::size_t number : {2U, 4U}) {
      const auto bytes = *base::decode_base64(lines.at(number - 1));
      for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto changed = bytes;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        const auto minisig = replaced(good, number, base::encode_base64(changed));
        EXPECT_FALSE(verify_minisig(k_content, minisig, {signer.key()}, "s"))
            << "line " << number << ", bit " << bit;
      }
    }
  }
}

TEST(Minisign, OneFormIsNotTakenForTheOther) {
  const MinisignSigner signer;
  for (const auto form : {Form::prehashed, Form::legacy}) {
    const auto good = signer.sign(k_content, "a comment", form);
    auto packet = *base::decode_base64(base::split(good, '\n').at(1));
    packet[1] = packet[1] == 'D' ? 'd' : 'D';
    const auto other = replaced(good, 2, base::encode_base64(packet));
    EXPECT_EQ(error_of(verify_minisig(k_content, other, {signer.key()}, "s")),
              "does not match s: key 21F437520A8DF1E5 signed another content");
  }
}

// --- the program itself --------------------------------------------------------------------------

bool run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1 </dev/null").c_str()) == 0;
}

class RealMinisign : public testing::Test {
 protected:
  void SetUp() override {
    if (!run("command -v minisign")) {
      GTEST_SKIP() << "minisign is not installed";
    }
    ASSERT_TRUE(in_folder("minisign -G -W -p key.pub -s key.sec"));
    spill(m_folder.path() / "content", k_content);
  }

  bool in_folder(const std::string& command) const {
    return run("cd '" + m_folder.path().string() + "' && " + command);
  }
  std::string file(const std::string& name) const { return slurp(m_folder.path() / name); }
  model::SigningKey key() const { return model::parse_signing_key(file("key.pub")).value(); }

  TempFolder m_folder;
};

TEST_F(RealMinisign, SignsWhatIsTakenHere) {
  for (const std::string options : {"", "-l", "-H", "-t 'v6.2.5 \xe2\x9c\x93'", "-l -t ''"}) {
    ASSERT_TRUE(in_folder("minisign -S -s key.sec -m content -x sig " + options)) << options;
    EXPECT_EQ(error_of(verify_minisig(k_content, file("sig"), {key()}, "s")), "good") << options;
    EXPECT_FALSE(verify_minisig(k_content + "x", file("sig"), {key()}, "s")) << options;
  }
}

TEST_F(RealMinisign, TakesAndRefusesTheSameFiles) {
  ASSERT_TRUE(in_folder("minisign -S -s key.sec -m content -x good -t 'a comment'"));
  const std::string good = file("good");
  const std::vector<std::string> rows{
      good,
      base::replace_all(good, "\n", "\r\n"),
      good.substr(0, good.size() - 1),
      replaced(good, 1, "untrusted comment: "),
      replaced(good, 1, "untrusted comment:"),
      replaced(good, 2, ""),
      replaced(good, 2, "RUQ?"),
      replaced(good, 3, "trusted comment: another"),
      replaced(good, 3, "trusted comment: a comment "),
      replaced(good, 3, "trusted comment: "),
      replaced(good, 4, ""),
      MinisignSigner{}.sign(k_content),
      "",
      "\n",
  };
  for (const auto& text : rows) {
    spill(m_folder.path() / "sig", text);
    EXPECT_EQ(verify_minisig(k_content, text, {key()}, "s").has_value(),
              in_folder("minisign -V -q -p key.pub -m content -x sig"))
        << text;
  }
}

TEST_F(RealMinisign, TakesWhatTheTestsSign) {
  const MinisignSigner signer;
  spill(m_folder.path() / "a.pub", fixture("a.pub"));
  EXPECT_EQ(key_in("a.pub"), signer.key());
  for (const auto form : {Form::prehashed, Form::legacy}) {
    spill(m_folder.path() / "sig", signer.sign(k_content, "by a test", form));
    EXPECT_TRUE(in_folder("minisign -V -p a.pub -m content -x sig"));
  }
}

}  // namespace
}  // namespace lavavisor::release
