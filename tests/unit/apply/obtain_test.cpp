// How a binary is had: by which way, what is left of the others, what errors tell.
// SPDX-License-Identifier: Apache-2.0
#include "apply/obtain.hpp"

#include "fakes/host.hpp"

#include <gtest/gtest.h>

namespace lavavisor::apply {
namespace {

using fakes::Host;
using model::BinarySource;
using model::Method;
using model::Release;
using Lines = std::vector<std::string>;

const Release k_release{"6.2.5"};

struct Bench : Host {
  explicit Bench(Method method) : Host{fakes::desired_with({"a"})} {
    desired.binary.method = method;
  }

  void publish_source(const std::string& build_error = {}) {
    machine.sources[k_release] = {{"6.2.5", {}, 7}, "", build_error};
  }

  base::Result<Obtained> obtain(const Release& release = k_release) {
    machine.forget_effects();
    return apply::obtain(
        desired, release, ports.actuators(), [](const auto&) {}, stop.get_token());
  }

  std::string error() {
    const auto obtained = obtain();
    return obtained ? "" : obtained.error().message;
  }

  bool is_clean() const {
    return machine.unpacked.empty() && machine.archives.empty() && machine.staged.empty();
  }
};

const Lines k_build{"fetch source 6.2.5", "unpack 6.2.5", "compile 6.2.5", "remove source 6.2.5"};

TEST(Obtain, BuildsFromSource) {
  Bench bench{Method::build};
  bench.machine.publish("6.2.5", "6.2.5");
  bench.publish_source();
  const auto obtained = bench.obtain();
  ASSERT_TRUE(obtained) << obtained.error().message;
  EXPECT_EQ(obtained->staged, "/var/lib/lavavisor/upgrades/.v6.2.5.built");
  EXPECT_EQ(obtained->source, BinarySource::built);
  EXPECT_EQ(obtained->sha256, bench.machine.built.at(k_release).sha256(k_release));
  EXPECT_EQ(obtained->reported, (model::Version{6, 2, 5}));
  EXPECT_EQ(bench.machine.effects(), k_build);
  EXPECT_TRUE(bench.is_clean());
}

TEST(Obtain, DownloadsFirstWhenBothWaysAreOpen) {
  Bench bench{Method::automatic};
  bench.machine.publish("6.2.5", "6.2.5");
  bench.publish_source();
  EXPECT_EQ(bench.obtain()->source, BinarySource::downloaded);
  EXPECT_EQ(bench.machine.effects(), Lines{"fetch 6.2.5"});
}

TEST(Obtain, BuildsWhatCanNotBeDownloaded) {
  Bench bench{Method::automatic};
  bench.publish_source();
  EXPECT_EQ(bench.obtain()->source, BinarySource::built);
  EXPECT_TRUE(bench.is_clean());
}

TEST(Obtain, BuildsWhatWasDownloadedButDoesNotRunHere) {
  Bench bench{Method::automatic};
  bench.machine.publish("6.2.5", "");
  bench.publish_source();
  EXPECT_EQ(bench.obtain()->source, BinarySource::built);
  EXPECT_TRUE(bench.is_clean());
}

TEST(Obtain, TellsOfBothWaysWhenBothFail) {
  Bench bench{Method::automatic};
  bench.publish_source("undefined: x");
  EXPECT_EQ(bench.error(),
            "release 6.2.5 is not there (404); and release 6.2.5 can't be built: undefined: x");
  EXPECT_TRUE(bench.is_clean());
}

TEST(Obtain, BuildsNothingAfterAStop) {
  Bench bench{Method::automatic};
  bench.machine.publish("6.2.5", "6.2.5");
  bench.publish_source();
  bench.stop.request_stop();
  EXPECT_EQ(bench.error(), "interrupted");
  EXPECT_TRUE(bench.machine.effects().empty());
}

TEST(Obtain, LeavesNothingOfABuildThatFailed) {
  for (const std::string step : {"unpack 6.2.5", "compile 6.2.5"}) {
    Bench bench{Method::build};
    bench.publish_source();
    bench.machine.fail_on(step, "no space left on device");
    EXPECT_EQ(bench.error(), "release 6.2.5 can't be built: no space left on device");
    EXPECT_TRUE(bench.is_clean()) << step;
  }
}

TEST(Obtain, RemovesWhatAKilledBuildLeftWhicheverWayIsGoneNow) {
  for (const auto method : {Method::release, Method::build, Method::automatic}) {
    Bench bench{method};
    bench.machine.publish("6.2.5", "6.2.5");
    bench.publish_source();
    bench.machine.unpacked[k_release] = {};
    ASSERT_TRUE(bench.obtain());
    EXPECT_EQ(bench.machine.effects().front(), "remove source 6.2.5");
    EXPECT_TRUE(bench.machine.unpacked.empty());
  }
}

TEST(Obtain, DiscardsABuiltBinaryThatIsUnfit) {
  Bench bench{Method::build};
  bench.machine.sources[k_release] = {{""}, "", ""};
  EXPECT_EQ(bench.error(), "release 6.2.5 is built, but unfit: it printed no version");
  EXPECT_TRUE(bench.machine.built.empty());
  EXPECT_TRUE(bench.is_clean());
}

TEST(Obtain, HoldsASourceAgainstThePinThatIsMeant) {
  struct Row {
    Method method;
    bool by_build_pin;
    bool is_held;
  };
  for (const Row& row : {Row{Method::build, true, true},
                         Row{Method::build, false, true},
                         Row{Method::automatic, true, true},
                         Row{Method::automatic, false, false}}) {
    Bench bench{row.method};
    bench.publish_source();
    auto& binary = bench.desired.binary;
    (row.by_build_pin ? binary.build.sha256 : binary.sha256)[k_release] = std::string(64, '0');
    EXPECT_EQ(bool{bench.obtain()}, !row.is_held);
  }
  Bench bench{Method::build};
  bench.publish_source();
  bench.desired.binary.sha256[k_release] = std::string(64, '0');
  bench.desired.binary.build.sha256[k_release] =
      bench.machine.sources.at(k_release).sha256(k_release);
  EXPECT_TRUE(bench.obtain()) << "the archive's own pin beats the other";
}

TEST(Obtain, BuildsLavadForReleasesBefore0_22) {
  struct Row {
    const char* release;
    const char* package;
  };
  for (const Row& row : {Row{"0.21.5", "cmd/lavad"},
                         Row{"0.4.0", "cmd/lavad"},
                         Row{"0.22.0", "cmd/lavap"},
                         Row{"6.2.5", "cmd/lavap"}}) {
    EXPECT_EQ(package_of({}, {row.release}), row.package);
    EXPECT_EQ(package_of({.url = "", .package = "cmd/x", .go = "", .sha256 = {}}, {row.release}),
              "cmd/x");
  }
  Bench bench{Method::build};
  bench.machine.sources[{"0.21.5"}] = {{"0.21.5"}, "", ""};
  ASSERT_TRUE(bench.obtain({"0.21.5"}));
  EXPECT_EQ(bench.machine.packages, Lines{"cmd/lavad"});
}

TEST(Obtain, EndsInAnInstalledBinaryThatIsRecordedAsBuilt) {
  Bench bench{Method::build};
  bench.publish_source();
  bench.machine.chain.target = "6.2.5";
  bench.desired.binary.sha256[k_release] = bench.machine.sources.at(k_release).sha256(k_release);
  bench.settle();
  EXPECT_TRUE(bench.is_converged());
  const auto& record = bench.machine.memory.binaries.at(k_release);
  EXPECT_EQ(record.source, BinarySource::built);
  EXPECT_EQ(record.sha256, bench.machine.binaries.at(k_release).program.sha256(k_release));
}

}  // namespace
}  // namespace lavavisor::apply
