// The server, by real sockets: good, slow, greedy and rude clients.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.hpp"

#include "unit/adapters/http/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

namespace lavavisor::http {
namespace {

using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

Answer echo(const Request& request) {
  if (request.path == "/none") {
    return not_found();
  }
  if (request.path == "/bug") {
    throw std::runtime_error("a bug");
  }
  if (request.path == "/large") {
    return {.body = std::string(std::size_t{3} << 20U, 'x')};
  }
  return {.body = request.method + " " + request.path + " " + request.host + "\n"};
}

Server started(const std::string& address = "127.0.0.1:0", Limits limits = {}) {
  auto server = Server::start(address, echo, limits);
  EXPECT_TRUE(server) << server.error().message;
  return std::move(*server);
}

std::string port_of(const Server& server) {
  return server.address().substr(server.address().rfind(':') + 1);
}

TEST(Server, AnswersWithHeadersThatKeepCachesAndBrowsersOut) {
  const auto server = started();
  const auto answer = reply_to(server.address(), get("/some%20path?query=1"));
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_EQ(body_of(answer), "GET /some path localhost\n");
  for (const auto* header : {"Content-Type: text/plain; charset=utf-8\r\n",
                             "Cache-Control: no-store\r\n",
                             "X-Content-Type-Options: nosniff\r\n",
                             "X-Frame-Options: DENY\r\n",
                             "Referrer-Policy: no-referrer\r\n",
                             "Cross-Origin-Resource-Policy: same-origin\r\n",
                             "Content-Security-Policy: default-src 'none'; base-uri 'none'; "
                             "form-action 'none'; frame-ancestors 'none'\r\n",
                             "Connection: close\r\n"}) {
    EXPECT_NE(answer.find(header), std::string::npos) << header << answer;
  }
}

TEST(Server, AnAnswersOwnHeaderStandsInForTheUsualOne) {
  const auto server = Server::start("127.0.0.1:0", [](const Request&) {
    return Answer{
        .headers = {{"Content-Security-Policy", "default-src 'self'"}, {"X-More", "yes"}}};
  });
  const auto answer = reply_to(server->address(), get("/"));
  EXPECT_NE(answer.find("Content-Security-Policy: default-src 'self'\r\n"), std::string::npos);
  EXPECT_EQ(answer.find("default-src 'none'"), std::string::npos) << answer;
  EXPECT_NE(answer.find("X-More: yes\r\n"), std::string::npos);
  EXPECT_NE(answer.find("Referrer-Policy: no-referrer\r\n"), std::string::npos);
}

TEST(Server, WhatItRefusesItselfIsAsStrict) {
  const auto server = started();
  for (const auto& request : {get("/none"), get("/", "attacker.example"), get("/bug")}) {
    EXPECT_NE(
        reply_to(server.address(), request).find("Content-Security-Policy: default-src 'none'"),
        std::string::npos)
        << request;
  }
}

TEST(Server, LeavesTheBodyOutOfTheAnswerToHead) {
  const auto server = started();
  const auto answer = reply_to(server.address(), "HEAD /path HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("Content-Length: 21\r\n"), std::string::npos) << answer;
  EXPECT_EQ(body_of(answer), "");
}

TEST(Server, RefusesWhatIsNoPlainQuestion) {
  const auto server = started();
  const std::string host = "Host: localhost\r\n";
  struct Row {
    std::string request;
    int status;
  };
  const std::vector<Row> rows{
      {get("/none"), 404},
      {get("/bug"), 500},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 4\r\n\r\nbody", 405},
      {"PUT / HTTP/1.1\r\n" + host + "Content-Length: 99999999\r\n\r\n", 405},
      {"DELETE / HTTP/1.1\r\n" + host + "\r\n", 405},
      {"OPTIONS / HTTP/1.1\r\n" + host + "\r\n", 405},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\n\r\n", 200},
      {"GET / HTTP/1.1\r\n" + host + "X: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
      {"GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"nonsense\r\n\r\n", 400},
  };
  for (const auto& [request, status] : rows) {
    const auto answer = reply_to(server.address(), request);
    const auto told = status_of(answer) != 0 ? status_of(answer) : 400;  // hung up: as good
    EXPECT_EQ(told, status) << request.substr(0, 60) << "\n" << answer;
  }
  EXPECT_NE(reply_to(server.address(), rows[2].request).find("Allow: GET, HEAD\r\n"),
            std::string::npos);
}

TEST(Server, OnLoopbackAnswersOnlyToNamesOfThisMachine) {
  const auto server = started();
  struct Row {
    std::string host;
    int status;
  };
  const std::vector<Row> rows{{"localhost", 200},
                              {"LocalHost:9642", 200},
                              {"127.0.0.1", 200},
                              {"127.0.0.1:1", 200},
                              {"[::1]", 200},
                              {"[::1]:8080", 200},
                              {"attacker.example", 421},
                              {"localhost.example", 421},
                              {"127.0.0.1.example", 421},
                              {"localhost:80@evil", 421},
                              {"127.0.0.1evil", 421},
                              {"[::1", 421},
                              {"192.168.0.1", 421},
                              {"a.example:localhost", 421}};
  for (const auto& [host, status] : rows) {
    EXPECT_EQ(status_of(reply_to(server.address(), get("/", host))), status) << host;
  }
}

TEST(Server, OnOtherAddressesAnswersToAnyName) {
  const auto server = started("0.0.0.0:0");
  const auto answer = reply_to("127.0.0.1:" + port_of(server), get("/", "lavavisor.example:8080"));
  EXPECT_EQ(body_of(answer), "GET / lavavisor.example:8080\n");
}

TEST(Server, WithoutAHostListensByBothProtocols) {
  const auto server = started(":0");
  EXPECT_EQ(status_of(reply_to("127.0.0.1:" + port_of(server), get("/"))), 200);
  if (Client{"[::1]:" + port_of(server)}.connected()) {
    EXPECT_EQ(status_of(reply_to("[::1]:" + port_of(server), get("/"))), 200);
  } else {
    EXPECT_EQ(server.address().rfind("0.0.0.0:", 0), 0U) << "no IPv6 here";
  }
}

TEST(Server, ListensOnOneAddressOfIpv6) {
  const auto server = Server::start("[::1]:0", echo);
  if (!server) {
    GTEST_SKIP() << server.error().message;
  }
  EXPECT_EQ(server->address().rfind("[::1]:", 0), 0U) << server->address();
  EXPECT_EQ(status_of(reply_to(server->address(), get("/", "[::1]"))), 200);
  EXPECT_EQ(status_of(reply_to(server->address(), get("/", "attacker.example"))), 421);
}

TEST(Server, SaysWhyItCannotListen) {
  const auto server = started();
  struct Row {
    std::string address;
    std::string why;
  };
  const std::string shape = "it is not HOST:PORT, such as 127.0.0.1:9642, [::1]:9642 or :9642";
  const std::vector<Row> rows{
      {server.address(), "another process has this port (ss -ltnp names it); give another one"},
      {"203.0.113.7:0", "this machine has no such address"},
      {"", shape},
      {"9642", shape},
      {"127.0.0.1", shape},
      {"127.0.0.1:", shape},
      {"127.0.0.1:65536", shape},
      {"127.0.0.1:http", shape},
      {"::1:9642", shape},
      {"[::1]", shape},
      {"127.0.0.1:-1", shape},
  };
  for (const auto& [address, why] : rows) {
    const auto other = Server::start(address, echo);
    ASSERT_FALSE(other) << address;
    EXPECT_EQ(other.error().message, "cannot listen on " + address + ": " + why);
  }
}

TEST(Server, GivesItsPortBackWhenItEnds) {
  auto server = started();
  const auto address = server.address();
  EXPECT_EQ(status_of(reply_to(address, get("/"))), 200);
  { const auto ended = std::move(server); }
  EXPECT_FALSE(Client{address}.connected());
  EXPECT_TRUE(Server::start(address, echo));
}

TEST(Server, AnswersManyAtOnce) {
  const auto server = started();
  std::atomic<int> fine{0};
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < 32; ++client) {
      clients.emplace_back([&] {
        for (int request = 0; request < 20; ++request) {
          fine += status_of(reply_to(server.address(), get("/"))) == 200 ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(fine, 32 * 20);
}

TEST(Server, SendsMoreThanASocketHoldsToSeveral) {
  const auto server = started();
  std::vector<Client> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back(server.address());
    clients.back().send(get("/large"));
  }
  for (const auto& client : clients) {
    EXPECT_EQ(body_of(client.receive()).size(), std::size_t{3} << 20U);
  }
}

TEST(Server, ClosesAConnectionThatStaysSilentAndServesOthersMeanwhile) {
  const auto server = started("127.0.0.1:0", {.timeout = seconds{1}});
  const Client silent{server.address()};
  const Client slow{server.address()};
  slow.send("GET / HTTP/1.1\r\nHost: loc");
  const auto begin = Steady::now();
  EXPECT_EQ(status_of(reply_to(server.address(), get("/"))), 200);
  EXPECT_EQ(silent.receive(), "");
  const auto late = slow.receive();
  EXPECT_TRUE(late.empty() || status_of(late) == 408) << late;
  EXPECT_LT(Steady::now() - begin, seconds{8});
}

TEST(Server, IsNotKeptBusyByAnyNumberOfIdleConnections) {
  const auto server = started();
  std::vector<Client> idle;
  for (int client = 0; client < 200; ++client) {
    idle.emplace_back(server.address());
    ASSERT_TRUE(idle.back().connected()) << client;
  }
  const auto begin = Steady::now();
  for (int request = 0; request < 20; ++request) {
    EXPECT_EQ(status_of(reply_to(server.address(), get("/"))), 200);
  }
  EXPECT_LT(Steady::now() - begin, seconds{5}) << "it waited for idle ones to time out";
  EXPECT_EQ(idle.front().receive(), "") << "the oldest is closed";
}

TEST(Server, EndsAtOnceWhileClientsHang) {
  auto server = started();
  const Client silent{server.address()};
  const Client slow{server.address()};
  slow.send("GET / HTTP/1.1\r\n");
  const Client deaf{server.address()};
  deaf.send(get("/large"));
  EXPECT_EQ(status_of(reply_to(server.address(), get("/"))), 200);
  const auto begin = Steady::now();
  { const auto ended = std::move(server); }
  EXPECT_LT(Steady::now() - begin, seconds{2});
  EXPECT_EQ(silent.receive(), "");
}

TEST(Server, TakesNoSignalsInItsThread) {
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  ASSERT_FALSE(::sigismember(&mask, SIGTERM));
  std::atomic<bool> blocked{false};
  const auto server = Server::start("127.0.0.1:0", [&](const Request&) {
    sigset_t own;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &own);
    blocked = ::sigismember(&own, SIGTERM) == 1 && ::sigismember(&own, SIGCHLD) == 1;
    return Answer{};
  });
  EXPECT_EQ(status_of(reply_to(server->address(), get("/"))), 200);
  EXPECT_TRUE(blocked);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_FALSE(::sigismember(&mask, SIGTERM)) << "the caller's mask is as it was";
}

}  // namespace
}  // namespace lavavisor::http
