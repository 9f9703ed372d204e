// Which installed binaries are fit to run, and how often each is hashed and probed.
// SPDX-License-Identifier: Apache-2.0
#include "observe/binaries.hpp"

#include "fakes/host.hpp"

#include <gtest/gtest.h>

namespace lavavisor::observe {
namespace {

using fakes::Host;
using model::BinarySource;
using model::Release;

const Release k_release{"6.1.0"};
const std::string k_path = "/var/lib/lavavisor/upgrades/v6.1.0/lavap";

struct Disk : Host {
  Disk() : Host{fakes::desired_with({})} { machine.place("6.1.0", "6.0.9"); }

  model::Binary look() {
    return observe_binaries(
               desired, ports.binaries, ports.binaries, machine.memory.binaries, machine.now())
        .at(k_release);
  }

  void know(BinarySource source) {
    const auto& file = machine.binaries.at(k_release);
    machine.memory.binaries.insert_or_assign(
        k_release,
        model::BinaryRecord{
            k_release, file.program.sha256(k_release), file.stamp, source, {6, 0, 9}, {}});
  }

  void touch() { machine.binaries.at(k_release).stamp.changed = 1; }
  void change() {
    touch();
    machine.binaries.at(k_release).program.edition = 2;
    machine.binaries.at(k_release).program.reports = "6.0.10";
  }
  unsigned hashed() { return machine.hashes[k_path]; }
  unsigned probed() { return machine.probes[k_path]; }
};

TEST(ObserveBinaries, HashesAndProbesWhatWasPlacedByHand) {
  Disk disk;
  const auto binary = disk.look();
  ASSERT_TRUE(binary.record);
  EXPECT_EQ(binary.record->source, BinarySource::placed);
  EXPECT_EQ(binary.record->reported, (model::Version{6, 0, 9}));
  EXPECT_EQ(disk.hashed() + disk.probed(), 2U);
}

TEST(ObserveBinaries, TrustsAnUnchangedStamp) {
  Disk disk;
  disk.know(BinarySource::downloaded);
  EXPECT_TRUE(disk.look().record);
  EXPECT_EQ(disk.hashed() + disk.probed(), 0U);
}

TEST(ObserveBinaries, HashesButDoesNotProbeATouchedFile) {
  Disk disk;
  disk.know(BinarySource::downloaded);
  disk.touch();
  const auto binary = disk.look();
  ASSERT_TRUE(binary.record);
  EXPECT_EQ(binary.record->stamp.changed, 1);
  EXPECT_EQ(binary.record->source, BinarySource::downloaded);
  EXPECT_EQ(disk.hashed(), 1U);
  EXPECT_EQ(disk.probed(), 0U);
}

TEST(ObserveBinaries, RefusesADownloadThatChanged) {
  Disk disk;
  disk.know(BinarySource::downloaded);
  disk.change();
  const auto binary = disk.look();
  ASSERT_FALSE(binary.record);
  EXPECT_TRUE(binary.record.error().message.starts_with("it changed after it was verified"));
}

TEST(ObserveBinaries, TakesAnotherFileThatWasPlacedByHand) {
  Disk disk;
  disk.know(BinarySource::placed);
  disk.change();
  EXPECT_EQ(disk.look().record->reported, (model::Version{6, 0, 10}));
}

TEST(ObserveBinaries, HoldsEachAgainstItsPin) {
  for (const auto source : {BinarySource::placed, BinarySource::downloaded}) {
    Disk disk;
    disk.know(source);
    disk.desired.binary.sha256[k_release] = std::string(64, '0');
    EXPECT_FALSE(disk.look().record);
    disk.machine.memory.binaries.clear();
    EXPECT_FALSE(disk.look().record);
    disk.desired.binary.sha256[k_release] =
        disk.machine.binaries.at(k_release).program.sha256(k_release);
    EXPECT_TRUE(disk.look().record);
  }
}

TEST(ObserveBinaries, TellsOfEachFileWhatItIsAndWhetherItIsHeld) {
  for (const bool held : {false, true}) {
    Disk disk;
    disk.machine.binaries.at(k_release).held = held;
    EXPECT_EQ(disk.look().held, held);
    disk.machine.place("6.1.0", "");
    EXPECT_EQ(disk.look().stamp, disk.machine.binaries.at(k_release).stamp) << "also an unfit one";
  }
}

TEST(ObserveBinaries, HoldsNothingThatWasBuiltAgainstAPin) {
  using model::Method;
  struct Row {
    Method method;
    BinarySource source;
    bool is_held;
  };
  for (const Row& row : {Row{Method::release, BinarySource::built, true},
                         Row{Method::automatic, BinarySource::built, false},
                         Row{Method::automatic, BinarySource::downloaded, true},
                         Row{Method::automatic, BinarySource::placed, true},
                         Row{Method::build, BinarySource::built, false},
                         Row{Method::build, BinarySource::placed, false}}) {
    Disk disk;
    disk.know(row.source);
    disk.desired.binary.method = row.method;
    disk.desired.binary.sha256[k_release] = std::string(64, '0');
    EXPECT_EQ(bool{disk.look().record}, !row.is_held);
  }
}

TEST(ObserveBinaries, SaysWhyOneThatAnswersNothingIsUnfit) {
  Disk disk;
  disk.machine.place("6.1.0", "");
  EXPECT_EQ(disk.look().record.error().message, "it printed no version");
}

}  // namespace
}  // namespace lavavisor::observe
