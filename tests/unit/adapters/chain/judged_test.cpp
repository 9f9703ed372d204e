// What real endpoints say and what is believed of it, together: ask, then judge at a given instant.
// SPDX-License-Identifier: Apache-2.0
#include "chain_fixture.hpp"
#include "observe/chain_judgement.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::chain {
namespace {

using support::HttpServer;

/// Just after the recorded after_ answers.
const base::TimePoint k_now = *base::parse_time("2026-11-22T08:41:04Z");

model::ChainObservation ask_and_judge(const model::ChainSettings& chain,
                                      base::TimePoint now = k_now) {
  HttpChainQuery query{"0.0.0"};
  return observe::judge(chain, query.ask(chain, {}), now);
}

HttpServer::Handler old_node() {
  return node(recorded("before_status_post.http"), recorded("before_params_post.http"));
}

TEST(AskedAndJudged, AGoodNodeIsBelieved) {
  HttpServer server{good_node()};
  const auto chain = ask_and_judge(settings({rpc(server.url())}));
  ASSERT_TRUE(chain.versions) << chain.versions.error().message;
  EXPECT_EQ(model::to_string(chain.versions->provider.target), "6.2.5");
  EXPECT_EQ(model::to_string(chain.versions->consumer.min), "5.5.1");
  EXPECT_EQ(chain.height, 149);
  EXPECT_EQ(chain.agreed, 1U);
}

TEST(AskedAndJudged, ANodeThatCannotKnowIsNotBelieved) {
  struct Row {
    std::string status;
    std::string params;
    const char* now;
    const char* reason;
  };
  const std::vector<Row> rows{
      {"midsync_old_version_status.http",
       "midsync_old_version_params.http",
       "2026-11-22T08:38:55Z",
       "it is still catching up"},
      {"catchingup_stuck_status_get.http",
       "catchingup_stuck_params_get.http",
       "2026-11-22T08:42:47Z",
       "it is still catching up"},
      {"catchingup_empty_status_post.http",
       "catchingup_empty_params_post.http",
       "2026-11-22T08:41:49Z",
       "it is still catching up"},
      {"stale_status_post.http",
       "stale_params_get.http",
       "2026-11-22T08:50:00Z",
       "its newest block is 7m6s old (max_block_age is 5m)"},
      {"after_status_post.http", "unknown_path_post.http", "2026-11-22T08:41:04Z", "code 6 (sdk)"},
  };
  for (const auto& row : rows) {
    HttpServer server{node(recorded(row.status), recorded(row.params))};
    const auto chain = ask_and_judge(settings({rpc(server.url())}), *base::parse_time(row.now));
    ASSERT_FALSE(chain.versions) << row.status;
    EXPECT_NE(chain.versions.error().message.find(row.reason), std::string::npos)
        << chain.versions.error().message;
  }
}

TEST(AskedAndJudged, ANodeOfAnotherNetworkIsNotBelieved) {
  HttpServer server{good_node()};
  auto settings_of_mainnet = settings({rpc(server.url())});
  settings_of_mainnet.id = "lava-mainnet-1";
  EXPECT_EQ(ask_and_judge(settings_of_mainnet).versions.error().message,
            "no endpoint gave a trustworthy answer: " + server.url() +
                ": it serves network 'lava-testnet-2', not 'lava-mainnet-1'");
}

TEST(AskedAndJudged, EndpointsThatDisagreeAreAllNamed) {
  HttpServer one{good_node()};
  HttpServer other{old_node()};
  support::RefusingPort down;
  const auto chain = ask_and_judge(settings({rpc(one.url()), rpc(other.url()), rpc(down.url())}));
  ASSERT_FALSE(chain.versions);
  EXPECT_EQ(chain.versions.error().message,
            "the endpoints disagree, and none of their answers outnumbers the others: " +
                one.url() + " says 6.2.5/5.5.1, " + other.url() + " says 6.2.4/5.5.0, " +
                down.url() + ": connection refused");
}

TEST(AskedAndJudged, AMinorityIsOutvoted) {
  HttpServer one{good_node()};
  HttpServer two{good_node()};
  HttpServer liar{old_node()};
  auto chain_settings = settings({rpc(liar.url()), rpc(one.url()), rpc(two.url())});
  chain_settings.quorum = 2;
  const auto chain = ask_and_judge(chain_settings);
  ASSERT_TRUE(chain.versions) << chain.versions.error().message;
  EXPECT_EQ(model::to_string(chain.versions->provider.target), "6.2.5");
  EXPECT_EQ(chain.agreed, 2U);
}

}  // namespace
}  // namespace lavavisor::chain
