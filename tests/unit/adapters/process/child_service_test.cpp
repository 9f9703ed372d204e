// wrap's service manager with real children: shell scripts in the place of lavap. Each test's
// wrapper is a process of its own, since it takes signals and adopts orphans.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/child_service.hpp"

#include "adapters/process/init.hpp"
#include "adapters/process/system_clock.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

namespace lavavisor::process {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A directory with one "release" that is a shell script.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "child-XXXXXX").string();
    m_path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(m_path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void place(const std::string& release, const std::string& script) const {
    const auto file = model::binary_file(m_path, *model::parse_release(release));
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file} << "#!/bin/sh\ncd " << m_path.string() << "\n" << script;
    std::filesystem::permissions(file, std::filesystem::perms{0755});
  }

  const model::Path& path() const { return m_path; }

  std::string read(const std::string& name) const {
    std::ifstream file{m_path / name};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

 private:
  model::Path m_path;
};

/// What a test does in the loop's thread.
struct Stage {
  ChildService& child;
  ChildUnits& units;
  const Folder& folder;

  void choose(const std::string& release) const {
    (void)units.write_unit(
        {}, "lavap", "[X-Lavavisor]\nRelease=" + release + "\nDigest=" + release + "\n");
  }
  base::Result<void> job(ports::Job::Kind kind) const { return child.run({{kind, "lavap"}})[0]; }
  model::ServiceState state() const { return child.states({"lavap"})->at("lavap"); }

  /// Wait until the state is as asked.
  bool await(const std::function<bool(const model::ServiceState&)>& is_there) const {
    for (int i = 0; i < 400 && !is_there(state()); ++i) {
      child.wait_for_change(milliseconds{25}, {});
    }
    return is_there(state());
  }
  bool await_file(const std::string& name) const {
    return await([&](const auto&) { return folder.read(name).ends_with("\n"); });
  }
};

bool is_active(const model::ServiceState& state) {
  return state.active_state == "active";
}

/// Be the wrapper; never returns.
[[noreturn]] void wrap(const Folder& folder,
                       RestartPolicy restart,
                       const std::function<bool(const Stage&)>& act) {
  const InitSignals signals;
  SystemClock clock;
  ChildUnits units{clock};
  ChildSettings settings;
  settings.service = "lavap";
  settings.directory = folder.path();
  settings.command = {"rpcconsumer", "a b"};
  settings.restart = restart;
  settings.stop_timeout = milliseconds{300};
  ChildService child{settings,
                     units,
                     clock,
                     [] { return base::Fd{}; },
                     [] {
                     }};
  std::thread loop{[&] {
    if (!act({child, units, folder})) {
      std::_Exit(99);
    }
  }};
  const int code = look_after(child, signals, [] {});
  loop.join();
  std::_Exit(code);
}

using Kind = ports::Job::Kind;

TEST(ChildService, PassesTheWordsAndTheExitCodeOn) {
  const Folder folder;
  folder.place("1.0.0", "printf '%s|' \"$@\" > said; exit 7");
  EXPECT_EXIT(wrap(folder,
                   RestartPolicy::never,
                   [](const Stage& stage) {
                     stage.choose("1.0.0");
                     return stage.job(Kind::start).has_value();
                   }),
              testing::ExitedWithCode(7),
              "");
  EXPECT_EQ(folder.read("said"), "rpcconsumer|a b|");
}

TEST(ChildService, ExitsWith128AndTheSignalThatKilledTheChild) {
  const Folder folder;
  folder.place("1.0.0", "kill -9 $$");
  EXPECT_EXIT(wrap(folder,
                   RestartPolicy::never,
                   [](const Stage& stage) {
                     stage.choose("1.0.0");
                     return stage.job(Kind::start).has_value();
                   }),
              testing::ExitedWithCode(137),
              "");
}

TEST(ChildService, WaitsForTheEndOfATurnBeforeItGivesUp) {
  const Folder folder;
  folder.place("1.0.0", "exit 3");
  folder.place("2.0.0", "exit 4");
  EXPECT_EXIT(wrap(folder,
                   RestartPolicy::never,
                   [](const Stage& stage) {
                     stage.child.turn_began();
                     stage.choose("1.0.0");
                     (void)stage.job(Kind::start);
                     const bool failed =
                         stage.await([](const auto& s) { return s.active_state == "failed"; });
                     stage.choose("2.0.0");
                     (void)stage.job(Kind::restart);
                     stage.child.turn_ended();
                     return failed;
                   }),
              testing::ExitedWithCode(4),
              "");
}

TEST(ChildService, RestartsOnlyAfterTheOldProcessAndAllThatItLeftBehindAreGone) {
  const Folder folder;
  folder.place("1.0.0",
               "setsid sh -c 'trap \"\" INT TERM; while :; do sleep 1; done' orphan & echo $! > "
               "orphan\ntrap 'exit 0' INT\nwhile :; do sleep 0.02; done");
  folder.place("2.0.0",
               "kill -0 $(cat orphan) 2>/dev/null && echo alive > found || echo gone > found\n"
               "trap 'exit 5' INT\nwhile :; do sleep 0.02; done");
  EXPECT_EXIT(wrap(folder,
                   RestartPolicy::always,
                   [](const Stage& stage) {
                     stage.choose("1.0.0");
                     (void)stage.job(Kind::start);
                     if (!stage.await_file("orphan")) {
                       return false;
                     }
                     stage.choose("2.0.0");
                     const auto done = stage.job(Kind::restart);
                     const auto state = stage.state();
                     const bool new_one = done && is_active(state) && state.restarts == 0 &&
                                          state.process->unit_digest == "2.0.0";
                     const bool told = stage.await_file("found");
                     ::kill(::getpid(), SIGTERM);
                     return new_one && told;
                   }),
              testing::ExitedWithCode(5),
              "");
  EXPECT_EQ(folder.read("found"), "gone\n");
}

TEST(ChildService, KillsAChildThatIgnoresSigintWhenItsTimeIsOver) {
  const Folder folder;
  folder.place("1.0.0", "trap '' INT\necho up > up\nwhile :; do sleep 0.02; done");
  EXPECT_EXIT(wrap(folder,
                   RestartPolicy::always,
                   [](const Stage& stage) {
                     stage.choose("1.0.0");
                     (void)stage.job(Kind::start);
                     const bool up = stage.await_file("up");
                     ::kill(::getpid(), SIGTERM);
                     ::kill(::getpid(), SIGTERM);
                     return up;
                   }),
              testing::ExitedWithCode(137),
              "");
}

TEST(ChildService, BringsACrashedChildBackAfterASecondAndCountsThat) {
  const Folder folder;
  folder.place("1.0.0", "test -e once && exec sleep 1000\necho 1 > once\nexit 1");
  EXPECT_EXIT(wrap(folder,
                   RestartPolicy::on_failure,
                   [](const Stage& stage) {
                     SystemClock clock;
                     const auto began = clock.steady();
                     stage.choose("1.0.0");
                     (void)stage.job(Kind::start);
                     const bool back =
                         stage.await([](const auto& s) { return is_active(s) && s.restarts == 1; });
                     const auto took = clock.steady() - began;
                     ::kill(::getpid(), SIGTERM);
                     return back && took >= seconds{1} && took < seconds{3};
                   }),
              testing::ExitedWithCode(130),
              "");
}

TEST(ChildService, EndsWithZeroWhenNothingRuns) {
  const Folder folder;
  EXPECT_EXIT(wrap(folder,
                   RestartPolicy::always,
                   [](const Stage& stage) {
                     const auto started = stage.job(Kind::start);
                     ::kill(::getpid(), SIGTERM);
                     return !started && started.error().message.starts_with("no release");
                   }),
              testing::ExitedWithCode(0),
              "");
}

}  // namespace
}  // namespace lavavisor::process
