// The paths that are served, and that the server goes where the configuration says.
// SPDX-License-Identifier: Apache-2.0
#include "cli/web.hpp"

#include "adapters/process/system_clock.hpp"
#include "unit/adapters/http/client.hpp"
#include "unit/view/scene.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

namespace lavavisor::cli {
namespace {

class Nobody final : public ports::Supervisor {
 public:
  void ready() override {}
  void reloading() override {}
  void status(const std::string&) override {}
  void stopping() override {}
  void expect_within(std::chrono::milliseconds) override {}
};

class NoHistory final : public ports::LedgerReader {
 public:
  base::Result<model::Memory> memory() override { return model::Memory{}; }
  base::Result<std::vector<model::RunRecord>> runs(std::size_t) override {
    return std::vector<model::RunRecord>{};
  }
  base::Result<model::Totals> totals() override { return model::Totals{}; }
  base::Result<std::vector<model::RunningSince>> timeline() override {
    return std::vector<model::RunningSince>{};
  }
};

/// A port that was free a moment ago.
std::string free_address() {
  const auto server =
      http::Server::start("127.0.0.1:0", [](const http::Request&) { return http::Answer{}; });
  return server->address();
}

class WebTest : public testing::Test {
 protected:
  void look() {
    const auto scene = view::converged_scene();
    board.take_up(scene.desired, {});
    board.pass_ended(
        {scene.observed, scene.plan}, "converged", std::chrono::milliseconds{20}, history);
  }

  std::string ask(const std::string& path) const {
    return http::reply_to(address, http::get(path));
  }

  process::SystemClock clock;
  Nobody nobody;
  NoHistory history;
  http::Pulse pulse{clock, nobody};
  Board board{"0.1.0", "lava-fra-1", clock};
  Web web{board, pulse, [] {
            return true;
          }};
  const std::string address = free_address();
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(WebTest, ServesPageMetricsStatusAndHealth) {
  look();
  ASSERT_TRUE(web.listen(address));
  struct Row {
    std::string path;
    std::string type;
    std::string part;
  };
  const std::vector<Row> rows{
      {"/", "text/html; charset=utf-8", "<!doctype html>"},
      {"/still", "text/html; charset=utf-8", "<!doctype html>"},
      {"/metrics", "text/plain; version=0.0.4; charset=utf-8", "lavavisor_converged 1\n"},
      {"/status.json", "application/json", "\"converged\": true"},
      {"/healthz", "text/plain; charset=utf-8", "ok\n"},
      {"/readyz", "text/plain; charset=utf-8", "ok\n"}};
  for (const auto& [path, type, part] : rows) {
    const auto answer = ask(path);
    EXPECT_EQ(http::status_of(answer), 200) << path;
    EXPECT_TRUE(holds(answer, "Content-Type: " + type + "\r\n")) << answer.substr(0, 600);
    EXPECT_TRUE(holds(http::body_of(answer), part)) << path;
    for (const auto* header : {"Content-Security-Policy: default-src 'none'; ",
                               "X-Content-Type-Options: nosniff\r\n",
                               "Referrer-Policy: no-referrer\r\n",
                               "Cache-Control: no-store\r\n"}) {
      EXPECT_TRUE(holds(answer, header)) << path << ": " << header;
    }
  }
  rapidjson::Document status;
  status.Parse(http::body_of(ask("/status.json")).c_str());
  EXPECT_FALSE(status.HasParseError());
  for (const auto* path : {"/status", "/metrics/", "/index.html", "/../etc/passwd", "//"}) {
    EXPECT_EQ(http::status_of(ask(path)), 404) << path;
  }
}

TEST_F(WebTest, BeforeTheFirstLookSaysSo) {
  ASSERT_TRUE(web.listen(address));
  EXPECT_EQ(http::status_of(ask("/")), 503) << "not even the configuration is known";
  board.take_up(view::converged_scene().desired, {});
  EXPECT_TRUE(holds(ask("/"), "Nothing is known yet"));
  EXPECT_EQ(http::status_of(ask("/status.json")), 503);
  EXPECT_EQ(http::status_of(ask("/metrics")), 200);
}

TEST_F(WebTest, MovesWhenTheAddressDoes) {
  look();
  web.follow(address);
  EXPECT_EQ(http::status_of(ask("/healthz")), 200);
  const auto other = free_address();
  web.follow(other);
  EXPECT_FALSE(http::Client{address}.connected());
  EXPECT_EQ(http::status_of(http::reply_to(other, http::get("/healthz"))), 200);
  web.follow("");
  EXPECT_FALSE(http::Client{other}.connected());
}

TEST_F(WebTest, AnotherSpellingOfTheSamePortIsNoConflictWithItself) {
  web.follow(address);
  const auto port = address.substr(address.rfind(':'));
  EXPECT_TRUE(web.listen("localhost" + port));
  EXPECT_EQ(http::status_of(ask("/healthz")), 200);
}

TEST_F(WebTest, TriesATakenPortAgainUntilItIsFree) {
  auto holder = http::Server::start(
      address, [](const http::Request&) { return http::Answer{.status = 204}; });
  ASSERT_TRUE(holder);
  const auto refused = web.listen(address);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(holds(refused.error().message, "another process has this port"));
  testing::internal::CaptureStderr();
  web.follow(address);
  web.follow(address);
  { const auto ended = std::move(*holder); }
  web.follow(address);
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(http::status_of(ask("/healthz")), 200);
  const auto first = said.find("it is tried again");
  EXPECT_EQ(said.find("it is tried again", first + 1), std::string::npos) << said;
}

}  // namespace
}  // namespace lavavisor::cli
