// Each rule by which the chain's word is believed or not; no network and no clock.
// SPDX-License-Identifier: Apache-2.0
#include "observe/chain_judgement.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace lavavisor::observe {
namespace {

using base::fail;
using base::Result;
using model::EndpointAnswer;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Answers = std::vector<Result<EndpointAnswer>>;

const base::TimePoint k_now = *base::parse_time("2026-11-22T08:41:04Z");

EndpointAnswer says(const std::string& target, const std::string& min, std::int64_t height = 149) {
  return {.network = "lava-testnet-2",
          .height = height,
          .block_time = k_now - seconds{2},
          .catching_up = false,
          .provider_target = target,
          .provider_min = min,
          .consumer_target = target,
          .consumer_min = min};
}

model::ChainSettings settings(std::size_t endpoints, unsigned quorum = 1) {
  model::ChainSettings chain;
  chain.id = "lava-testnet-2";
  chain.quorum = quorum;
  chain.max_block_age = minutes{5};
  for (std::size_t i = 0; i < endpoints; ++i) {
    const std::string name = std::string{"https://"} + static_cast<char>('a' + i);
    chain.endpoints.push_back({.text = name, .kind = model::EndpointKind::rpc, .url = name});
  }
  return chain;
}

model::ChainObservation judge_all(const Answers& answers, unsigned quorum = 1) {
  return judge(settings(answers.size(), quorum), answers, k_now);
}

/// The error of the only endpoint, after `change` was made to a good answer; "" = believed.
std::string verdict_after(const std::function<void(EndpointAnswer&)>& change) {
  EndpointAnswer answer = says("6.2.5", "5.5.1");
  change(answer);
  const auto observed = judge_all({answer});
  EXPECT_EQ(observed.endpoints.size(), 1U);
  EXPECT_EQ(observed.endpoints.at(0).said.has_value(), observed.versions.has_value());
  return observed.endpoints.at(0).said ? "" : observed.endpoints.at(0).said.error().message;
}

TEST(Judge, BelievesOneGoodEndpoint) {
  EndpointAnswer answer = says("6.2.5", "5.5.1");
  answer.consumer_target = "v6.3.0";
  const auto observed = judge_all({answer});
  ASSERT_TRUE(observed.versions) << observed.versions.error().message;
  const model::ChainVersions expected{.provider = {.target = {6, 2, 5}, .min = {5, 5, 1}},
                                      .consumer = {.target = {6, 3, 0}, .min = {5, 5, 1}}};
  EXPECT_EQ(*observed.versions, expected);
  EXPECT_EQ(observed.height, 149);
  EXPECT_EQ(observed.agreed, 1U);
  EXPECT_EQ(observed.endpoints.at(0).endpoint, "https://a");
  EXPECT_EQ(observed.endpoints.at(0).height, 149);
}

TEST(Judge, DisbelievesAnotherNetwork) {
  EXPECT_EQ(verdict_after([](auto& answer) { answer.network = "lava-mainnet-1"; }),
            "it serves network 'lava-mainnet-1', not 'lava-testnet-2'");
  EXPECT_EQ(verdict_after([](auto& answer) { answer.network = "x\x1b[2J"; }),
            "it serves network 'x\\x1b[2J', not 'lava-testnet-2'");
  EXPECT_NE(verdict_after([](auto& answer) { answer.network.clear(); }), "");
}

TEST(Judge, DisbelievesANodeThatIsCatchingUp) {
  EXPECT_EQ(verdict_after([](auto& answer) { answer.catching_up = true; }),
            "it is still catching up with the chain");
}

TEST(Judge, DrawsTheLineExactlyAtMaxBlockAgeInBothDirections) {
  struct Row {
    microseconds age;
    const char* verdict;
  };
  const std::vector<Row> rows{
      {seconds{0}, ""},
      {minutes{5}, ""},
      {minutes{5} + microseconds{1}, "its newest block is 5m1s old (max_block_age is 5m)"},
      {minutes{61}, "its newest block is 1h1m old (max_block_age is 5m)"},
      {-minutes{5}, ""},
      {-minutes{5} - microseconds{1},
       "its newest block is 5m1s in the future (max_block_age is 5m); is the clock of this host "
       "right?"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(verdict_after([&](auto& answer) { answer.block_time = k_now - row.age; }),
              row.verdict);
  }
}

TEST(Judge, BearsTheFirstAndTheLastInstantThatAnEndpointCanName) {
  for (const char* const time : {"1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    EXPECT_NE(verdict_after([&](auto& answer) { answer.block_time = *base::parse_time(time); }), "")
        << time;
  }
}

TEST(Judge, DisbelievesMalformedVersionsInEachOfTheFourPlaces) {
  using Member = std::string EndpointAnswer::*;
  const std::vector<std::pair<const char*, Member>> members{
      {"provider_target", &EndpointAnswer::provider_target},
      {"provider_min", &EndpointAnswer::provider_min},
      {"consumer_target", &EndpointAnswer::consumer_target},
      {"consumer_min", &EndpointAnswer::consumer_min},
  };
  const std::vector<std::string> malformed{
      "",
      "1.2",
      "1.2.x",
      "-1.0.0",
      "99999999999.0.0",
      "1.2.3.4",
      "6.10001.0",
      "6.0.10001",
      "6.2.5 ",
      " 6.2.5",
      "6..5",
      "6.2.5-rc1",
      "vv6.2.5",
      "V6.2.5",
      "6.2.5\n",
      "0x6.2.5",
      "+6.2.5",
      "latest",
      std::string("6.2.5\0", 6),
      std::string("6\0.2.5", 6),
      std::string(100'000, '9'),
  };
  for (const auto& [name, member] : members) {
    for (const auto& text : malformed) {
      const auto verdict =
          verdict_after([&, member = member](auto& answer) { answer.*member = text; });
      EXPECT_TRUE(verdict.starts_with(std::string{name} + ": ")) << name << " <> " << verdict;
      EXPECT_LT(verdict.size(), 200U);
      EXPECT_EQ(verdict.find('\0'), std::string::npos);
    }
  }
}

TEST(Judge, AcceptsALeadingVAndTheBoundsOfTheChain) {
  for (const char* const text : {"v6.2.5", "6.10000.10000", "4294967295.0.0", "5.5.1"}) {
    EXPECT_EQ(verdict_after([&](auto& answer) { answer.provider_target = text; }), "") << text;
  }
}

TEST(Judge, DisbelievesAMinAboveItsTarget) {
  EXPECT_EQ(verdict_after([](auto& answer) { answer.provider_min = "6.2.10"; }),
            "provider_min 6.2.10 is above provider_target 6.2.5");
  EXPECT_EQ(verdict_after([](auto& answer) { answer.consumer_min = "10.0.0"; }),
            "consumer_min 10.0.0 is above consumer_target 6.2.5");
  EXPECT_EQ(verdict_after([](auto& answer) { answer.consumer_min = "6.2.5"; }), "");
}

TEST(Judge, OutvotesAMinorityAndTakesTheHighestHeightOfTheMajority) {
  const auto observed = judge_all({says("9.0.0", "9.0.0", 900),
                                   says("6.2.5", "5.5.1", 148),
                                   says("6.2.5", "5.5.1", 150),
                                   says("6.2.5", "5.5.1", 149)},
                                  2);
  ASSERT_TRUE(observed.versions) << observed.versions.error().message;
  EXPECT_EQ(model::to_string(observed.versions->provider.target), "6.2.5");
  EXPECT_EQ(observed.agreed, 3U);
  EXPECT_EQ(observed.height, 150);
  ASSERT_TRUE(observed.endpoints.at(0).said);
  EXPECT_EQ(model::to_string(observed.endpoints.at(0).said->provider.target), "9.0.0");
}

TEST(Judge, CountsOnlyEndpointsThatAreBelieved) {
  EndpointAnswer stale = says("6.2.4", "5.5.0");
  stale.block_time = k_now - minutes{6};
  const auto observed = judge_all({stale, stale, says("6.2.5", "5.5.1")});
  ASSERT_TRUE(observed.versions);
  EXPECT_EQ(model::to_string(observed.versions->provider.target), "6.2.5");
  EXPECT_EQ(observed.agreed, 1U);
}

TEST(Judge, SeesOneVersionInDifferentSpellings) {
  const auto observed = judge_all({says("6.2.5", "5.5.1"), says("v6.2.5", "v5.5.1")}, 2);
  ASSERT_TRUE(observed.versions) << observed.versions.error().message;
  EXPECT_EQ(observed.agreed, 2U);
}

TEST(Judge, BelievesNoOneInATie) {
  const auto observed = judge_all({says("6.2.5", "5.5.1"),
                                   says("6.2.4", "5.5.0"),
                                   says("6.2.4", "5.5.0"),
                                   says("6.2.5", "5.5.1")});
  ASSERT_FALSE(observed.versions);
  EXPECT_EQ(observed.versions.error().message,
            "the endpoints disagree, and none of their answers outnumbers the others: https://a "
            "says 6.2.5/5.5.1, https://b says 6.2.4/5.5.0, https://c says 6.2.4/5.5.0, https://d "
            "says 6.2.5/5.5.1");
  EXPECT_EQ(observed.agreed, 0U);
  EXPECT_EQ(observed.height, 0);
}

TEST(Judge, BelievesAMajorityBesideSmallerTies) {
  const auto observed = judge_all({says("1.0.0", "1.0.0"),
                                   says("6.2.5", "5.5.1"),
                                   says("2.0.0", "2.0.0"),
                                   says("6.2.5", "5.5.1")});
  ASSERT_TRUE(observed.versions);
  EXPECT_EQ(observed.agreed, 2U);
}

TEST(Judge, NamesEachEndpointWhenTheQuorumIsNotReached) {
  EndpointAnswer split = says("6.2.5", "5.5.1");
  split.consumer_target = "6.2.6";
  const auto observed = judge_all(
      {says("6.2.5", "5.5.1"), fail("connection refused"), says("6.2.5", "5.5.1"), split}, 3);
  ASSERT_FALSE(observed.versions);
  EXPECT_EQ(observed.versions.error().message,
            "only 2 of 4 endpoints agree, and chain.quorum is 3: https://a says 6.2.5/5.5.1, "
            "https://b: connection refused, https://c says 6.2.5/5.5.1, https://d says provider "
            "6.2.5/5.5.1 consumer 6.2.6/5.5.1");
}

TEST(Judge, NamesEachEndpointWhenNoneIsBelieved) {
  EndpointAnswer behind = says("6.2.5", "5.5.1");
  behind.catching_up = true;
  const auto observed = judge_all({fail("no answer within 5s"), behind});
  ASSERT_FALSE(observed.versions);
  EXPECT_EQ(observed.versions.error().message,
            "no endpoint gave a trustworthy answer: https://a: no answer within 5s, https://b: it "
            "is still catching up with the chain");
}

TEST(Judge, HasOneVerdictPerEndpointEvenForAnswersThatAreMissing) {
  const auto observed = judge(settings(2), {says("6.2.5", "5.5.1")}, k_now);
  ASSERT_EQ(observed.endpoints.size(), 2U);
  EXPECT_EQ(observed.endpoints.at(1).said.error().message, "it was not asked");
  EXPECT_TRUE(observed.versions);
}

}  // namespace
}  // namespace lavavisor::observe
