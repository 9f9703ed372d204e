// Run by root, a configuration or a directory that others may change is refused; whose it may be.
// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lavavisor::config {
namespace {

namespace fs = std::filesystem;

/// A host with a configuration of two fragments, or a file, and a directory, all of it root's.
class Custody : public testing::Test {
 protected:
  void SetUp() override {
    const passwd* const nobody = ::getpwnam("nobody");
    if (::geteuid() != 0 || nobody == nullptr) {
      GTEST_SKIP() << "needs root, and the user nobody";
    }
    theirs = nobody->pw_uid;
    for (const auto* each : {"etc",
                             "etc/secrets",
                             "var",
                             "var/upgrades",
                             "var/upgrades/v6.2.4",
                             "var/services",
                             "var/services/protocol_yml_configs",
                             "home",
                             "home/.lavavisor"}) {
      fs::create_directories(top / each);
      ASSERT_EQ(::chmod((top / each).c_str(), 0755), 0);
    }
    folder.write("etc/p.yml", k_provider_yaml);
    folder.write("etc/secrets/webhook", "https://hooks.example/secret\n");
    folder.write("etc/ca.pem", "");
    folder.write("etc/hook", "#!/bin/sh\n");
    folder.write("var/state.db", "");
    folder.write("var/upgrades/v6.2.4/lavap", "");
    folder.write("var/services/p.service", "");
    folder.write("var/services/protocol_yml_configs/p.yml", "");
    write_config("etc/config.toml");
    environment.trusted = {base::Trusted{}};
  }

  void write_config(const std::string& file, const std::string& more = {}) const {
    folder.write(file,
                 "directory = \"" + (top / "var").string() + "\"\n" + std::string{k_chain} +
                     "[binary.release]\nca_file = \"" + (top / "etc/ca.pem").string() +
                     "\"\n[notify]\nwebhook_file = \"" + (top / "etc/secrets/webhook").string() +
                     "\"\n[hooks]\npre_upgrade = [\"" + (top / "etc/hook").string() +
                     "\"]\n[[service]]\nname = \"p\"\ntype = \"provider\"\nfrom = \"o\"\n" +
                     "user = \"nobody\"\nconfig = \"" + (top / "etc/p.yml").string() + "\"\n" +
                     more);
  }

  Loaded loaded(const std::string& file = "etc/config.toml") const {
    return load(top / file, environment);
  }
  /// All findings, with the paths as seen from the top.
  static std::string text(const Loaded& loaded) {
    return format_findings(loaded.findings, Colour::no);
  }
  void give(const std::string& name) const {
    ASSERT_EQ(::lchown((top / name).c_str(), theirs, 0), 0);
  }

  const TemporaryFolder folder;
  const fs::path top = folder.path();
  Environment environment = root();
  uid_t theirs = 0;
};

TEST_F(Custody, WhatIsRootsAloneIsTaken) {
  const auto all = loaded();
  EXPECT_TRUE(all.desired) << text(all);
  EXPECT_TRUE(all.findings.empty()) << text(all);
}

TEST_F(Custody, WhatOthersMayWriteIsRefusedByNameWithTheCommandThatMendsIt) {
  for (const auto* name : {"etc/config.toml",
                           "etc",
                           "etc/p.yml",
                           "etc/ca.pem",
                           "etc/hook",
                           "etc/secrets/webhook",
                           "etc/secrets",
                           "var",
                           "var/state.db",
                           "var/upgrades",
                           "var/upgrades/v6.2.4",
                           "var/upgrades/v6.2.4/lavap",
                           "var/services",
                           "var/services/p.service",
                           "var/services/protocol_yml_configs/p.yml"}) {
    const auto path = (top / name).string();
    struct stat before {};
    ASSERT_EQ(::stat(path.c_str(), &before), 0);
    ASSERT_EQ(::chmod(path.c_str(), before.st_mode | S_IWOTH), 0);
    const auto by_all = loaded();
    EXPECT_FALSE(by_all.desired) << name;
    EXPECT_NE(text(by_all).find(path + ":1:1: can be changed by every user"), std::string::npos)
        << name << ": " << text(by_all);
    EXPECT_NE(text(by_all).find("chmod o-w '" + path + "'"), std::string::npos) << text(by_all);

    ASSERT_EQ(::chmod(path.c_str(), (before.st_mode & ~mode_t{S_IWOTH}) | S_IWGRP), 0);
    EXPECT_TRUE(loaded().desired) << name << ": root's own group may";
    ASSERT_EQ(::lchown(path.c_str(), 0, 4'711), 0);
    ASSERT_EQ(::chmod(path.c_str(), (before.st_mode & ~mode_t{S_IWOTH}) | S_IWGRP), 0);
    const auto by_group = loaded();
    EXPECT_FALSE(by_group.desired) << name;
    EXPECT_NE(text(by_group).find("chmod g-w '" + path + "'"), std::string::npos);
    ASSERT_EQ(::lchown(path.c_str(), 0, 0), 0);
    ASSERT_EQ(::chmod(path.c_str(), before.st_mode), 0);
  }
  EXPECT_TRUE(loaded().desired);
}

TEST_F(Custody, AnExposedTextIsNotEvenParsed) {
  folder.write("etc/config.toml", "a secret that is no TOML\n");
  ASSERT_EQ(::chmod((top / "etc/config.toml").c_str(), 0666), 0);
  const auto exposed = loaded();
  ASSERT_EQ(exposed.findings.size(), 1U) << text(exposed);
  EXPECT_EQ(text(exposed).find("secret"), std::string::npos);
}

TEST_F(Custody, AFragmentAndItsFolderCount) {
  fs::create_directory(top / "etc/config.d");
  write_config("etc/config.d/10-all.toml");
  EXPECT_TRUE(loaded("etc/config.d").desired) << text(loaded("etc/config.d"));
  ASSERT_EQ(::chmod((top / "etc/config.d/10-all.toml").c_str(), 0666), 0);
  EXPECT_FALSE(loaded("etc/config.d").desired);
  ASSERT_EQ(::chmod((top / "etc/config.d/10-all.toml").c_str(), 0644), 0);
  ASSERT_EQ(::chmod((top / "etc/config.d").c_str(), 0777), 0);
  EXPECT_FALSE(loaded("etc/config.d").desired);
}

TEST_F(Custody, AConfigurationOfSomebodyElseIsRefusedButNotThatOfWhoCalledSudo) {
  give("etc/config.toml");
  const auto foreign = loaded();
  EXPECT_FALSE(foreign.desired);
  EXPECT_NE(text(foreign).find("belongs to nobody, who thereby decides what root runs"),
            std::string::npos);
  environment.trusted.push_back({theirs, 0});
  EXPECT_TRUE(loaded().findings.empty()) << text(loaded());
}

TEST_F(Custody, WhereNoUnitOfTheWholeSystemIsWrittenTheOwnerIsWarnedOf) {
  write_config("etc/config.toml", "[systemd]\nscope = \"none\"\n");
  give("etc/config.toml");
  const auto all = loaded();
  EXPECT_TRUE(all.desired) << text(all);
  EXPECT_EQ(all.findings.size(), 1U) << text(all);
}

TEST_F(Custody, ADirectoryOfTheServicesUserIsWarnedOfOnceAndOneOfAnyOtherIsRefused) {
  for (const auto* each : {"var", "var/services", "var/services/p.service"}) {
    give(each);
  }
  const auto own = loaded();
  EXPECT_TRUE(own.desired) << text(own);
  ASSERT_EQ(own.findings.size(), 1U) << text(own);
  EXPECT_EQ(own.findings[0].severity, Finding::Severity::warning);
  EXPECT_EQ(own.findings[0].file, (top / "var").string());
  ASSERT_EQ(::lchown((top / "var").c_str(), 4'711, 0), 0);
  EXPECT_FALSE(loaded().desired);
}

TEST_F(Custody, AHomeOfTheOriginalsIsWarnedOf) {
  write_config("home/.lavavisor/config.toml");
  give("home");
  const auto site = loaded("home/.lavavisor/config.toml");
  EXPECT_TRUE(site.desired) << text(site);
  EXPECT_EQ(site.findings.size(), 1U) << text(site);
  fs::rename(top / "home/.lavavisor/config.toml", top / "home/other.toml");
  EXPECT_FALSE(loaded("home/other.toml").desired);
}

TEST_F(Custody, LinksThatTheDirectorysOwnerPlantedAreRefused) {
  give("var");
  give("var/upgrades");
  give("var/services");
  struct Row {
    const char* link;
    const char* target;
  };
  for (const auto& [link, target] : {Row{"var/upgrades/v1.2.3", "/etc"},
                                     Row{"var/services/x.service", "/etc/shadow"},
                                     Row{"var/upgrades/.v6.2.5.partial", "/etc/passwd"},
                                     Row{"var/upgrades/.v6.2.5.lock", "/etc/passwd"},
                                     Row{"var/lock", "/etc/passwd"}}) {
    fs::create_symlink(target, top / link);
    EXPECT_TRUE(loaded().desired) << link << ": it is root's own: " << text(loaded());
    give(link);
    const auto planted = loaded();
    EXPECT_FALSE(planted.desired) << link;
    EXPECT_NE(text(planted).find("is a symbolic link that nobody made"), std::string::npos);
    fs::remove(top / link);
  }
}

TEST_F(Custody, WhatOnlyLooksIsWarned) {
  environment.exposed = Exposed::warned;
  ASSERT_EQ(::chmod((top / "etc/config.toml").c_str(), 0666), 0);
  const auto all = loaded();
  EXPECT_TRUE(all.desired);
  EXPECT_EQ(all.findings.size(), 1U);
}

TEST_F(Custody, WhoIsNotRootIsNotAsked) {
  environment.trusted.clear();
  ASSERT_EQ(::chmod((top / "etc/config.toml").c_str(), 0666), 0);
  EXPECT_TRUE(loaded().findings.empty());
}

TEST(ProcessEnvironment, RootTrustsItselfAndWhoCalledSudo) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  const char* const before = ::getenv("SUDO_USER");
  const std::string kept = before == nullptr ? "" : before;
  ::unsetenv("SUDO_USER");
  EXPECT_EQ(process_environment().trusted.size(), 1U);
  ::setenv("SUDO_USER", "nobody", 1);
  EXPECT_EQ(process_environment().trusted.size(), 2U);
  ::setenv("SUDO_USER", "root", 1);
  EXPECT_EQ(process_environment().trusted.size(), 1U);
  kept.empty() ? ::unsetenv("SUDO_USER") : ::setenv("SUDO_USER", kept.c_str(), 1);
}

}  // namespace
}  // namespace lavavisor::config
