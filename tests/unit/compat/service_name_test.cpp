// Names as the original gives them, and apart where the original's collide.
// SPDX-License-Identifier: Apache-2.0
#include "compat/service_name.hpp"

#include "scratch.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lavavisor::compat {
namespace {

using model::ServiceType;

constexpr auto k_provider = ServiceType::provider;
constexpr auto k_consumer = ServiceType::consumer;

TEST(ServiceName, IsTheOriginalsUnlessThatIsTaken) {
  struct Row {
    std::string what;
    NameRequest request;
    std::vector<NamedService> taken;
    std::string name;
  };
  const NameRequest provider{k_provider, "alice", "ETH1", "/p.yml"};
  const NameRequest consumer{k_consumer, "alice", "ETH1", "/c.yml"};
  const std::vector<Row> rows{
      {"the first", provider, {}, "alice-ETH1"},
      {"others there", provider, {{"malice-ETH1", k_provider, "/p.yml"}}, "alice-ETH1"},
      {"the same again", provider, {{"alice-ETH1", k_provider, "/p.yml"}}, "alice-ETH1"},
      {"a consumer behind a provider",
       consumer,
       {{"alice-ETH1", k_provider, "/p.yml"}},
       "alice-ETH1-consumer"},
      {"a provider behind a consumer",
       provider,
       {{"alice-ETH1", k_consumer, "/c.yml"}},
       "alice-ETH1-provider"},
      {"that consumer again",
       consumer,
       {{"alice-ETH1", k_provider, "/p.yml"}, {"alice-ETH1-consumer", k_consumer, "/c.yml"}},
       "alice-ETH1-consumer"},
      {"that consumer again, the provider being gone",
       consumer,
       {{"alice-ETH1-consumer", k_consumer, "/c.yml"}},
       "alice-ETH1-consumer"},
      {"another file of the same chain",
       provider,
       {{"alice-ETH1", k_provider, "/other.yml"}},
       "alice-ETH1-provider"},
      {"a third file",
       provider,
       {{"alice-ETH1", k_provider, "/1.yml"}, {"alice-ETH1-provider", k_provider, "/2.yml"}},
       "alice-ETH1-provider-2"},
      {"a cache of that name",
       provider,
       {{"alice-ETH1", ServiceType::cache, ""}},
       "alice-ETH1-provider"},
      {"characters that no unit may have",
       {k_provider, "al ice@x", "ETH1", "/p"},
       {},
       "al-ice-x-ETH1"},
  };
  for (const auto& row : rows) {
    const auto name = service_name(row.request, row.taken);
    ASSERT_TRUE(name) << row.what;
    EXPECT_EQ(*name, row.name) << row.what;
  }
}

TEST(ServiceName, FailsWhereNoNameComesOut) {
  EXPECT_FALSE(service_name({k_provider, std::string(300, 'a'), "ETH1", "/p"}, {}));
  EXPECT_FALSE(service_name({k_provider, ".hidden", "ETH1", "/p"}, {}));
}

TEST(FirstChain, ReadsTheFirstEndpoint) {
  const Scratch folder;
  EXPECT_EQ(first_chain(folder.write("p.yml", k_eth1), k_provider), "ETH1");
  const auto two =
      folder.write("two.yml",
                   "endpoints:\n"
                   "- {chain-id: NEAR, api-interface: jsonrpc, network-address: ':1'}\n"
                   "- {chain-id: ETH1, api-interface: jsonrpc, network-address: ':2'}\n");
  EXPECT_EQ(first_chain(two, k_consumer), "NEAR");
}

TEST(FirstChain, FailsWithThePlaceOfTheMistake) {
  const Scratch folder;
  const auto bad = folder.write("bad.yml", "endpoints:\n  - {api-interface: jsonrpc}\n");
  const auto chain = first_chain(bad, k_provider);
  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().message.find(bad.string() + ":2:"), 0U) << chain.error().message;
  EXPECT_FALSE(first_chain(folder.path() / "missing.yml", k_provider));
  EXPECT_FALSE(first_chain(folder.write("empty.yml", ""), k_provider));
  EXPECT_FALSE(first_chain(folder.write("tab.yml", "endpoints:\n\t- x\n"), k_provider));
}

}  // namespace
}  // namespace lavavisor::compat
