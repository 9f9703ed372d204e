// What the keys of building from source become.
// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace lavavisor::config {
namespace {

model::BinaryPolicy binary_of(const std::string& tables) {
  return valid(std::string{k_chain} + tables).binary;
}

TEST(Build, HasDefaults) {
  const auto binary = binary_of("");
  EXPECT_EQ(binary.method, model::Method::release);
  EXPECT_EQ(binary.build.url, "https://github.com/lavanet/lava/archive/refs/tags/v{version}.zip");
  EXPECT_EQ(binary.build.package, "");
  EXPECT_EQ(binary.build.go, "go");
  EXPECT_TRUE(binary.build.sha256.empty());
}

TEST(Build, TakesEachMethod) {
  EXPECT_EQ(binary_of("[binary]\nmethod = \"release\"\n").method, model::Method::release);
  EXPECT_EQ(binary_of("[binary]\nmethod = \"build\"\n").method, model::Method::build);
  EXPECT_EQ(binary_of("[binary]\nmethod = \"auto\"\n").method, model::Method::automatic);
}

TEST(Build, TakesPackages) {
  struct Row {
    const char* written;
    const char* package;
  };
  for (const Row& row : {Row{"cmd/lavap", "cmd/lavap"},
                         Row{"./cmd/lavap", "cmd/lavap"},
                         Row{".", "."},
                         Row{"cmd/lava_p-2.0", "cmd/lava_p-2.0"}}) {
    const auto binary =
        binary_of("[binary.build]\npackage = \"" + std::string{row.written} + "\"\n");
    EXPECT_EQ(binary.build.package, row.package);
  }
}

TEST(Build, RefusesPackagesThatAreNoFolderOfTheSource) {
  const TemporaryFolder folder;
  for (const char* const package : {"",
                                    "/cmd/lavap",
                                    "..",
                                    "cmd/../..",
                                    "cmd//lavap",
                                    "cmd/lavap/",
                                    "-toolexec=x",
                                    "cmd/-x",
                                    "./...",
                                    "cmd lavap",
                                    "cmd/lavap;x",
                                    "github.com/x@latest"}) {
    const auto file = folder.write(
        "config.toml", std::string{k_chain} + "[binary.build]\npackage = \"" + package + "\"\n");
    EXPECT_FALSE(load(file, root()).desired) << package;
  }
}

TEST(Build, TakesGoAsANameOrAPath) {
  EXPECT_EQ(binary_of("[binary.build]\ngo = \"go1.23.3\"\n").build.go, "go1.23.3");
  EXPECT_EQ(binary_of("[binary.build]\ngo = \"/opt/go/bin/go\"\n").build.go, "/opt/go/bin/go");
  EXPECT_EQ(binary_of("[binary.build]\ngo = \"~/go/bin/go\"\n").build.go, "/root/go/bin/go");
}

TEST(Build, KeepsThePinsOfArchivesApartFromThoseOfBinaries) {
  const std::string binary_pin(64, 'a');
  const std::string source_pin(64, 'b');
  const auto binary =
      binary_of("[binary.sha256]\n\"6.2.5\" = \"" + binary_pin +
                "\"\n[binary.build.sha256]\n\"v6.2.5\" = \"" + std::string(64, 'B') + "\"\n");
  EXPECT_EQ(binary.sha256.at({"6.2.5"}), binary_pin);
  EXPECT_EQ(binary.build.sha256.at({"6.2.5"}), source_pin);
}

}  // namespace
}  // namespace lavavisor::config
