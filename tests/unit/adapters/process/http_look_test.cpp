// A real server on loopback: status, time, clock, and all at once.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/http_look.hpp"

#include "support/http_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace lavavisor::process {
namespace {

using namespace std::chrono_literals;
using support::http_answer;
using support::HttpServer;
using support::ServedReply;
using support::ServedRequest;

TEST(HttpLook, TellsStatusDateAndTime) {
  HttpServer server{[](const ServedRequest&) {
    return ServedReply{http_answer(
        "404 Not Found", std::string(100'000, 'x'), "Date: Sun, 22 Nov 2026 08:00:00 GMT\r\n")};
  }};
  const auto looks = look_over_http({{server.url() + "/status", {}}}, 5s);
  ASSERT_EQ(looks.size(), 1U);
  ASSERT_TRUE(looks[0].status) << looks[0].status.error().message;
  EXPECT_EQ(*looks[0].status, 404);
  ASSERT_TRUE(looks[0].date);
  EXPECT_EQ(base::format_time(*looks[0].date), "2026-11-22T08:00:00Z");
  EXPECT_FALSE(looks[0].certificate_ends);
  EXPECT_GT(looks[0].took, 0ms);
  EXPECT_LT(looks[0].took, 5s);
}

TEST(HttpLook, FollowsRedirects) {
  HttpServer server{[](const ServedRequest& request) {
    return request.target == "/there"
               ? ServedReply{http_answer("200 OK", "")}
               : ServedReply{http_answer("302 Found", "", "Location: /there\r\n")};
  }};
  const auto looks = look_over_http({{server.url() + "/here", {}}}, 5s);
  ASSERT_TRUE(looks[0].status) << looks[0].status.error().message;
  EXPECT_EQ(*looks[0].status, 200);
}

TEST(HttpLook, AsksAllAtOnceAndEachWithinTheLimit) {
  HttpServer silent{[](const ServedRequest&) {
    return ServedReply{""};
  }};
  HttpServer good{[](const ServedRequest&) {
    return ServedReply{http_answer("200 OK", "{}")};
  }};
  const support::RefusingPort refusing;
  const auto before = std::chrono::steady_clock::now();
  const auto looks = look_over_http(
      {{silent.url(), {}}, {silent.url(), {}}, {good.url(), {}}, {refusing.url(), {}}}, 300ms);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 590ms) << "one after the other";
  EXPECT_EQ(looks[0].status.error().message, "no answer within 300ms");
  EXPECT_FALSE(looks[1].status);
  EXPECT_TRUE(looks[2].status);
  EXPECT_FALSE(looks[2].date) << "the server does not tell";
  EXPECT_FALSE(looks[3].status);
}

TEST(HttpLook, OfNothingIsNothing) {
  EXPECT_TRUE(look_over_http({}, 1s).empty());
}

}  // namespace
}  // namespace lavavisor::process
