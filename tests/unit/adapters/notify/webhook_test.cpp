// POSTs to a real TLS server that answers as it is told, and to none.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/webhook.hpp"

#include "receiving_server.hpp"
#include "support/http_server.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace lavavisor::notify {
namespace {

using namespace std::chrono_literals;
using Kind = Undelivered::Kind;

Receiver at(const std::string& url, const std::string& token = "") {
  return {url, token, "https://shown", {}};
}

std::optional<Undelivered> send(const Receiver& receiver,
                                std::chrono::milliseconds timeout = 10s,
                                std::stop_token stop = {}) {
  return post(receiver, R"({"a": 1})", "lavavisor/test", timeout, std::move(stop));
}

class Post : public testing::Test {
 protected:
  ReceivingServer& server = ReceivingServer::instance();
};

TEST_F(Post, ArrivesWithItsTokenOverTls) {
  const auto failure = send(at(server.url("/hook/secret?k=v"), "t0ken"));
  ASSERT_FALSE(failure) << failure->why;
  const auto seen = server.last_request();
  EXPECT_NE(seen.find(R"("path": "/hook/secret?k=v")"), seen.npos) << seen;
  EXPECT_NE(seen.find(R"("authorization": "Bearer t0ken")"), seen.npos) << seen;
  EXPECT_NE(seen.find(R"("content-type": "application/json")"), seen.npos) << seen;
  EXPECT_NE(seen.find(R"("body": "{\"a\": 1}")"), seen.npos) << seen;
  EXPECT_FALSE(send(at(server.url("/"))));
  EXPECT_EQ(server.last_request().find("authorization"), std::string::npos);
}

TEST_F(Post, IsJudgedByTheStatus) {
  struct Row {
    const char* path;
    std::optional<Kind> kind;
    std::chrono::seconds retry_after;
  };
  const Row rows[] = {
      {"/status/200", std::nullopt, 0s},
      {"/status/204", std::nullopt, 0s},
      {"/huge", std::nullopt, 0s},
      {"/status/500", Kind::unreachable, 0s},
      {"/status/503/7", Kind::unreachable, 7s},
      {"/status/429/30", Kind::unreachable, 30s},
      {"/status/429/999999", Kind::unreachable, 3'600s},
      {"/status/429/soon", Kind::unreachable, 0s},
      {"/status/408", Kind::unreachable, 0s},
      {"/status/425", Kind::unreachable, 0s},
      {"/status/400", Kind::unwanted, 0s},
      {"/status/413", Kind::unwanted, 0s},
      {"/status/422", Kind::unwanted, 0s},
      {"/status/401", Kind::refused, 0s},
      {"/status/403", Kind::refused, 0s},
      {"/status/404", Kind::refused, 0s},
      {"/status/410", Kind::refused, 0s},
      {"/redirect", Kind::refused, 0s},
  };
  for (const auto& row : rows) {
    const auto failure = send(at(server.url(row.path), "t0ken"));
    ASSERT_EQ(failure.has_value(), row.kind.has_value()) << row.path;
    if (failure) {
      EXPECT_EQ(failure->kind, *row.kind) << row.path << ": " << failure->why;
      EXPECT_EQ(failure->retry_after, row.retry_after) << row.path;
    }
  }
}

TEST_F(Post, FollowsNoRedirect) {
  const auto failure = send(at(server.url("/redirect"), "t0ken"));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->why,
            "it answered 302, a redirect, which is not followed; give the URL that it leads to");
  EXPECT_NE(server.last_request().find("/redirect"), std::string::npos);
}

TEST_F(Post, IsNotWaitedForBeyondItsTimeout) {
  const auto failure = send(at(server.url("/hang")), 200ms);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, Kind::unreachable);
  EXPECT_EQ(failure->why, "no answer within 200ms");
}

TEST_F(Post, EndsAtOnceWhenAskedToStop) {
  std::stop_source stop;
  const support::HttpServer asked{[&stop](const support::ServedRequest&) {
    stop.request_stop();
    return support::ServedReply{"", support::Then::keep_open};
  }};
  const auto began = std::chrono::steady_clock::now();
  const auto failure = send(at(asked.url()), 60s, stop.get_token());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, Kind::stopped);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(Post, TrustsNobodyThatNobodyVouchesFor) {
  ::unsetenv("SSL_CERT_FILE");
  const auto failure = send(at(server.url("/secret")));
  ::setenv("SSL_CERT_FILE", server.authority().c_str(), 1);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, Kind::unreachable);
  EXPECT_EQ(failure->why,
            "its TLS certificate is not trusted: nobody that this host trusts vouches for it");
}

TEST_F(Post, TellsNoSecretWhateverGoesWrong) {
  const support::RefusingPort refusing;
  const support::HttpServer silent{[](const support::ServedRequest&) {
    return support::ServedReply{"", support::Then::close};
  }};
  const support::HttpServer no_http{[](const support::ServedRequest&) {
    return support::ServedReply{"secret\r\n\r\n", support::Then::close};
  }};
  const std::string path = "/secret?secret=secret#secret";
  const std::string plain = std::to_string(silent.port());
  const std::string urls[] = {refusing.url() + path,
                              silent.url() + path,
                              no_http.url() + path,
                              "https://127.0.0.1:" + plain + path,
                              "http://no-such-host.invalid" + path,
                              "http://secret:secret@127.0.0.1:" + plain + path,
                              "gopher://secret.example" + path,
                              "secret://secret.example" + path,
                              server.url("/status/404/secret")};
  for (const auto& url : urls) {
    const auto failure = send(at(url, "secret"), 5s);
    ASSERT_TRUE(failure) << url;
    EXPECT_EQ(failure->why.find("secret"), std::string::npos) << failure->why;
    EXPECT_FALSE(failure->why.empty()) << url;
  }
}

}  // namespace
}  // namespace lavavisor::notify
