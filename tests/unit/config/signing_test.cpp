// What the keys of signed releases become.
// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <vector>

namespace lavavisor::config {
namespace {

using Ids = std::vector<std::string>;

const std::string k_a = "RWTl8Y0KUjf0IW4uMy1Zya9MPc6DW+DKg5XJIpKDXg/0K1P6i69ZVqkN";
const std::string k_b = "RWSXEz2UCGp09+PbsvzuvXYJCza+z55YNxSyydYMM7zD9VLRlYbJAbEL";

model::BinaryPolicy binary_of(const std::string& tables) {
  return valid(std::string{k_chain} + tables).binary;
}

Ids ids_of(const std::string& public_key) {
  const auto binary = binary_of(
      "[binary]\nverify = \"signature\"\n[binary.release]\npublic_key = " + public_key + "\n");
  EXPECT_EQ(binary.verify, model::Verify::signature);
  Ids ids;
  for (const auto& key : binary.release.public_keys) {
    ids.push_back(model::to_string(key.id));
  }
  return ids;
}

TEST(Signing, TakesOneKeyOrSeveral) {
  EXPECT_EQ(ids_of('"' + k_a + '"'), Ids{"21F437520A8DF1E5"});
  EXPECT_EQ(ids_of("[\"" + k_a + "\"]"), Ids{"21F437520A8DF1E5"});
  EXPECT_EQ(ids_of("[\"" + k_b + "\", \"" + k_a + "\"]"),
            (Ids{"F7746A08943D1397", "21F437520A8DF1E5"}));
}

TEST(Signing, TakesAllThatStandsInMinisignPub) {
  const std::string file = "untrusted comment: minisign public key F7746A08943D1397\n" + k_b + "\n";
  EXPECT_EQ(ids_of("\"\"\"\n" + file + "\"\"\""), Ids{"F7746A08943D1397"});
  EXPECT_EQ(ids_of("['''" + file + "''', \"" + k_a + "\"]"),
            (Ids{"F7746A08943D1397", "21F437520A8DF1E5"}));
}

TEST(Signing, IsNotAskedForByDefault) {
  for (const std::string tables :
       {"", "[binary.release]\npublic_key = \"\"\n", "[binary.release]\npublic_key = []\n"}) {
    const auto binary = binary_of(tables);
    EXPECT_EQ(binary.verify, model::Verify::checksum);
    EXPECT_EQ(binary.release.signature, "");
    EXPECT_TRUE(binary.release.public_keys.empty());
  }
}

TEST(Signing, TakesAPlaceForSignaturesOfItsOwn) {
  const auto binary =
      binary_of("[binary]\nverify = \"signature\"\n[binary.release]\npublic_key = \"" + k_a +
                "\"\nsignature = \"https://h/{version}/sums.sig\"\n");
  EXPECT_EQ(binary.release.signature, "https://h/{version}/sums.sig");
}

TEST(Signing, HasItsKeyAndItsPolicyInDifferentFragments) {
  const TemporaryFolder folder;
  folder.write("config.d/10-chain.toml", k_chain);
  folder.write("config.d/20-verify.toml", "[binary]\nverify = \"signature\"\n");
  folder.write("config.d/30-key.toml", "[binary.release]\npublic_key = \"" + k_a + "\"\n");
  const Loaded loaded = load(folder.path() / "config.d", root());
  ASSERT_TRUE(loaded.desired) << format_findings(loaded.findings, Colour::no);
  EXPECT_EQ(loaded.desired->binary.release.public_keys.size(), 1U);
}

TEST(Signing, NeverShowsASecretKeyNotEvenOfATextThatIsNoToml) {
  const TemporaryFolder folder;
  const std::string secret = "RWRTY0Iy" + std::string(204, 'A');
  for (const std::string& line : {"public_key = \"" + secret + "\"\n",
                                  "public_key = [\"" + secret + "\"]\n",
                                  "public_key = \"" + secret + "\n",
                                  "public_key = " + secret + "\n"}) {
    const auto file = folder.write(
        "config.toml",
        std::string{k_chain} + "[binary]\nverify = \"signature\"\n[binary.release]\n" + line);
    const Loaded loaded = load(file, root());
    EXPECT_FALSE(loaded.desired);
    const std::string told = format_findings(loaded.findings, Colour::no);
    EXPECT_EQ(told.find("RWRTY0Iy"), std::string::npos) << told;
    EXPECT_EQ(told.find("AAAAAAAA"), std::string::npos) << told;
  }
}

}  // namespace
}  // namespace lavavisor::config
