// Changes of configuration files as people and tools make them, on a real disk.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/config_watch.hpp"

#include "support/awaited.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Long enough for a report that must not come: reports come after 50 ms of quiet.
constexpr auto k_no_report = 250ms;

void write(const fs::path& file, const std::string& text = "x") {
  std::ofstream{file} << text;
}

void replace_link(const fs::path& target, const fs::path& link) {
  const fs::path beside = link.string() + ".new";
  fs::create_symlink(target, beside);
  fs::rename(beside, link);
}

class Watching : public testing::Test {
 protected:
  /// Watch, and let the report pass that every watch begins with.
  void watch(std::vector<fs::path> files) {
    const int before = reports.get();
    watched = std::make_unique<ConfigWatch>(std::move(files), [this] { reports.up(); });
    ASSERT_TRUE(reports.reaches(before + 1));
  }
  void watch_config() { watch({config}); }

  void expect_report(const char* what, const std::function<void()>& change) {
    const int before = reports.get();
    change();
    EXPECT_TRUE(reports.reaches(before + 1)) << what;
    settle();
  }

  void expect_no_report(const char* what, const std::function<void()>& change) {
    const int before = reports.get();
    change();
    EXPECT_FALSE(reports.reaches(before + 1, k_no_report)) << what;
  }

  /// Until no more reports come of what happened so far.
  void settle() {
    for (int before = -1; before != reports.get();) {
      before = reports.get();
      reports.reaches(before + 1, k_no_report);
    }
  }

  base::Scratch scratch;
  const fs::path root = scratch.path();
  const fs::path config = root / "config.toml";
  test::Count reports;
  std::unique_ptr<ConfigWatch> watched;  ///< last: its thread uses the rest
};

TEST_F(Watching, BeginsWithAReportSoThatNothingIsMissedBefore) {
  write(config);
  watch_config();
  EXPECT_GE(reports.get(), 1);
}

TEST_F(Watching, ReportsWhateverIsDoneToTheFile) {
  write(config);
  watch_config();
  expect_report("written in place", [&] { write(config, "y"); });
  expect_report("appended to", [&] { std::ofstream{config, std::ios::app} << "z"; });
  expect_report("replaced", [&] {
    write(root / "config.toml.new");
    fs::rename(root / "config.toml.new", config);
  });
  expect_report("made unreadable", [&] { fs::permissions(config, fs::perms::none); });
  expect_report("removed", [&] { fs::remove(config); });
  expect_report("written anew", [&] { write(config); });
  expect_report("moved away", [&] { fs::rename(config, root / "config.toml.old"); });
  expect_report("hard-linked", [&] { fs::create_hard_link(root / "config.toml.old", config); });
  expect_report("made a link", [&] { replace_link("config.toml.old", config); });
  expect_report("written where the link leads", [&] { write(root / "config.toml.old", "w"); });
}

TEST_F(Watching, PassesOverWhatElseLiesInTheFolder) {
  write(config);
  write(root / "state.db");
  watch_config();
  expect_no_report("lavavisor's own files", [&] {
    write(root / "state.db", "y");
    write(root / "state.db-wal");
    fs::remove(root / "state.db-wal");
    write(root / "lock");
    fs::create_directories(root / "upgrades/v6.2.5");
    write(root / ".config.toml.swp");
    write(config.string() + "~");
  });
  expect_report("and then the file", [&] { write(config, "y"); });
}

TEST_F(Watching, WaitsForTheEndOfAFileThatIsBeingWritten) {
  watch_config();
  std::ofstream half;
  expect_no_report("begun", [&] {
    half.open(config);
    half << "directory = " << std::flush;
  });
  expect_report("ended", [&] {
    half << "'/x'\n";
    half.close();
  });
}

TEST_F(Watching, ReportsAFileThatIsWrittenWithoutAPause) {
  write(config);
  watch_config();
  const int before = reports.get();
  std::jthread writer{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      write(config, "y");
    }
  }};
  EXPECT_TRUE(reports.reaches(before + 2));
}

TEST_F(Watching, ReportsManyChangesOnce) {
  write(config);
  watch_config();
  const int before = reports.get();
  for (int i = 0; i < 100; ++i) {
    write(config, std::to_string(i));
  }
  ASSERT_TRUE(reports.reaches(before + 1));
  settle();
  EXPECT_LT(reports.get() - before, 20);
}

TEST_F(Watching, WatchesEveryFile) {
  fs::create_directories(root / "services");
  const fs::path yaml = root / "services/provider-eth1.yml";
  write(config);
  write(yaml);
  watch({config, yaml});
  expect_report("the second", [&] { write(yaml, "y"); });
  expect_report("the first", [&] { write(config, "y"); });
  expect_report("the second's folder is gone", [&] { fs::remove_all(root / "services"); });
  expect_report("and is back", [&] { fs::create_directories(root / "services"); });
  expect_report("with the file", [&] { write(yaml); });
  expect_report("which changes", [&] { write(yaml, "y"); });
}

TEST_F(Watching, FollowsALinkThatIsMovedToAnotherFolder) {
  for (const char* revision : {"1", "2", "3"}) {
    fs::create_directories(root / "revisions" / revision);
    write(root / "revisions" / revision / "config.toml");
  }
  fs::create_symlink("revisions/1/config.toml", config);
  watch_config();
  expect_report("the link", [&] { replace_link("revisions/2/config.toml", config); });
  expect_report("where it leads", [&] { write(root / "revisions/2/config.toml", "y"); });
  expect_no_report("where it led", [&] { write(root / "revisions/1/config.toml", "y"); });
  expect_report("an absolute link",
                [&] { replace_link(root / "revisions/3/config.toml", config); });
  expect_report("where that leads", [&] { write(root / "revisions/3/config.toml", "y"); });
}

TEST_F(Watching, FollowsKubernetesAndItsLinkBehindTheLink) {
  const auto lay_out = [this](const std::string& revision) {
    fs::create_directories(root / revision);
    write(root / revision / "config.toml", revision);
  };
  lay_out("..2026_01");
  fs::create_symlink("..2026_01", root / "..data");
  fs::create_symlink("..data/config.toml", config);
  watch_config();
  for (const char* revision : {"..2026_02", "..2026_03"}) {
    expect_report(revision, [&] {
      const fs::path before = root / fs::read_symlink(root / "..data");
      lay_out(revision);
      replace_link(revision, root / "..data");
      fs::remove_all(before);
    });
  }
}

TEST_F(Watching, FollowsALinkedFolderAboveTheFile) {
  for (const char* revision : {"a", "b"}) {
    fs::create_directories(root / revision / "etc");
    write(root / revision / "etc/config.toml");
  }
  fs::create_symlink("a", root / "current");
  watch({root / "current/etc/config.toml"});
  expect_report("the folder's link", [&] { replace_link("b", root / "current"); });
  expect_report("the file behind it", [&] { write(root / "b/etc/config.toml", "y"); });
}

TEST_F(Watching, GoesUpFromWhereALinkedFolderReallyIs) {
  fs::create_directories(root / "srv/conf");
  fs::create_directories(root / "srv/shared");
  write(root / "srv/shared/config.toml");
  fs::create_symlink(root / "srv/conf", root / "etc");
  fs::create_symlink("../shared/config.toml", root / "srv/conf/config.toml");
  watch({root / "etc/config.toml"});
  expect_report("the file", [&] { write(root / "srv/shared/config.toml", "y"); });
}

TEST_F(Watching, SurvivesThatItsFolderIsRemovedAndMadeAgain) {
  const fs::path folder = root / "etc/lavavisor";
  fs::create_directories(folder);
  write(folder / "config.toml");
  watch({folder / "config.toml"});
  for (int round = 0; round < 3; ++round) {
    expect_report("removed", [&] { fs::remove_all(root / "etc"); });
    expect_report("made again", [&] {
      fs::create_directories(folder);
      write(folder / "config.toml");
    });
    expect_report("changed", [&] { write(folder / "config.toml", "y"); });
  }
}

TEST_F(Watching, SurvivesThatItsFolderIsSwappedForAnother) {
  const fs::path folder = root / "lavavisor";
  fs::create_directories(folder);
  write(folder / "config.toml");
  watch({folder / "config.toml"});
  expect_report("swapped", [&] {
    fs::create_directories(root / "new");
    write(root / "new/config.toml");
    fs::rename(folder, root / "old");
    fs::rename(root / "new", folder);
  });
  expect_report("the new one's file", [&] { write(folder / "config.toml", "y"); });
  expect_no_report("the old one's", [&] { write(root / "old/config.toml", "y"); });
}

TEST_F(Watching, WaitsForAFileWhoseFolderIsNotThereYet) {
  watch({root / "a/b/config.toml"});
  expect_report("it comes", [&] {
    fs::create_directories(root / "a/b");
    write(root / "a/b/config.toml");
  });
  expect_report("it changes", [&] { write(root / "a/b/config.toml", "y"); });
}

TEST_F(Watching, WaitsForWhatADanglingLinkLeadsTo) {
  fs::create_symlink("later/config.toml", config);
  watch_config();
  expect_report("it comes", [&] {
    fs::create_directories(root / "later");
    write(root / "later/config.toml");
  });
}

class WatchingAFolder : public Watching {
 protected:
  WatchingAFolder() {
    fs::create_directories(folder);
    write(folder / "00-chain.toml");
  }

  const fs::path folder = root / "config.d";
};

TEST_F(WatchingAFolder, ReportsWhateverIsDoneToItsFragments) {
  watch({folder});
  expect_report("written", [&] { write(folder / "00-chain.toml", "y"); });
  expect_report("added", [&] { write(folder / "10-eth.toml"); });
  expect_report("the new one written", [&] { write(folder / "10-eth.toml", "y"); });
  expect_report("renamed", [&] { fs::rename(folder / "10-eth.toml", folder / "20-eth.toml"); });
  expect_report("put aside",
                [&] { fs::rename(folder / "20-eth.toml", folder / "20-eth.toml.off"); });
  expect_report("taken up again",
                [&] { fs::rename(folder / "20-eth.toml.off", folder / "20-eth.toml"); });
  expect_report("removed", [&] { fs::remove(folder / "20-eth.toml"); });
}

TEST_F(WatchingAFolder, PassesOverWhatIsNoFragment) {
  watch({folder});
  expect_no_report("others", [&] {
    write(folder / "00-chain.toml~");
    write(folder / ".00-chain.toml.swp");
    write(folder / ".hidden.toml");
    write(folder / "provider.yml");
    fs::create_directories(folder / "sub");
    write(folder / "sub/10.toml");
  });
}

TEST_F(WatchingAFolder, WaitsForTheEndOfAFragmentThatIsBeingWritten) {
  watch({folder});
  std::ofstream half;
  expect_no_report("begun", [&] {
    half.open(folder / "10-eth.toml");
    half << "[[serv" << std::flush;
  });
  expect_report("ended", [&] { half.close(); });
}

TEST_F(WatchingAFolder, FollowsFragmentsThatAreLinks) {
  write(root / "elsewhere.toml");
  watch({folder});
  expect_report("a link is made",
                [&] { fs::create_symlink("../elsewhere.toml", folder / "10-link.toml"); });
  expect_report("written where it leads", [&] { write(root / "elsewhere.toml", "y"); });
  expect_report("removed there", [&] { fs::remove(root / "elsewhere.toml"); });
  expect_report("back there", [&] { write(root / "elsewhere.toml"); });
}

TEST_F(WatchingAFolder, FollowsALinkThatIsSwapped) {
  for (const char* revision : {"1", "2"}) {
    fs::create_directories(root / "revisions" / revision / "config.d");
    write(root / "revisions" / revision / "config.d/a.toml");
  }
  fs::create_symlink("revisions/1", root / "current");
  fs::create_symlink("current/config.d", root / "etc.d");
  watch({root / "etc.d"});
  expect_report("swapped", [&] { replace_link("revisions/2", root / "current"); });
  expect_report("added behind it", [&] { write(root / "revisions/2/config.d/b.toml"); });
  expect_no_report("added where it led", [&] { write(root / "revisions/1/config.d/b.toml"); });
}

TEST_F(WatchingAFolder, FollowsKubernetes) {
  const fs::path mount = root / "mount";
  const auto lay_out = [&](const std::string& revision) {
    fs::create_directories(mount / revision);
    write(mount / revision / "00-chain.toml", revision);
  };
  lay_out("..2026_01");
  fs::create_symlink("..2026_01", mount / "..data");
  fs::create_symlink("..data/00-chain.toml", mount / "00-chain.toml");
  watch({mount});
  expect_report("an update", [&] {
    lay_out("..2026_02");
    replace_link("..2026_02", mount / "..data");
    fs::remove_all(mount / "..2026_01");
  });
  expect_report("one with another fragment", [&] {
    lay_out("..2026_03");
    write(mount / "..2026_03/10-eth.toml");
    replace_link("..2026_03", mount / "..data");
    fs::create_symlink("..data/10-eth.toml", mount / "10-eth.toml");
    fs::remove_all(mount / "..2026_02");
  });
}

TEST_F(WatchingAFolder, SurvivesThatItIsRemovedAndMadeAgain) {
  watch({folder});
  expect_report("removed", [&] { fs::remove_all(folder); });
  expect_report("made again", [&] { fs::create_directories(folder); });
  expect_report("filled", [&] { write(folder / "00-chain.toml"); });
}

TEST_F(WatchingAFolder, IsNoticedWhereItTakesTheFilesPlace) {
  watch({root / "new.d"});
  expect_report("made", [&] { fs::create_directories(root / "new.d"); });
  expect_report("filled", [&] { write(root / "new.d/a.toml"); });
}

TEST_F(Watching, EndsAtOnceAndReportsNothingAfterwards) {
  write(config);
  for (int round = 0; round < 50; ++round) {
    watch_config();
    write(config, "y");
    watched.reset();
    const int after = reports.get();
    write(config, "z");
    EXPECT_EQ(reports.get(), after);
  }
}

/// How many folders this process watches.
int watches_in_use() {
  int watches = 0;
  for (const auto& entry : fs::directory_iterator{"/proc/self/fdinfo"}) {
    std::ifstream info{entry.path()};
    for (std::string line; std::getline(info, line);) {
      watches += line.starts_with("inotify ") ? 1 : 0;
    }
  }
  return watches;
}

TEST_F(Watching, LeavesNoWatchBehindOnFoldersThatDecideNoMore) {
  for (int revision = 0; revision < 10; ++revision) {
    fs::create_directories(root / std::to_string(revision));
    write(root / std::to_string(revision) / "config.toml");
  }
  fs::create_symlink("0", root / "current");
  watch({root / "current/config.toml"});
  const int before = watches_in_use();
  for (int revision = 1; revision < 10; ++revision) {
    expect_report("moved", [&] { replace_link(std::to_string(revision), root / "current"); });
  }
  EXPECT_EQ(watches_in_use(), before);
}

TEST(DecidingEntries, AreAllPartsOfTheWayAndOfTheWaysThatLinksLead) {
  const base::Scratch scratch;
  const fs::path root = fs::canonical(scratch.path());
  fs::create_directories(root / "..2026");
  write(root / "..2026/config.toml");
  fs::create_symlink("..2026", root / "..data");
  fs::create_symlink("..data/config.toml", root / "config.toml");
  const auto entries = deciding_entries(root / "." / "config.toml");
  EXPECT_EQ(entries.at(root), (std::set<std::string>{"config.toml", "..data", "..2026"}));
  EXPECT_EQ(entries.at(root / "..2026"), std::set<std::string>{"config.toml"});
  EXPECT_TRUE(entries.at(root.parent_path()).contains(root.filename().string()));
  EXPECT_TRUE(entries.contains("/"));
  EXPECT_FALSE(entries.contains(root / "..data"));
}

TEST(DecidingEntries, EndForALinkThatLeadsToItself) {
  const base::Scratch scratch;
  fs::create_symlink("loop", scratch.path() / "loop");
  const auto entries = deciding_entries(scratch.path() / "loop/config.toml");
  EXPECT_TRUE(entries.contains(fs::canonical(scratch.path())));
}

}  // namespace
}  // namespace lavavisor::process
