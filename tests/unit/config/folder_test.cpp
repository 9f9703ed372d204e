// A configuration that is a folder: what counts in it, how its fragments become one, its digest.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"
#include "config/single_process.hpp"
#include "support.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace lavavisor::config {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  Loaded loaded() const { return load(config, root()); }

  model::Desired desired() const {
    const Loaded all = loaded();
    EXPECT_TRUE(all.desired) << format_findings(all.findings, Colour::no);
    return all.desired.value_or(model::Desired{});
  }

  std::string first_message() const {
    const Loaded all = loaded();
    EXPECT_FALSE(all.desired);
    return all.findings.empty() ? "" : all.findings.front().message;
  }

  fs::path write(const std::string& name, std::string_view text) const {
    return folder.write("config.d/" + name, text);
  }

  std::string digest() const { return desired().config_sha256; }

  const TemporaryFolder folder;
  const fs::path config = folder.path() / "config.d";
};

std::string cache(const std::string& name, int port) {
  return "[[service]]\nname = \"" + name +
         "\"\ntype = \"cache\"\naddress = \"127.0.0.1:" + std::to_string(port) + "\"\n";
}

TEST_F(Folder, IsWhatOneFileWithAllItsKeysWouldBe) {
  write("10-binary.toml", "[binary]\nkeep = 5\nrelease.timeout = \"5m\"\n");
  write("20-binary.toml",
        "[binary]\nauto_download = true\n[binary.release]\nmax_size = \"1MiB\"\n");
  write("30-services.toml", "interval = \"5s\"\n" + cache("b", 2) + cache("a", 1));
  write("40-service.toml", cache("c", 3));
  write("00-chain.toml", k_chain);
  const auto together = valid("interval = \"5s\"\n" + std::string{k_chain} +
                              "[binary]\nkeep = 5\nauto_download = true\n"
                              "[binary.release]\ntimeout = \"5m\"\nmax_size = \"1MiB\"\n" +
                              cache("b", 2) + cache("a", 1) + cache("c", 3));
  auto apart = desired();
  apart.file = together.file;
  apart.fragments.clear();
  apart.config_sha256 = together.config_sha256;
  EXPECT_EQ(apart, together);
}

TEST_F(Folder, NamesItselfAndItsFragmentsInTheOrderOfTheirBytes) {
  write("b.toml", "");
  write("a.toml", k_chain);
  write("B.toml", "");
  write("10.toml", "");
  write("9.toml", "");
  const auto now = desired();
  EXPECT_EQ(now.file, config);
  EXPECT_EQ(now.fragments,
            (std::vector<fs::path>{config / "10.toml",
                                   config / "9.toml",
                                   config / "B.toml",
                                   config / "a.toml",
                                   config / "b.toml"}));
}

TEST_F(Folder, TakesNoFolderNorHiddenFileNorBackup) {
  write("a.toml", k_chain);
  write(".b.toml", "no TOML");
  write("c.toml~", "no TOML");
  write("d.toml.bak", "no TOML");
  write("e.toml/f.toml", "no TOML");
  fs::create_directory_symlink("e.toml", config / "g.toml");
  EXPECT_EQ(desired().fragments, std::vector<fs::path>{config / "a.toml"});
}

TEST_F(Folder, IsNamedWithOrWithoutItsSlash) {
  write("a.toml", k_chain);
  EXPECT_EQ(load(config / "", root()).desired, desired());
}

TEST_F(Folder, HoldsThePathsOfItsFragments) {
  write("a.toml", "directory = \"../state\"\n" + std::string{k_chain});
  write("b.toml",
        "[[service]]\nname = \"p\"\ntype = \"provider\"\nfrom = \"k\"\nconfig = \"p.yml\"\n");
  write("p.yml", k_provider_yaml);
  EXPECT_EQ(desired().directory, fs::canonical(folder.path()) / "state");
  EXPECT_EQ(desired().services.at(0).config_path, config / "p.yml");
}

TEST_F(Folder, TakesPathsFromWhereALinkedFragmentStands) {
  folder.write("elsewhere/b.toml", "[binary]\nrelease.ca_file = \"ca.pem\"\n");
  write("a.toml", k_chain);
  fs::create_symlink("../elsewhere/b.toml", config / "b.toml");
  EXPECT_EQ(desired().binary.release.ca_file, config / "ca.pem");
}

TEST_F(Folder, HasTheDigestThatSha256sumOfItsFragmentsHas) {
  const auto a = write("a.toml", k_chain);
  const auto b = write("b.toml", "interval = \"5s\"\n");
  EXPECT_EQ(digest(),
            base::sha256_hex(base::sha256_file(a).value() + "  a.toml\n" +
                             base::sha256_file(b).value() + "  b.toml\n"));
}

TEST_F(Folder, HasAnotherDigestWhateverChanges) {
  write("a.toml", k_chain);
  write("b.toml", "#1\n#2\n");
  write("c.toml", "#3\n");
  std::set<std::string> seen{digest()};
  write("b.toml", "#1\n");
  write("c.toml", "#2\n#3\n");
  EXPECT_TRUE(seen.insert(digest()).second) << "a line moved from one to the other";
  fs::rename(config / "b.toml", config / "bb.toml");
  EXPECT_TRUE(seen.insert(digest()).second) << "renamed";
  fs::remove(config / "c.toml");
  EXPECT_TRUE(seen.insert(digest()).second) << "removed";
  write("d.toml", "");
  EXPECT_TRUE(seen.insert(digest()).second) << "an empty one added";
}

TEST_F(Folder, SaysWhatKeepsItFromBeingRead) {
  fs::create_directories(config);
  EXPECT_EQ(first_message(), "the folder holds no configuration");
  write("a.toml", std::string(2U << 20U, '#'));
  EXPECT_NE(first_message().find("MiB"), std::string::npos) << first_message();
  fs::remove(config / "a.toml");
  ASSERT_EQ(::mkfifo((config / "a.toml").c_str(), 0600), 0);
  EXPECT_NE(first_message().find("a.toml"), std::string::npos) << first_message();
  fs::remove(config / "a.toml");
  write("x\x1b[2J.toml", k_chain);
  EXPECT_NE(first_message().find("not plain text"), std::string::npos) << first_message();
  EXPECT_EQ(first_message().find('\x1b'), std::string::npos);
}

TEST_F(Folder, SaysWhichFragmentMayNotBeRead) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may read everything";
  }
  write("a.toml", k_chain);
  fs::permissions(write("b.toml", ""), fs::perms::none);
  EXPECT_NE(first_message().find("b.toml"), std::string::npos) << first_message();
}

TEST_F(Folder, IsTakenForASingleProcessToo) {
  write("a.toml", k_chain);
  write("b.toml", "[binary]\nkeep = 7\n" + cache("not heeded", 0));
  const SingleProcess process{"x", "", {}, {}, false};
  const Loaded single = load_single(config, process, root());
  ASSERT_TRUE(single.desired) << format_findings(single.findings, Colour::no);
  EXPECT_EQ(single.desired->file, config);
  EXPECT_EQ(single.desired->fragments.size(), 2U);
  EXPECT_EQ(single.desired->binary.keep, 7U);
  EXPECT_EQ(single.desired->services.size(), 1U);
}

TEST_F(Folder, WhoseLinksAreSwappedIsOldOrNewButNeverBoth) {
  for (const std::string& revision : {std::string{"1"}, std::string{"2"}}) {
    const std::string here = "revisions/" + revision + "/";
    folder.write(here + "a.toml", std::string{k_chain} + (revision == "1" ? cache("x", 1) : ""));
    folder.write(here + "b.toml", revision == "2" ? cache("x", 1) : "");
  }
  const auto point_to = [&](const char* revision) {
    fs::remove(folder.path() / "next");
    fs::create_symlink(std::string{"revisions/"} + revision, folder.path() / "next");
    fs::rename(folder.path() / "next", config);
  };
  point_to("1");
  std::atomic<bool> is_over = false;
  std::thread swapper{[&] {
    for (int round = 0; !is_over; ++round) {
      point_to(round % 2 == 0 ? "2" : "1");
      std::this_thread::sleep_for(std::chrono::microseconds{500});
    }
  }};
  for (int round = 0; round < 300; ++round) {
    const Loaded now = loaded();
    EXPECT_EQ(now.desired ? now.desired->services.size() : 0, 1U)
        << format_findings(now.findings, Colour::no);
  }
  is_over = true;
  swapper.join();
}

}  // namespace
}  // namespace lavavisor::config
