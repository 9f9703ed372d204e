// The thread that asks the chain, against endpoints that hang, fall silent and change their word.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/chain_watch.hpp"

#include "support/awaited.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace lavavisor::reconcile {
namespace {

using namespace std::chrono_literals;
using Answers = ChainWatch::Answers;
using Answer = base::Result<model::EndpointAnswer>;

Answer says(const std::string& target, std::int64_t height = 100) {
  model::EndpointAnswer answer;
  answer.network = "lava-testnet-2";
  answer.height = height;
  answer.block_time = base::TimePoint{1h};
  answer.provider_target = answer.consumer_target = target;
  answer.provider_min = answer.consumer_min = "1.0.0";
  return answer;
}

Answer catches_up(const std::string& target) {
  auto answer = says(target);
  answer->catching_up = true;
  return answer;
}

Answer is_silent() {
  return base::fail("refuses connections");
}

/// Answers what it was told to; hangs, until a stop is requested, while it was told so.
class Chain final : public ports::ChainQuery {
 public:
  struct State {
    Answers answers;
    bool hangs = false;
    int asked = 0;
    int answered = 0;
  };

  Answers ask(const model::ChainSettings&, std::stop_token stop) override {
    state.change([](State& now) { ++now.asked; });
    const std::stop_callback wake{stop, [this] {
                                    state.change([](State&) {});
                                  }};
    state.wait([&stop](const State& now) { return !now.hangs || stop.stop_requested(); });
    state.change([](State& now) { ++now.answered; });
    return state.get().answers;
  }

  void let_say(Answers answers) {
    state.change([&](State& now) { now.answers = answers; });
  }
  void let_hang(bool hangs) {
    state.change([&](State& now) { now.hangs = hangs; });
  }
  bool is_asked(int times) const {
    return state.wait([times](const State& now) { return now.asked >= times; });
  }

  test::Awaited<State> state;
};

class Watching : public testing::Test {
 protected:
  Watching() { settings.endpoints.resize(2); }

  void watch(std::chrono::milliseconds interval) {
    watched = std::make_unique<ChainWatch>(chain, settings, interval, [this] { news.up(); });
  }

  std::string target_of_first() {
    const auto answers = watched->ask(settings, {});
    return answers.at(0) ? answers[0]->provider_target : answers[0].error().message;
  }

  /// Let two more whole rounds of questions pass, so that what was said is taken in.
  void pass_rounds() { ASSERT_TRUE(chain.is_asked(chain.state.get().asked + 2)); }

  Chain chain;
  model::ChainSettings settings;
  test::Count news;
  std::unique_ptr<ChainWatch> watched;  ///< last: its thread uses the rest
};

TEST_F(Watching, WaitsForTheFirstAnswers) {
  chain.let_say({says("6.2.5"), is_silent()});
  watch(1h);
  const auto answers = watched->ask(settings, {});
  ASSERT_EQ(answers.size(), 2U);
  ASSERT_TRUE(answers[0]);
  EXPECT_EQ(answers[0]->provider_target, "6.2.5");
  EXPECT_EQ(answers[1].error().message, "refuses connections");
  EXPECT_EQ(news.get(), 0);
}

TEST_F(Watching, GoesWithoutAnEndpointThatHangsAndTellsWhenItAnswersAfterAll) {
  chain.let_say({says("6.2.5"), says("6.2.5")});
  chain.let_hang(true);
  watch(1h);
  const auto before = std::chrono::steady_clock::now();
  const auto answers = watched->ask(settings, {});
  EXPECT_LT(std::chrono::steady_clock::now() - before, test::k_generous / 2);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1].error().message, "has not answered yet");
  chain.let_hang(false);
  ASSERT_TRUE(news.reaches(1));
  EXPECT_EQ(target_of_first(), "6.2.5");
}

TEST_F(Watching, WaitsForAHangingEndpointOnlyOnce) {
  chain.let_hang(true);
  watch(1h);
  (void)watched->ask(settings, {});
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) {
    (void)watched->ask(settings, {});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, 50s);  // 2 s each would be 100 s
}

TEST_F(Watching, ServesTheLastAnswersWhileAnEndpointHangs) {
  chain.let_say({says("6.2.4"), says("6.2.4")});
  watch(1ms);
  EXPECT_EQ(target_of_first(), "6.2.4");
  chain.let_hang(true);
  EXPECT_EQ(target_of_first(), "6.2.4");
}

TEST_F(Watching, EndsWhileAnEndpointHangs) {
  chain.let_hang(true);
  watch(1h);
  ASSERT_TRUE(chain.is_asked(1));
  watched.reset();
  EXPECT_EQ(chain.state.get().answered, 1);
}

TEST_F(Watching, StopsWaitingWhenAskedTo) {
  chain.let_hang(true);
  watch(1h);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(watched->ask(settings, stop.get_token()).at(0));
}

TEST_F(Watching, TellsWhatIsNewsAndWhatIsNot) {
  chain.let_say({says("6.2.4"), says("6.2.4")});
  watch(1ms);
  EXPECT_EQ(target_of_first(), "6.2.4");
  struct Row {
    const char* what;
    Answers answers;
    bool is_news;
  };
  const std::vector<Row> rows = {
      {"a higher block", {says("6.2.4", 200), says("6.2.4", 201)}, false},
      {"one falls silent", {is_silent(), says("6.2.4")}, false},
      {"and is back", {says("6.2.4"), says("6.2.4")}, false},
      {"all fall silent", {is_silent(), is_silent()}, false},
      {"and are back with another word", {says("6.2.5"), says("6.2.5")}, true},
      {"one lies", {says("6.2.5"), says("9.9.9")}, true},
      {"one catches up", {catches_up("6.2.5"), says("9.9.9")}, true},
      {"fewer answers than endpoints", {}, false},
  };
  for (const auto& row : rows) {
    const int before = news.get();
    chain.let_say(row.answers);
    pass_rounds();
    EXPECT_EQ(news.get() > before, row.is_news) << row.what;
  }
}

TEST_F(Watching, IsNewsWhenAnEndpointAnswersForTheFirstTime) {
  chain.let_say({is_silent(), is_silent()});
  watch(1ms);
  EXPECT_EQ(target_of_first(), "refuses connections");
  pass_rounds();
  EXPECT_EQ(news.get(), 0);
  chain.let_say({says("6.2.4"), is_silent()});
  EXPECT_TRUE(news.reaches(1));
}

TEST_F(Watching, AsksAtOnceWhenToldToAndAnswersWithThat) {
  chain.let_say({says("6.2.4"), says("6.2.4")});
  watch(1h);
  EXPECT_EQ(target_of_first(), "6.2.4");
  for (const char* target : {"6.2.5", "6.2.6", "6.2.7"}) {
    chain.let_say({says(target), says(target)});
    watched->ask_now();
    EXPECT_EQ(target_of_first(), target);
  }
}

TEST_F(Watching, AsksOnceMoreWhenToldToWhileAQuestionIsOnItsWay) {
  chain.let_say({says("6.2.4"), says("6.2.4")});
  chain.let_hang(true);
  watch(1h);
  ASSERT_TRUE(chain.is_asked(1));
  watched->ask_now();
  chain.let_hang(false);
  EXPECT_TRUE(chain.is_asked(2));
}

TEST_F(Watching, LetsNoBlockGrowOldWhileTheAnswerLiesHere) {
  chain.let_say({says("6.2.4"), is_silent()});
  const auto before = std::chrono::steady_clock::now();  // its answer comes after that
  watch(1h);
  (void)watched->ask(settings, {});
  const auto answers = watched->ask(settings, {});
  const auto passed = std::chrono::steady_clock::now() - before;
  const auto block_time = base::TimePoint{1h};
  EXPECT_GT(answers[0]->block_time, block_time);
  EXPECT_LE(answers[0]->block_time - block_time, passed);
}

TEST_F(Watching, LetsABlockGrowOldWhenItsAnswerShouldHaveBeenRenewed) {
  settings.timeout = 1ms;
  chain.let_say({says("6.2.4"), is_silent()});
  watch(1ms);
  (void)watched->ask(settings, {});
  chain.let_hang(true);
  const auto asked = chain.state.get().asked;
  ASSERT_TRUE(chain.is_asked(asked));
  const auto block_time = base::TimePoint{1h};
  // At most two rounds, of 1 ms interval and 1 ms timeout each, are made up for.
  EXPECT_LE(watched->ask(settings, {}).at(0)->block_time - block_time, 4ms);
}

}  // namespace
}  // namespace lavavisor::reconcile
