// Connections are kept, survive being closed by the other side, and never pile up.
// SPDX-License-Identifier: Apache-2.0
#include "chain_fixture.hpp"
#include "own_sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

namespace lavavisor::chain {
namespace {

using support::HttpServer;
using support::ServedReply;
using support::ServedRequest;
using support::Then;

/// Sanitizers keep freed memory for a while; their leak check is the judge there.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t k_sanitizer_share = 1'000'000'000;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::size_t k_sanitizer_share = 1'000'000'000;
#else
constexpr std::size_t k_sanitizer_share = 0;
#endif
#else
constexpr std::size_t k_sanitizer_share = 0;
#endif

std::size_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

TEST(Connections, AreKeptBetweenCalls) {
  HttpServer server{good_node()};
  HttpChainQuery query{"0.0.0"};
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(query.ask(settings({rpc(server.url())}), {}).at(0));
  }
  EXPECT_EQ(server.requests(), 20U);
  EXPECT_EQ(server.connections(), 2U);
}

TEST(Connections, ClosedByTheServerWhileIdleAreOpenedAnew) {
  HttpServer server{good_node()};
  HttpChainQuery query{"0.0.0"};
  for (int i = 0; i < 10; ++i) {
    const auto answer = query.ask(settings({rpc(server.url())}), {}).at(0);
    ASSERT_TRUE(answer) << answer.error().message;
    server.close_connections();
  }
  EXPECT_EQ(server.requests(), 20U);
  EXPECT_EQ(server.connections(), 20U);
}

TEST(Connections, ClosedUnderARequestAreOpenedAnewAndTheRequestRepeated) {
  for (const Then then : {Then::close, Then::reset}) {
    HttpServer server{[=, answer = good_node()](const ServedRequest& request) {
      return request.on_connection > 1 ? ServedReply{.bytes = "", .then = then} : answer(request);
    }};
    HttpChainQuery query{"0.0.0"};
    for (int i = 0; i < 10; ++i) {
      const auto answer = query.ask(settings({rpc(server.url())}), {}).at(0);
      ASSERT_TRUE(answer) << answer.error().message;
    }
    EXPECT_EQ(server.connections(), 20U);
  }
}

TEST(Connections, AreNotInheritedByChildren) {
  HttpServer server{good_node()};
  HttpChainQuery query{"0.0.0"};
  ASSERT_TRUE(query.ask(settings({rpc(server.url())}), {}).at(0));
  const auto sockets = sockets_to(server.port());
  EXPECT_EQ(sockets.size(), 2U);
  for (const int fd : sockets) {
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  }
}

TEST(Connections, ToEndpointsThatLeftTheConfigurationAreClosed) {
  HttpServer before{good_node()};
  HttpServer after{good_node()};
  HttpChainQuery query{"0.0.0"};
  ASSERT_TRUE(query.ask(settings({rpc(before.url())}), {}).at(0));
  EXPECT_EQ(sockets_to(before.port()).size(), 2U);
  ASSERT_TRUE(query.ask(settings({rpc(after.url())}), {}).at(0));
  EXPECT_EQ(sockets_to(before.port()).size(), 0U);
  EXPECT_EQ(sockets_to(after.port()).size(), 2U);
}

TEST(Connections, AndMemoryDoNotGrowOverThousandsOfCalls) {
  HttpServer server{good_node()};
  HttpChainQuery query{"0.0.0"};
  const auto chain = settings({rpc(server.url())});
  const auto ask = [&](int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(query.ask(chain, {}).at(0));
    }
  };
  ask(500);
  const auto descriptors = open_descriptors().size();
  const auto memory = resident_bytes();
  ask(3'000);
  EXPECT_EQ(open_descriptors().size(), descriptors);
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_LT(resident_bytes(), memory + 1'000'000 + k_sanitizer_share);
}

TEST(Connections, DoNotPileUpWhenEveryCallFails) {
  support::RefusingPort refusing;
  HttpServer closing{[](const ServedRequest&) {
    return ServedReply{.bytes = "HTTP/1.1 200 OK\r\n", .then = Then::close};
  }};
  HttpServer huge{node(recorded("after_status_post.http"),
                       support::http_answer("200 OK", std::string(k_max_body + 1, ' ')))};
  HttpChainQuery query{"0.0.0"};
  const auto chain = settings({rpc(refusing.url()), rpc(closing.url()), rpc(huge.url())});
  const auto ask = [&](int times) {
    for (int i = 0; i < times; ++i) {
      for (const auto& answer : query.ask(chain, {})) {
        ASSERT_FALSE(answer);
      }
    }
  };
  const auto own_sockets = [&] {
    return sockets_to(closing.port()).size() + sockets_to(huge.port()).size();
  };
  ask(20);
  const auto memory = resident_bytes();
  ask(300);
  EXPECT_LE(own_sockets(), 4U);  // at most what one call needs
  EXPECT_LT(resident_bytes(), memory + 4'000'000 + k_sanitizer_share);
}

}  // namespace
}  // namespace lavavisor::chain
