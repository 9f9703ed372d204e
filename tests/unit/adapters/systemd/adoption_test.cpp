// Units that others made, taken over: only the declared content, only from the two places, kept
// first, and from every state that a killed pass can leave.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/unit_files.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "model/layout.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace lavavisor::systemd {
namespace {

namespace fs = std::filesystem;

const std::string k_ours = "# Managed by lavavisor\n[Service]\nExecStart=/a\n\n[X-Lavavisor]\n";
const std::string k_theirs = "[Service]\nExecStart=/usr/local/bin/lavap cache :1\n";

void write(const Path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream{path} << text;
}

std::string read(const Path& path) {
  return base::read_file(path).value_or("(none)");
}

std::string error_of(const base::Result<void>& result) {
  return result ? "" : result.error().message;
}

Path temporary_directory() {
  std::string name = (fs::temp_directory_path() / "lavavisor-adopt-XXXXXX").string();
  return mkdtemp(name.data());
}

/// The service p, whose unit k_theirs may be taken over.
class Adoption : public testing::Test {
 protected:
  Adoption() {
    places.directory = root / "lava";
    places.systemd.unit_dir = root / "etc";
    places.adopted["p"] = base::sha256_hex(k_theirs);
    fs::create_directories(places.systemd.unit_dir);
    fs::create_directories(other());
  }
  ~Adoption() override { fs::remove_all(root); }

  Path own() const { return model::unit_file(places.directory, "p"); }
  Path kept() const { return model::imported_unit_file(places.directory, "p"); }
  Path link() const { return places.systemd.unit_dir / "p.service"; }
  Path other() const { return root / "usr"; }
  model::UnitFile look() {
    auto found = files.units(places, {"p"});
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->at("p") : model::UnitFile{};
  }
  void as_the_original_leaves_it() {
    write(own(), k_theirs);
    fs::create_symlink(own(), link());
  }
  void write_by_hand() { write(link(), k_theirs); }
  void clear() {
    fs::remove_all(places.directory);
    fs::remove_all(link());
    fs::remove_all(other() / "p.service");
  }
  void expect_taken_over() {
    EXPECT_EQ(look().text, k_ours);
    EXPECT_TRUE(look().linked);
    EXPECT_EQ(look().foreign, "");
    EXPECT_EQ(fs::read_symlink(link()), own());
    EXPECT_EQ(read(own()), k_ours);
    EXPECT_EQ(read(kept()), k_theirs);
    EXPECT_EQ(fs::status(kept()).permissions(), fs::perms{0600});
  }

  Path root = temporary_directory();
  ports::UnitPlaces places;
  UnitFiles files{{root / "etc", other()}};
};

TEST_F(Adoption, TakesOverWhatTheOriginalLinked) {
  as_the_original_leaves_it();
  EXPECT_EQ(look().foreign, "");
  EXPECT_EQ(look().text, k_theirs);
  EXPECT_TRUE(look().linked);
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_ours)), "");
  expect_taken_over();
}

TEST_F(Adoption, TakesOverAFileInUnitDir) {
  write_by_hand();
  EXPECT_EQ(look().foreign, "");
  EXPECT_EQ(look().text, k_theirs);
  EXPECT_FALSE(look().linked);
  EXPECT_GT(look().modified.time_since_epoch().count(), 0);
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_ours)), "");
  expect_taken_over();
}

TEST_F(Adoption, EndsTheSameFromEveryStateThatAKilledPassLeaves) {
  const std::vector<std::pair<std::string, std::function<void()>>> rows{
      {"kept",
       [&] {
         write_by_hand();
       }},
      {"kept, below the directory",
       [&] {
         as_the_original_leaves_it();
       }},
      {"kept and written",
       [&] {
         write_by_hand();
         write(own(), k_ours);
       }},
      {"kept and written, below the directory",
       [&] {
         as_the_original_leaves_it();
         write(own(), k_ours);
       }},
      {"all but the link",
       [&] {
         write(own(), k_ours);
       }},
      {"both places hold it",
       [&] {
         write_by_hand();
         write(own(), k_theirs);
       }},
  };
  for (const auto& [what, leave] : rows) {
    SCOPED_TRACE(what);
    leave();
    fs::create_directories(kept().parent_path());
    ASSERT_TRUE(base::write_file_atomically(kept(), k_theirs, {0600, std::nullopt}));
    const auto before = base::stamp_file(kept());
    EXPECT_EQ(look().foreign, "");
    ASSERT_EQ(error_of(files.write_unit(places, "p", k_ours)), "");
    expect_taken_over();
    EXPECT_EQ(base::stamp_file(kept()), before);
    clear();
  }
}

TEST_F(Adoption, ReportsWhatSystemdReadsWhileTheLinkIsNotThereYet) {
  write_by_hand();
  write(own(), k_ours);
  EXPECT_EQ(look().text, k_theirs);
}

TEST_F(Adoption, KeepsNothingWhereNothingIsTakenOver) {
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_ours)), "");
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_ours + "#\n")), "");
  EXPECT_FALSE(fs::exists(kept()));
}

TEST_F(Adoption, LeavesWhatWasKeptWhenTheServiceGoes) {
  as_the_original_leaves_it();
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_ours)), "");
  ASSERT_EQ(error_of(files.remove_unit(places, "p")), "");
  EXPECT_FALSE(fs::exists(own()));
  EXPECT_FALSE(fs::exists(fs::symlink_status(link())));
  EXPECT_EQ(read(kept()), k_theirs);
  const auto found = files.units(places, {});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->empty());
}

TEST_F(Adoption, RefusesAllElseAndChangesNothing) {
  const std::string digest = base::sha256_hex(k_theirs + "#\n");
  struct Row {
    std::string what;
    std::function<void()> put;
    std::string words;
  };
  const std::vector<Row> rows{
      {"another text in unit_dir",
       [&] { write(link(), k_theirs + "#\n"); },
       "it is not the file that `adopt` names, so it was changed since; look at what it says now, "
       "and to have that taken over write adopt = \"" +
           digest + "\""},
      {"another text below the directory", [&] { write(own(), k_theirs + "#\n"); }, digest},
      {"one of two texts is another",
       [&] {
         write_by_hand();
         write(own(), k_theirs + "#\n");
       },
       own().string() + " was not made by this lavavisor"},
      {"the other of two texts is another",
       [&] {
         write(own(), k_theirs);
         write(link(), k_theirs + "#\n");
       },
       link().string() + " is a unit file"},
      {"the text in another folder",
       [&] { write(other() / "p.service", k_theirs); },
       (other() / "p.service").string() + " is a unit file"},
      {"the text there, too",
       [&] {
         write_by_hand();
         write(other() / "p.service", k_theirs);
       },
       (other() / "p.service").string() + " is a unit file"},
      {"a link to the text",
       [&] {
         write(root / "elsewhere", k_theirs);
         fs::create_symlink(root / "elsewhere", link());
       },
       "is a link to"},
      {"another directory's unit",
       [&] {
         write(root / "lava2/services/p.service", k_theirs);
         fs::create_symlink(root / "lava2/services/p.service", link());
       },
       "another lavavisor directory"},
      {"a link in our place",
       [&] {
         write(root / "elsewhere", k_theirs);
         fs::create_directories(own().parent_path());
         fs::create_symlink(root / "elsewhere", own());
       },
       "is not a regular file"},
      {"a masked unit",
       [&] {
         write(own(), k_theirs);
         fs::create_symlink("/dev/null", link());
       },
       "is masked"},
      {"something else is kept already",
       [&] {
         as_the_original_leaves_it();
         write(kept(), "precious");
       },
       "where something else stands; move that away"},
  };
  const auto all = [&] {
    std::string texts;
    for (const Path& path : {link(), own(), kept(), other() / "p.service", root / "elsewhere"}) {
      texts += read(path) + (fs::is_symlink(path) ? " by link\n" : "\n");
    }
    return texts;
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    row.put();
    EXPECT_NE(look().foreign.find(row.words), std::string::npos) << look().foreign;
    const auto before = all();
    EXPECT_NE(error_of(files.write_unit(places, "p", k_ours)).find(row.words), std::string::npos);
    EXPECT_EQ(all(), before);
    clear();
  }
}

TEST_F(Adoption, LeavesAFileInUnitDirWhereUnitsAreNotLinked) {
  places.systemd.create_link = false;
  write_by_hand();
  EXPECT_NE(look().foreign.find("is a unit file"), std::string::npos);
  EXPECT_FALSE(files.write_unit(places, "p", k_ours));
  EXPECT_EQ(read(link()), k_theirs);
}

TEST_F(Adoption, IsOfferedWhereNothingIsDeclared) {
  places.adopted.clear();
  const std::string key = "write adopt = \"" + base::sha256_hex(k_theirs) + "\"";
  write_by_hand();
  EXPECT_NE(look().foreign.find(key), std::string::npos) << look().foreign;
  clear();
  as_the_original_leaves_it();
  EXPECT_NE(look().foreign.find(key), std::string::npos) << look().foreign;
}

}  // namespace
}  // namespace lavavisor::systemd
