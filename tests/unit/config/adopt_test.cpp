// What `adopt` of a service becomes.
// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace lavavisor::config {
namespace {

std::string adopted_by(const std::string& line) {
  return valid(std::string{k_chain} +
               "[[service]]\nname = \"c\"\ntype = \"cache\"\naddress = \"127.0.0.1:1\"\n" + line)
      .services.at(0)
      .adopt;
}

TEST(Adopt, IsADigestInLowerCaseOrNothing) {
  EXPECT_EQ(adopted_by(""), "");
  EXPECT_EQ(adopted_by("adopt = \"\"\n"), "");
  EXPECT_EQ(adopted_by("adopt = \"" + std::string(64, 'a') + "\"\n"), std::string(64, 'a'));
  EXPECT_EQ(adopted_by("adopt = \"" + std::string(64, 'F') + "\"\n"), std::string(64, 'f'));
}

}  // namespace
}  // namespace lavavisor::config
