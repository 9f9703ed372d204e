// What systemd hears from us, on a real datagram socket.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/notify.hpp"

#include "base/fd.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace lavavisor::systemd {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds k_generous{60'000};

class UnderSystemd : public testing::Test {
 protected:
  UnderSystemd() : m_socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    const std::string path = (m_scratch.path() / "notify").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(m_socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~UnderSystemd() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      ::unsetenv(name);
    }
  }

  static void set_watchdog(std::chrono::microseconds period, pid_t pid = ::getpid()) {
    ::setenv("WATCHDOG_USEC", std::to_string(period.count()).c_str(), 1);
    ::setenv("WATCHDOG_PID", std::to_string(pid).c_str(), 1);
  }

  /// The next message; "" when none comes within `limit`.
  std::string heard(milliseconds limit = k_generous) {
    pollfd ready{m_socket.get(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) {
      return "";
    }
    std::array<char, 4096> text{};
    const auto size = ::recv(m_socket.get(), text.data(), text.size(), 0);
    return size > 0 ? std::string{text.data(), static_cast<std::size_t>(size)} : "";
  }

  /// Hear what was said up to now, until nothing is said for `pause`; false when it never ends.
  bool falls_silent(milliseconds pause) {
    const auto deadline = std::chrono::steady_clock::now() + k_generous;
    while (std::chrono::steady_clock::now() < deadline) {
      if (heard(pause).empty()) {
        return true;
      }
    }
    return false;
  }

 private:
  base::Scratch m_scratch;
  base::Fd m_socket;
};

TEST_F(UnderSystemd, SaysEachThingInItsTurn) {
  Notify notify;
  notify.ready();
  notify.status("2 services on 6.2.5; all is well.");
  notify.reloading();
  notify.ready();
  notify.stopping();
  for (const char* message : {"READY=1",
                              "STATUS=2 services on 6.2.5; all is well.",
                              "RELOADING=1",
                              "READY=1",
                              "STOPPING=1\nSTATUS=Ending."}) {
    EXPECT_EQ(heard(), message);
  }
}

TEST_F(UnderSystemd, LetsNoStatusPassForAnotherMessage) {
  Notify notify;
  notify.status("the node says: x\nREADY=1\nMAINPID=1");
  const auto message = heard();
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_TRUE(message.starts_with("STATUS=the node says: x")) << message;
}

TEST_F(UnderSystemd, CutsAStatusThatIsEndless) {
  Notify notify;
  notify.status(std::string(1'000'000, 'x'));
  const auto message = heard();
  EXPECT_LT(message.size(), 1'000U);
  EXPECT_TRUE(message.ends_with("...")) << message;
}

TEST_F(UnderSystemd, KeepsTheWatchdogAliveThreeTimesAPeriod) {
  set_watchdog(300ms);
  const auto before = std::chrono::steady_clock::now();
  const Notify notify;
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(heard(), "WATCHDOG=1");
  }
  EXPECT_GE(std::chrono::steady_clock::now() - before, 500ms);
}

TEST_F(UnderSystemd, LetsTheWatchdogBiteWhenAStepTakesLongerThanExpected) {
  set_watchdog(30ms);
  Notify notify;
  EXPECT_EQ(heard(), "WATCHDOG=1");
  notify.expect_within(0ms);
  EXPECT_TRUE(falls_silent(300ms));
  notify.expect_within(1h);
  EXPECT_EQ(heard(), "WATCHDOG=1") << "the next step is expected to end";
  notify.expect_within(1ms);
  EXPECT_TRUE(falls_silent(300ms));
}

TEST_F(UnderSystemd, KeepsStillWhenTheWatchdogIsForAnotherProcess) {
  set_watchdog(30ms, ::getpid() + 1);
  const Notify notify;
  EXPECT_EQ(heard(200ms), "");
}

TEST_F(UnderSystemd, EndsLongBeforeTheWatchdogsPeriod) {
  set_watchdog(24h);
  const auto before = std::chrono::steady_clock::now();
  { const Notify notify; }
  EXPECT_LT(std::chrono::steady_clock::now() - before, k_generous);
}

TEST(WithoutSystemd, NothingHappens) {
  ::unsetenv("NOTIFY_SOCKET");
  Notify notify;
  notify.ready();
  notify.reloading();
  notify.status("well");
  notify.expect_within(1s);
  notify.stopping();
}

TEST(WithoutSystemd, ASocketThatIsGoneIsNoFailure) {
  ::setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
  Notify notify;
  notify.ready();
  notify.status("well");
  ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace lavavisor::systemd
