// Health checks against real sockets and programs.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/health_checks.hpp"

#include "adapters/process/identity.hpp"
#include "base/fd.hpp"
#include "unit/adapters/process/scripts.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <array>
#include <thread>

namespace lavavisor::process {
namespace {

using namespace std::chrono_literals;

/// A port of 127.0.0.1.
class Port {
 public:
  explicit Port(bool listening) : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(m_socket.get(), generic, size), 0);
    EXPECT_EQ(::getsockname(m_socket.get(), generic, &size), 0);
    EXPECT_TRUE(!listening || ::listen(m_socket.get(), 8) == 0);
    m_address = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }

  const std::string& address() const { return m_address; }
  std::string url() const { return "http://" + m_address + "/metrics"; }

  /// Take one connection, read one request, send `answer` and hang up.
  void answer_once(std::string_view answer) const {
    const base::Fd connection{::accept(m_socket.get(), nullptr, nullptr)};
    std::array<char, 4'096> request{};
    EXPECT_GT(::recv(connection.get(), request.data(), request.size(), 0), 0);
    while (!answer.empty()) {
      const auto sent = ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      answer.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

 private:
  base::Fd m_socket;
  std::string m_address;
};

base::Result<void> check_answered(const std::string& answer) {
  const Port port{true};
  const std::jthread server{[&] {
    port.answer_once(answer);
  }};
  return check_http(port.url(), 10s, {});
}

TEST(CheckHttp, TakesOnlySuccess) {
  struct Row {
    std::string answer;
    const char* cause;  ///< "" = healthy
  };
  const std::string endless = "HTTP/1.1 200 OK\r\n\r\n" + std::string(3U << 20U, 'x');
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ""},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
      {endless, ""},
      {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
       "it answered HTTP status 503"},
      {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
       "it answered HTTP status 302"},
      {"HTTP/1.1 404 Not Found\r\n\r\n" + std::string(3U << 20U, 'x'),
       "it answered HTTP status 404"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut", "Transferred a partial file"},
      {"garbage\r\n\r\n", "what answers there does not speak HTTP"},
      {"", "Server returned nothing (no headers, no data)"},
  };
  for (const auto& row : rows) {
    const auto checked = check_answered(row.answer);
    const auto found = checked ? "" : checked.error().message;
    if (*row.cause == '\0') {
      EXPECT_EQ(found, "");
    } else {
      EXPECT_NE(found.find(std::string{"failed: "} + row.cause), std::string::npos) << found;
    }
  }
}

TEST(CheckHttp, AsksDirectlyWhateverProxyIsSet) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  EXPECT_TRUE(check_answered("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  ::unsetenv("http_proxy");
}

TEST(CheckHttp, NamesAServiceThatIsNotThereOrSilent) {
  const Port refusing{false};
  EXPECT_EQ(check_http(refusing.url(), 10s, {}).error().message,
            "health check of " + refusing.url() + " failed: Couldn't connect to server");
  const Port silent{true};
  EXPECT_EQ(check_http(silent.url(), 50ms, {}).error().message,
            "health check of " + silent.url() + " failed: no answer within 50ms");
  EXPECT_FALSE(check_http("file:///etc/passwd", 1s, {}));
}

TEST(CheckHttp, EndsWhenAStopIsRequested) {
  const Port silent{true};
  std::stop_source stop;
  const std::jthread operator_stops{[&] {
    stop.request_stop();
  }};
  EXPECT_EQ(check_http(silent.url(), 1h, stop.get_token()).error().message,
            "health check of " + silent.url() + " failed: stopped");
}

TEST(CheckTcp, WantsAConnection) {
  const Port open{true};
  const Port refusing{false};
  EXPECT_TRUE(check_tcp(open.address(), 10s, {}));
  EXPECT_TRUE(check_tcp(open.address().substr(open.address().find(':')), 10s, {}));
  EXPECT_EQ(check_tcp(refusing.address(), 10s, {}).error().message,
            "health check of " + refusing.address() + " failed: connection refused");
  EXPECT_FALSE(check_tcp("[::1]:1", 1s, {}));
  EXPECT_FALSE(check_tcp("127.0.0.1:http", 1s, {}));
  EXPECT_EQ(check_tcp("127.0.0.1", 1s, {}).error().message,
            "health check of 127.0.0.1 failed: it has no port");
}

TEST(CheckTcp, DoesNotWaitBeyondItsLimitNorAStop) {
  // A listener with a full queue lets a new connection hang.
  const base::Fd full{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(full.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  ASSERT_EQ(::getsockname(full.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::array<base::Fd, 4> queue;
  for (auto& waiting : queue) {
    waiting = base::Fd{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    ::connect(waiting.get(), reinterpret_cast<sockaddr*>(&address), size);
  }
  const auto name = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  EXPECT_EQ(check_tcp(name, 50ms, {}).error().message,
            "health check of " + name + " failed: no connection within 50ms");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(check_tcp(name, 1h, stop.get_token()).error().message,
            "health check of " + name + " failed: stopped");
}

TEST(CheckCommand, WantsStatusZeroAsTheServicesUser) {
  EXPECT_TRUE(check_command({"true"}, "", 10s, {}));
  EXPECT_EQ(check_command({"/bin/sh", "-c", "echo sick >&2; exit 9"}, "", 10s, {}).error().message,
            "health command /bin/sh exited with status 9: sick");
  EXPECT_EQ(check_command({"/bin/sleep", "1000"}, "", 50ms, {}).error().message,
            "health command /bin/sleep did not end within 50ms");
  if (may_switch_user()) {
    EXPECT_TRUE(check_command(
        {"/bin/sh", "-c", "test $(id -un) = nobody -a $USER = nobody"}, "nobody", 10s, {}));
    EXPECT_EQ(check_command({"true"}, "no-such-user", 10s, {}).error().message,
              "health command true can't be run: user no-such-user does not exist on this host");
  }
}

TEST(HealthChecks, AreAllAskedUntilOneFails) {
  const Scripts scripts;
  const auto trace = scripts.folder() / "trace";
  HealthChecks checks;
  EXPECT_TRUE(checks.check({}, "", 1s, {}));

  const Port open{true};
  const Port refusing{false};
  model::Health health;
  health.command = {"/usr/bin/touch", trace.string()};
  health.tcp = refusing.address();
  EXPECT_FALSE(checks.check(health, "", 10s, {}));
  EXPECT_FALSE(std::filesystem::exists(trace));
  health.tcp = open.address();
  EXPECT_TRUE(checks.check(health, "", 10s, {}));
  EXPECT_TRUE(std::filesystem::exists(trace));
}

TEST(HealthChecks, ShareOneLimit) {
  const Port silent{true};
  model::Health health;
  health.tcp = silent.address();
  health.command = {"/bin/sleep", "1000"};
  HealthChecks checks;
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(checks.check(health, "", 100ms, {}));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
}

}  // namespace
}  // namespace lavavisor::process
