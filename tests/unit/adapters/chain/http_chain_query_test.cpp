// Endpoints that are slow, down, elsewhere or hostile cost no more than the timeout, and say why.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"
#include "chain_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

namespace lavavisor::chain {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using support::http_answer;
using support::HttpServer;
using support::ServedReply;
using support::ServedRequest;
using support::Then;

HttpServer::Handler always(ServedReply reply) {
  return [=](const ServedRequest&) {
    return reply;
  };
}

/// A URL of the same server with another scheme.
std::string with_scheme(const std::string& scheme, const HttpServer& server) {
  return scheme + "://127.0.0.1:" + std::to_string(server.port());
}

/// By how much a build with sanitizers is slower (tests/instrumented.cmake).
milliseconds slowness() {
  const char* told = std::getenv("LAVAVISOR_TEST_SLOWNESS");
  return milliseconds{told == nullptr ? 1 : std::atoi(told)};
}

TEST(HttpChainQuery, AsksAllEndpointsAtOnceSoThatSlowOnesCostOneTimeoutInAll) {
  const milliseconds limit = 700 * slowness();
  const auto words = base::format_duration(limit);
  HttpServer silent{always({})};
  HttpServer stuck{always({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"})};
  HttpServer good{good_node()};
  HttpChainQuery query{"0.0.0"};
  const auto chain = settings({rpc(silent.url()),
                               rest(silent.url()),
                               rpc(stuck.url()),
                               rpc(good.url()),
                               rpc(with_scheme("https", silent))},
                              limit);
  const auto begin = steady_clock::now();
  const auto answers = query.ask(chain, {});
  const auto took = steady_clock::now() - begin;
  ASSERT_EQ(answers.size(), 5U);
  EXPECT_EQ(answers[0].error().message, "no answer within " + words);
  EXPECT_EQ(answers[1].error().message, "no answer within " + words);
  EXPECT_EQ(answers[2].error().message, "no answer within " + words);
  EXPECT_TRUE(answers[3]);
  EXPECT_EQ(answers[4].error().message, "no connection within " + words);
  EXPECT_GE(took, limit - milliseconds{10});
  EXPECT_LT(took, 3 * limit);
}

TEST(HttpChainQuery, HearsAnEndpointAgainThatWasSlowTheTimeBefore) {
  std::atomic<bool> slow = true;
  HttpServer server{[&, answer = good_node()](const ServedRequest& request) {
    return slow ? ServedReply{} : answer(request);
  }};
  HttpChainQuery query{"0.0.0"};
  EXPECT_FALSE(query.ask(settings({rpc(server.url())}, milliseconds{100}), {}).at(0));
  slow = false;
  EXPECT_TRUE(query.ask(settings({rpc(server.url())}, seconds{20}), {}).at(0));
}

TEST(HttpChainQuery, SaysInWordsWhyThereIsNoAnswer) {
  struct Row {
    ServedReply reply;
    const char* reason;
  };
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::vector<Row> rows{
      {{.bytes = "", .then = Then::close}, "closed the connection without an answer"},
      {{.bytes = "", .then = Then::reset}, "the connection broke: "},
      {{.bytes = head + "Content-Length: 10\r\n\r\n{", .then = Then::close},
       "closed the connection in the middle of its answer"},
      {{.bytes = head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", .then = Then::close}, "chunk"},
      {{.bytes = "SSH-2.0-OpenSSH_9.2p1\r\n", .then = Then::close}, "did not answer in HTTP"},
      {{.bytes = std::string("\x00\x01\x02\xff garbage", 12), .then = Then::close},
       "did not answer in HTTP"},
      {{.bytes = head + "X: " + std::string(400'000, 'x') + "\r\n\r\n", .then = Then::close}, ""},
  };
  for (const auto& row : rows) {
    HttpServer server{always(row.reply)};
    const auto answer = ask_one(rpc(server.url()));
    ASSERT_FALSE(answer) << row.reason;
    EXPECT_NE(answer.error().message.find(row.reason), std::string::npos)
        << row.reason << " <> " << answer.error().message;
  }
}

TEST(HttpChainQuery, SaysThatAConnectionWasRefused) {
  support::RefusingPort port;
  EXPECT_EQ(ask_one(rpc(port.url())).error().message, "connection refused");
}

TEST(HttpChainQuery, SaysThatAHostNameCannotBeResolved) {
  HttpChainQuery query{"0.0.0"};
  const auto answer = query.ask(settings({rpc("http://no-such-host.invalid:26657")}), {}).at(0);
  EXPECT_EQ(answer.error().message, "its host name can't be resolved");
}

TEST(HttpChainQuery, RefusesAddressesThatAreNotHttp) {
  for (const char* const url :
       {"file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/"}) {
    const auto answer = ask_one(rpc(url));
    ASSERT_FALSE(answer) << url;
    EXPECT_NE(answer.error().message.find("not supported or disabled"), std::string::npos)
        << answer.error().message;
  }
  EXPECT_EQ(ask_one(rpc("http://[::1")).error().message, "its address is no valid URL");
}

TEST(HttpChainQuery, BoundsBodiesHoweverTheyAreSent) {
  const std::string two_mib(2 * k_max_body, ' ');
  const std::string chunk = "100000\r\n" + std::string(0x100000, ' ') + "\r\n";
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::vector<ServedReply> rows{
      {.bytes = http_answer("200 OK", two_mib)},
      {.bytes = head + "Content-Length: 99999999999999\r\n\r\n"},
      {.bytes = head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk},
      {.bytes = head + "\r\n" + two_mib, .then = Then::keep_open},
      {.bytes = http_answer("500 Internal Server Error", two_mib)},
  };
  for (const auto& reply : rows) {
    HttpServer server{always(reply)};
    EXPECT_EQ(ask_one(rpc(server.url())).error().message, "body larger than 1 MiB")
        << reply.bytes.substr(0, 60);
  }
}

TEST(HttpChainQuery, TakesABodyOfExactlyTheBound) {
  const auto padded = [](const std::string& name) {
    const std::string answer = recorded(name);
    std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
    body.resize(k_max_body, ' ');
    return http_answer("200 OK", body);
  };
  HttpServer server{node(padded("after_status_post.http"), padded("after_params_post.http"))};
  const auto answer = ask_one(rpc(server.url()));
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST(HttpChainQuery, DoesNotFollowRedirects) {
  HttpServer target{good_node()};
  for (const char* const status : {"301 Moved", "302 Found", "307 Temporary", "308 Permanent"}) {
    HttpServer server{
        always({.bytes = http_answer(status, "", "Location: " + target.url() + "/rpc\r\n")})};
    EXPECT_EQ(ask_one(rpc(server.url())).error().message,
              "HTTP " + std::string{status}.substr(0, 3) + ": it redirects to " + target.url() +
                  "/rpc; redirects are not followed, so configure the final address");
  }
  EXPECT_EQ(target.requests(), 0U);
}

TEST(HttpChainQuery, SaysThatAPortSpeaksPlainHttp) {
  HttpServer server{always({.bytes = http_answer("400 Bad Request", ""), .then = Then::close})};
  const auto message = ask_one(rpc(with_scheme("https", server))).error().message;
  EXPECT_TRUE(message.starts_with("TLS handshake failed")) << message;
  EXPECT_TRUE(message.ends_with("(is this port plain HTTP?)")) << message;
}

TEST(HttpChainQuery, ReturnsSoonWhenAskedToStop) {
  std::stop_source stop;
  HttpServer server{[&](const ServedRequest&) {
    stop.request_stop();
    return ServedReply{};
  }};
  HttpChainQuery query{"0.0.0"};
  const auto begin = steady_clock::now();
  const auto answers = query.ask(settings({rpc(server.url())}, seconds{60}), stop.get_token());
  EXPECT_LT(steady_clock::now() - begin, seconds{5});
  EXPECT_EQ(answers.at(0).error().message, "asked to stop before the answer came");
}

TEST(HttpChainQuery, SendsNothingOnceItWasAskedToStop) {
  HttpServer server{good_node()};
  std::stop_source stop;
  stop.request_stop();
  HttpChainQuery query{"0.0.0"};
  EXPECT_FALSE(query.ask(settings({rpc(server.url())}), stop.get_token()).at(0));
  EXPECT_EQ(server.requests(), 0U);
  EXPECT_TRUE(query.ask(settings({rpc(server.url())}), {}).at(0));
}

TEST(HttpChainQuery, NeverAsksALoopbackAddressThroughAProxy) {
  support::RefusingPort proxy;
  HttpServer server{good_node()};
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const auto answer = ask_one(rpc(server.url()));
  const auto outside = ask_one(rpc("http://192.0.2.1:26657"));  // TEST-NET-1
  ::unsetenv("http_proxy");
  EXPECT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(outside.error().message, "connection refused");
}

TEST(HttpChainQuery, KeepsTheOrderOfTheEndpoints) {
  HttpServer old_node{
      node(recorded("before_status_post.http"), recorded("before_params_post.http"))};
  HttpServer new_node{good_node()};
  support::RefusingPort down;
  HttpChainQuery query{"0.0.0"};
  const auto answers =
      query.ask(settings({rpc(new_node.url()), rpc(down.url()), rpc(old_node.url())}), {});
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0]->provider_target, "6.2.5");
  EXPECT_FALSE(answers[1]);
  EXPECT_EQ(answers[2]->provider_target, "6.2.4");
}

TEST(HttpChainQuery, AnswersNothingToNoEndpoints) {
  HttpChainQuery query{"0.0.0"};
  EXPECT_TRUE(query.ask(settings({}), {}).empty());
}

}  // namespace
}  // namespace lavavisor::chain
