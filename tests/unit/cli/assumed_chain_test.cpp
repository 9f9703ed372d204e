// What --assume takes, and what it makes of the chain's answers.
// SPDX-License-Identifier: Apache-2.0
#include "cli/assumed_chain.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

TEST(ParseAssumption, TakesEitherPartBothOrNone) {
  struct Row {
    const char* text;
    const char* target;
    const char* min;
  };
  for (const Row& row : {Row{"", "", ""},
                         Row{"  ", "", ""},
                         Row{"target=6.3.0", "6.3.0", ""},
                         Row{"min=6.0.0", "", "6.0.0"},
                         Row{"target=6.3.0,min=6.0.0", "6.3.0", "6.0.0"},
                         Row{" min = 6.0.0 , target = v6.3.0 ", "6.3.0", "6.0.0"}}) {
    const auto assumption = parse_assumption(row.text);
    ASSERT_TRUE(assumption) << row.text << ": " << assumption.error().message;
    EXPECT_EQ(assumption->target, row.target) << row.text;
    EXPECT_EQ(assumption->min, row.min) << row.text;
  }
}

TEST(ParseAssumption, RefusesWhatIsNoVersionOfEither) {
  for (const char* text : {"6.3.0",
                           "target",
                           "target=",
                           "target=latest",
                           "target=6.3",
                           "target=6.3.0,",
                           "target=6.3.0;min=6.0.0",
                           "max=6.3.0",
                           ",",
                           "target=6.3.0,=6.0.0",
                           "target==6.3.0"}) {
    EXPECT_FALSE(parse_assumption(text)) << text;
  }
}

TEST(ParseAssumption, NamesWhatItDidNotUnderstand) {
  EXPECT_EQ(parse_assumption("target=6.3.0,mim=6.0.0").error().message,
            "'mim=6.0.0' is neither target=VERSION nor min=VERSION");
}

class FixedClock final : public ports::Clock {
 public:
  base::TimePoint now() override { return base::TimePoint{std::chrono::hours{1'000}}; }
  std::chrono::milliseconds steady() override { return {}; }
};

using Answers = std::vector<base::Result<model::EndpointAnswer>>;

class FixedChain final : public ports::ChainQuery {
 public:
  Answers ask(const model::ChainSettings&, std::stop_token) override { return answers; }

  Answers answers;
};

class Assumed : public testing::Test {
 protected:
  Assumed() {
    settings.id = "lava-testnet-2";
    model::EndpointAnswer answer;
    answer.network = "other";
    answer.height = 7;
    answer.catching_up = true;
    answer.provider_target = answer.consumer_target = "5.0.0";
    answer.provider_min = answer.consumer_min = "4.0.0";
    real.answers = {answer, base::fail("hangs")};
  }

  Answers ask(const Assumption& assumption) {
    return AssumedChain{real, assumption, clock}.ask(settings, {});
  }

  model::ChainSettings settings;
  FixedChain real;
  FixedClock clock;
};

TEST_F(Assumed, NothingLeavesTheAnswersAsTheyAre) {
  EXPECT_EQ(ask({}), real.answers);
}

TEST_F(Assumed, OnePartLeavesTheRestToTheEndpointsAndToTheirJudge) {
  const auto answers = ask({"6.3.0", ""});
  auto expected = *real.answers[0];
  expected.provider_target = expected.consumer_target = "6.3.0";
  EXPECT_EQ(answers[0].value(), expected);
  EXPECT_EQ(answers[1].error().message, "hangs");
  EXPECT_EQ(ask({"", "6.0.0"})[0]->consumer_min, "6.0.0");
  EXPECT_EQ(ask({"", "6.0.0"})[0]->consumer_target, "5.0.0");
}

TEST_F(Assumed, BothPartsNeedNoEndpointAtAll) {
  const auto answers = ask({"6.3.0", "6.0.0"});
  ASSERT_EQ(answers.size(), 2U);
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->network, "lava-testnet-2");
    EXPECT_EQ(answer->block_time, clock.now());
    EXPECT_FALSE(answer->catching_up);
    EXPECT_EQ(answer->provider_target, "6.3.0");
    EXPECT_EQ(answer->consumer_target, "6.3.0");
    EXPECT_EQ(answer->provider_min, "6.0.0");
    EXPECT_EQ(answer->consumer_min, "6.0.0");
  }
  EXPECT_EQ(answers[0]->height, 7);
}

}  // namespace
}  // namespace lavavisor::cli
