// A look holds until something says otherwise: a row for each thing that can.
// SPDX-License-Identifier: Apache-2.0
#include "cli/last_look.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream{file} << text;
}

model::ChainObservation chain(const std::string& target) {
  const model::RoleVersions role{*model::parse_version(target), *model::parse_version("5.5.0")};
  model::ChainObservation observation;
  observation.versions = model::ChainVersions{role, role};
  observation.agreed = 1;
  return observation;
}

/// A host with one service, at rest when it was looked at.
class LastLookTest : public testing::Test {
 protected:
  LastLookTest() {
    desired.directory = root / "lavavisor";
    desired.systemd.unit_dir = root / "units";
    desired.binary.link = root / "bin/lavap";
    desired.services.resize(1);
    desired.services.front().name = "a";
    write(binary, "binary");
    write(unit, "unit");
    write(yaml, "endpoints: []");
    fs::create_directories(root / "units/multi-user.target.wants");
    fs::create_directories(root / "bin");
    fs::create_symlink(unit, root / "units/a.service");
    fs::create_symlink(binary, desired.binary.link);
    settled.last.observed.chain = chain("6.2.4");
  }

  void look() {
    last.begin(desired, t0);
    last.end(settled);
  }

  bool holds(const model::ChainObservation& now = chain("6.2.4"), Steady::duration later = 15s) {
    return last.still_holds(now, {}, t0 + later) != nullptr;
  }

  const testing_support::TemporaryFolder folder;
  const fs::path root = folder.path();
  model::Desired desired;
  const fs::path binary = root / "lavavisor/upgrades/v6.2.4/lavap";
  const fs::path unit = root / "lavavisor/services/a.service";
  const fs::path yaml = root / "lavavisor/services/protocol_yml_configs/a.yml";
  const Steady::time_point t0 = Steady::now();
  const UnitChanges changes = std::make_shared<std::atomic<unsigned>>(0);
  LastLook last{changes};
  reconcile::Settled settled;
};

TEST_F(LastLookTest, HoldsWhileNothingHappens) {
  look();
  EXPECT_TRUE(holds());
  EXPECT_TRUE(holds(chain("6.2.4"), 299s));
}

TEST_F(LastLookTest, ShowsTheChainAsItIsNow) {
  look();
  auto now = chain("6.2.4");
  now.height = 4711;
  const auto* pass = last.still_holds(now, base::TimePoint{5s}, t0 + 1s);
  ASSERT_NE(pass, nullptr);
  EXPECT_EQ(pass->observed.chain.height, 4711);
  EXPECT_EQ(pass->observed.at, base::TimePoint{5s});
}

TEST_F(LastLookTest, HoldsForFiveMinutesAtMost) {
  look();
  EXPECT_FALSE(holds(chain("6.2.4"), 5min));
}

TEST_F(LastLookTest, EndsWhenTheChainSaysSomethingElse) {
  look();
  EXPECT_FALSE(holds(chain("6.2.5")));
  model::ChainObservation silent;
  silent.versions = tl::make_unexpected(base::Error{"no endpoint answered"});
  EXPECT_FALSE(holds(silent));
  auto fewer = chain("6.2.4");
  fewer.agreed = 2;
  EXPECT_FALSE(holds(fewer));
}

TEST_F(LastLookTest, EndsWhenAUnitWasHeardOf) {
  look();
  ++*changes;
  EXPECT_FALSE(holds());
}

TEST_F(LastLookTest, EndsWhenAUnitWasHeardOfWhileItLooked) {
  last.begin(desired, t0);
  ++*changes;
  last.end(settled);
  EXPECT_FALSE(holds());
}

TEST_F(LastLookTest, EndsWithEachFileThatBecomesAnother) {
  struct Row {
    const char* what;
    std::function<void()> change;
  };
  const Row rows[] = {
      {"the unit was edited",
       [this] {
         write(unit, "another unit");
       }},
      {"the unit's rights changed",
       [this] {
         fs::permissions(unit, fs::perms::owner_read);
       }},
      {"the unit was removed",
       [this] {
         fs::remove(unit);
       }},
      {"the YAML was edited",
       [this] {
         write(yaml, "endpoints: [1]");
       }},
      {"the link of the unit leads elsewhere",
       [this] {
         fs::remove(root / "units/a.service");
         fs::create_symlink("/dev/null", root / "units/a.service");
       }},
      {"a drop-in came",
       [this] {
         write(root / "units/a.service.d/x.conf", "[Service]");
       }},
      {"the unit was disabled",
       [this] {
         write(root / "units/multi-user.target.wants/a.service", "");
       }},
      {"another service came",
       [this] {
         write(unit.parent_path() / "b.service", "");
       }},
      {"the binary was replaced",
       [this] {
         write(binary, "another binary");
       }},
      {"a release came",
       [this] {
         write(root / "lavavisor/upgrades/v6.2.5/lavap", "");
       }},
      {"the link of the binary went",
       [this] {
         fs::remove(desired.binary.link);
       }},
      {"the ledger came",
       [this] {
         write(root / "lavavisor/state.db", "");
       }},
  };
  for (const auto& row : rows) {
    look();
    ASSERT_TRUE(holds()) << row.what;
    row.change();
    EXPECT_FALSE(holds()) << row.what;
  }
}

TEST_F(LastLookTest, EndsWhenABinaryComesIntoAFolderThatWasThere) {
  fs::create_directories(root / "lavavisor/upgrades/v6.2.5");
  look();
  write(root / "lavavisor/upgrades/v6.2.5/lavap", "");
  EXPECT_FALSE(holds());
}

TEST_F(LastLookTest, IsKeptOnlyOfAHostAtRest) {
  struct Row {
    const char* what;
    std::function<void(reconcile::Settled&)> change;
  };
  const Row rows[] = {
      {"failed",
       [](auto& it) {
         it.failed = true;
       }},
      {"rolled back",
       [](auto& it) {
         it.rolled_back = true;
       }},
      {"interrupted",
       [](auto& it) {
         it.last.report.interrupted = true;
       }},
      {"acted",
       [](auto& it) {
         it.last.report.steps.emplace_back();
       }},
      {"something waits",
       [](auto& it) {
         it.last.plan.held.emplace_back();
       }},
      {"something is to be told",
       [](auto& it) {
         it.last.plan.notices.emplace_back();
       }},
      {"a release is condemned",
       [](auto& it) {
         it.last.plan.condemned.emplace_back();
       }},
      {"no versions",
       [](auto& it) {
         it.last.observed.chain.versions = tl::make_unexpected(base::Error{"silent"});
       }},
  };
  for (const auto& row : rows) {
    auto other = settled;
    row.change(other);
    last.begin(desired, t0);
    last.end(other);
    EXPECT_FALSE(holds()) << row.what;
  }
}

TEST_F(LastLookTest, IsNeverKeptWhereNobodyHearsOfUnits) {
  LastLook deaf{nullptr};
  deaf.begin(desired, t0);
  deaf.end(settled);
  EXPECT_TRUE(deaf.is_forgotten());
}

TEST_F(LastLookTest, IsForgottenOnDemand) {
  look();
  last.forget();
  EXPECT_FALSE(holds());
}

}  // namespace
}  // namespace lavavisor::cli
