// Real signals to this process.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/signals.hpp"

#include "adapters/process/system_clock.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace lavavisor::process {
namespace {

using namespace std::chrono_literals;

/// Something that happens in another thread, to be awaited.
class Event {
 public:
  void happen() {
    const std::lock_guard lock{m_mutex};
    ++m_count;
    m_changed.notify_all();
  }
  bool await(int count) {
    std::unique_lock lock{m_mutex};
    return m_changed.wait_for(lock, 10s, [&] { return m_count >= count; });
  }

 private:
  std::mutex m_mutex;
  std::condition_variable m_changed;
  int m_count = 0;
};

TEST(Signals, RequestAStopOnceAndNeverKill) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Event hangup;
    Event stopped;
    const Signals signals{[&] {
      hangup.happen();
    }};
    const std::stop_callback on_stop{signals.token(), [&] {
                                       stopped.happen();
                                     }};
    EXPECT_EQ(signals.received(), 0);
    ::kill(::getpid(), signal);
    EXPECT_TRUE(stopped.await(1));
    EXPECT_EQ(signals.received(), signal);
    ::kill(::getpid(), SIGINT);
    ::kill(::getpid(), SIGTERM);
    ::kill(::getpid(), SIGHUP);
    EXPECT_TRUE(hangup.await(1));  // so those before it have come, too
    EXPECT_EQ(signals.received(), signal);
  }
}

TEST(Signals, CallForEachHangup) {
  Event hangup;
  const Signals signals{[&] {
    hangup.happen();
  }};
  for (int i = 1; i <= 3; ++i) {
    ::kill(::getpid(), SIGHUP);
    EXPECT_TRUE(hangup.await(i));
  }
  EXPECT_FALSE(signals.token().stop_requested());
}

TEST(Signals, TakeALostTerminalForAStop) {
  Event stopped;
  const Signals signals;
  const std::stop_callback on_stop{signals.token(), [&] {
                                     stopped.happen();
                                   }};
  ::kill(::getpid(), SIGHUP);
  EXPECT_TRUE(stopped.await(1));
  EXPECT_EQ(signals.received(), SIGHUP);
}

TEST(Signals, LeaveNohupInForce) {
  const auto before = ::signal(SIGHUP, SIG_IGN);
  {
    const Signals signals;
    ::kill(::getpid(), SIGHUP);
    EXPECT_FALSE(signals.token().stop_requested());
  }
  ::signal(SIGHUP, before);
}

TEST(Signals, LetABrokenPipeBeAnError) {
  const Signals signals;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
}

TEST(Signals, PutEverythingBackWhenTheyEnd) {
  sigset_t before;
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  { const Signals signals; }
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(::sigismember(&before, SIGINT), ::sigismember(&after, SIGINT));
  struct sigaction pipe {};
  ::sigaction(SIGPIPE, nullptr, &pipe);
  EXPECT_EQ(pipe.sa_handler, SIG_DFL);
}

TEST(SystemClock, TellsTheTimeAndGoesForward) {
  SystemClock clock;
  EXPECT_GT(clock.now(), base::parse_time("2024-01-01T00:00:00Z").value());
  const auto one = clock.steady();
  EXPECT_GE(clock.steady(), one);
}

}  // namespace
}  // namespace lavavisor::process
