// Deliveries to a real server: in order, at least once, with patience, and given up in the end.
// SPDX-License-Identifier: Apache-2.0
#include "cli/courier.hpp"

#include "adapters/store/store.hpp"
#include "base/fd.hpp"
#include "cli/deliverer.hpp"
#include "support/http_server.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

using namespace std::chrono_literals;
using base::TimePoint;

TimePoint now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Keeps what is sent, and answers `status`.
class Receiver {
 public:
  std::string url() const { return m_server.url() + "/secret"; }

  void answer(const std::string& status, const std::string& headers = "") {
    const std::lock_guard lock{m_mutex};
    m_status = status;
    m_headers = headers;
  }

  std::vector<std::string> bodies() const {
    const std::lock_guard lock{m_mutex};
    return m_bodies;
  }

  /// False when so many did not come within a minute.
  bool wait_for(std::size_t count) const {
    std::unique_lock lock{m_mutex};
    return m_came.wait_for(lock, 60s, [&] { return m_bodies.size() >= count; });
  }

 private:
  support::ServedReply take(const support::ServedRequest& request) {
    const std::lock_guard lock{m_mutex};
    m_bodies.push_back(request.body);
    m_came.notify_all();
    return {support::http_answer(m_status, "{}", m_headers), support::Then::close};
  }

  mutable std::mutex m_mutex;
  mutable std::condition_variable m_came;
  std::vector<std::string> m_bodies;
  std::string m_status = "200 OK";
  std::string m_headers;
  support::HttpServer m_server{[this](const support::ServedRequest& request) {
    return take(request);
  }};
};

class Deliveries : public testing::Test {
 protected:
  Deliveries() {
    desired.directory = m_scratch.path();
    desired.chain.id = "lava-testnet-2";
    desired.notify.webhook = receiver.url();
    desired.notify.host = "val-1";
    store = std::move(store::Store::open(m_scratch.path() / "state.db").value().store);
  }

  void put(const std::vector<std::string>& details, TimePoint at = now()) {
    std::vector<model::Event> events;
    for (const auto& detail : details) {
      events.push_back({model::Event::Kind::failure, at, "", "", "", detail});
    }
    ASSERT_TRUE(store->put(events, ""));
  }

  Round round(const RoundLimits& limits = {}) { return deliverer().round(limits, {}); }
  Deliverer deliverer() const { return Deliverer{desired}; }

  std::vector<ports::Outbox::Entry> waiting() const {
    return store->due(TimePoint::max(), 2'000).value();
  }

  model::Desired desired;
  Receiver receiver;
  std::unique_ptr<store::Store> store;

 private:
  base::Scratch m_scratch;
};

bool holds(const std::string& body, const std::string& detail) {
  return body.find("\"detail\": \"" + detail + "\"") != body.npos;
}

TEST_F(Deliveries, ComeInOrderAndLeaveTheOutbox) {
  put({"one", "two", "three"});
  const auto left = round();
  EXPECT_FALSE(left.next);
  const auto bodies = receiver.bodies();
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_TRUE(holds(bodies[0], "one") && holds(bodies[1], "two") && holds(bodies[2], "three"));
  EXPECT_NE(bodies[0].find("val-1"), std::string::npos);
  EXPECT_TRUE(waiting().empty());
}

TEST_F(Deliveries, AreTriedOnceForAllWhileTheReceiverFails) {
  receiver.answer("500 Oops");
  put({"one", "two"});
  const auto failed = round();
  EXPECT_EQ(receiver.bodies().size(), 1U);
  EXPECT_EQ(failed.waiting, 2U);
  EXPECT_TRUE(failed.why.ends_with(": it answered 500")) << failed.why;
  EXPECT_EQ(failed.why.find("secret"), std::string::npos);
  EXPECT_EQ(round().next, waiting()[0].retry_at);  // not due: nothing is sent
  EXPECT_EQ(receiver.bodies().size(), 1U);
  EXPECT_EQ(waiting()[0].tries, 1U);

  receiver.answer("200 OK");
  EXPECT_FALSE(round({.minds_retry_at = false}).next);
  const auto bodies = receiver.bodies();
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_EQ(bodies[0], bodies[1]);  // with the same id
  EXPECT_TRUE(holds(bodies[2], "two"));
}

TEST_F(Deliveries, WaitAsLongAsTheReceiverAsks) {
  receiver.answer("429 Slow Down", "Retry-After: 600\r\n");
  put({"one"});
  round();
  EXPECT_GT(waiting()[0].retry_at, now() + 500s);
  EXPECT_LT(waiting()[0].retry_at, now() + 700s);
}

TEST_F(Deliveries, WaitLongerWithEachFailure) {
  struct Row {
    unsigned failures;
    std::chrono::milliseconds least;
    std::chrono::milliseconds wait;
  };
  const Row rows[] = {{1, 0s, 5s},
                      {2, 0s, 10s},
                      {3, 0s, 20s},
                      {3, 60s, 60s},
                      {8, 0s, 640s},
                      {9, 0s, 15min},
                      {100, 0s, 15min},
                      {100, 1h, 1h}};
  for (const auto& row : rows) {
    EXPECT_EQ(wait_after(row.failures, row.least), row.wait) << row.failures;
  }
}

TEST_F(Deliveries, AreGivenUpAfterThreeDaysWithOneTryForAll) {
  receiver.answer("500 Oops");
  put({"old", "old too"}, now() - k_alerts_are_kept - 1h);
  put({"new"});
  EXPECT_EQ(round().waiting, 1U);
  EXPECT_EQ(receiver.bodies().size(), 1U);
  EXPECT_EQ(waiting().at(0).event.detail, "new");
}

TEST_F(Deliveries, OfOldEventsAreTriedBeforeTheyAreGivenUp) {
  put({"old", "old too"}, now() - k_alerts_are_kept - 1h);
  round();
  EXPECT_EQ(receiver.bodies().size(), 2U);
}

TEST_F(Deliveries, OfWhatTheReceiverNeverTakesBlockTheRestForSomeTriesOnly) {
  receiver.answer("400 Bad Request");
  put({"one", "two"});
  for (unsigned i = 0; i < k_most_refusals; ++i) {
    round({.minds_retry_at = false});
  }
  ASSERT_EQ(waiting().size(), 1U);
  EXPECT_EQ(waiting()[0].event.detail, "two");
}

TEST_F(Deliveries, WaitWhereTheReceiverCannotBeRead) {
  desired.notify.webhook.clear();
  desired.notify.webhook_file = desired.directory / "missing";
  put({"one"});
  const auto failed = round();
  EXPECT_NE(failed.why.find("notify.webhook_file: "), std::string::npos) << failed.why;
  EXPECT_EQ(waiting().size(), 1U);
}

TEST_F(Deliveries, AreNotMadeTwiceByTwoProcessesOfOneDirectory) {
  put({"one"});
  const base::Fd other{::open(desired.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  const auto left = round();
  EXPECT_TRUE(left.next);
  EXPECT_TRUE(receiver.bodies().empty());
}

TEST_F(Deliveries, NeedALedger) {
  store.reset();
  std::filesystem::remove(desired.directory / "state.db");
  EXPECT_FALSE(round().next);
  EXPECT_FALSE(std::filesystem::exists(desired.directory / "state.db"));
}

TEST_F(Deliveries, OfACommandThatEndsLeaveTheRestToTheNextRun) {
  put({"one"});
  deliver_due(desired, {});
  EXPECT_EQ(receiver.bodies().size(), 1U);
  receiver.answer("500 Oops");
  put({"two"});
  testing::internal::CaptureStderr();
  deliver_due(desired, {});
  EXPECT_EQ(waiting().size(), 1U);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("1 alert waits for the next run"),
            std::string::npos);
}

TEST_F(Deliveries, OfACommandThatEndsAreBounded) {
  const support::HttpServer hanging{[](const support::ServedRequest&) {
    return support::ServedReply{"", support::Then::keep_open};
  }};
  desired.notify.webhook = hanging.url();
  put({"one", "two"});
  const auto began = std::chrono::steady_clock::now();
  deliver_due(desired, {}, 200ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_EQ(waiting().size(), 2U);
}

TEST_F(Deliveries, OfALoopComeAtItsBeginningAndWhenItIsNudged) {
  put({"left by the one before"});
  ASSERT_TRUE(store->postpone(waiting()[0].id, now() + 10min));
  Courier courier{desired};
  ASSERT_TRUE(receiver.wait_for(1));
  put({"new"});
  courier.nudge();
  ASSERT_TRUE(receiver.wait_for(2));
  EXPECT_TRUE(holds(receiver.bodies()[1], "new"));
}

TEST_F(Deliveries, OfALoopThatEndsAreCutShort) {
  std::mutex mutex;
  std::condition_variable came;
  bool has_come = false;
  const support::HttpServer hanging{[&](const support::ServedRequest&) {
    const std::lock_guard lock{mutex};
    has_come = true;
    came.notify_all();
    return support::ServedReply{"", support::Then::keep_open};
  }};
  desired.notify.webhook = hanging.url();
  desired.notify.timeout = 10min;
  put({"one"});
  const auto began = std::chrono::steady_clock::now();
  {
    Courier courier{desired};
    std::unique_lock lock{mutex};
    ASSERT_TRUE(came.wait_for(lock, 60s, [&] { return has_come; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, 60s);
  EXPECT_EQ(waiting().size(), 1U);
  EXPECT_EQ(waiting()[0].tries, 0U);
}

TEST_F(Deliveries, AreNoneWithoutAReceiver) {
  desired.notify.webhook.clear();
  put({"one"});
  {
    Courier courier{desired};
    courier.nudge();
  }
  deliver_due(desired, {});
  EXPECT_EQ(waiting().size(), 1U);
}

}  // namespace
}  // namespace lavavisor::cli
