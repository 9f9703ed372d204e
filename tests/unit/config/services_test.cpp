// [defaults] under [[service]], and what each type gets.
// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace lavavisor::config {
namespace {

using std::chrono::seconds;

model::Service only_service(const std::string& text) {
  const model::Desired desired = valid(std::string{k_chain} + text);
  return desired.services.empty() ? model::Service{} : desired.services.front();
}

const std::string k_provider =
    "[[service]]\nname = \"p\"\ntype = \"provider\"\nconfig = \"provider.yml\"\n";

TEST(Services, HaveTheContractsDefaults) {
  const model::Service service = only_service(k_provider);
  EXPECT_EQ(service.user, "lava");
  EXPECT_EQ(service.from, "");
  EXPECT_EQ(service.keyring_backend, "test");
  EXPECT_EQ(service.geolocation, 1U);
  EXPECT_EQ(service.log_level, "info");
  EXPECT_EQ(service.node, "tcp://127.0.0.1:26657");
  EXPECT_TRUE(service.enabled);
  EXPECT_FALSE(service.version);
  EXPECT_EQ(service.health, model::Health{});
}

TEST(Services, TakeEveryDefaultThatTheyDoNotGive) {
  const model::Service service = only_service(
      "[defaults]\nuser = \"node\"\nfrom = \"k\"\nkeyring_backend = \"os\"\ngeolocation = 2\n"
      "log_level = \"debug\"\nnode = \"https://rpc.example:443\"\nenabled = false\n"
      "version = \"min\"\nhealth.tcp = \"127.0.0.1:2224\"\n" +
      k_provider + "log_level = \"warn\"\nversion = \"6.2.4\"\n");
  EXPECT_EQ(service.user, "node");
  EXPECT_EQ(service.from, "k");
  EXPECT_EQ(service.keyring_backend, "os");
  EXPECT_EQ(service.geolocation, 2U);
  EXPECT_EQ(service.log_level, "warn");
  EXPECT_EQ(service.node, "https://rpc.example:443");
  EXPECT_FALSE(service.enabled);
  EXPECT_EQ(service.version, model::VersionChoice{model::Release{"6.2.4"}});
  EXPECT_EQ(service.health.tcp, "127.0.0.1:2224");
}

TEST(Services, WriteToTheJournalUnlessAFileIsAskedFor) {
  EXPECT_EQ(only_service(k_provider).log, model::LogTo::journal);
  EXPECT_EQ(only_service(k_provider + "log = \"file\"\n").log, model::LogTo::file);
  const std::string defaults = "[defaults]\nlog = \"file\"\n";
  EXPECT_EQ(only_service(defaults + k_provider).log, model::LogTo::file);
  EXPECT_EQ(only_service(defaults + k_provider + "log = \"journal\"\n").log, model::LogTo::journal);
}

TEST(Services, AreAskedForTheirHealthWhereTheyServeMetrics) {
  struct Row {
    std::string keys;
    std::string http;
  };
  const std::string path = "/metrics/overall-health";
  const std::vector<Row> rows{
      {"", ""},
      {"flags = { metrics-listen-address = \":7776\" }\n", "http://127.0.0.1:7776" + path},
      {"flags = { metrics-listen-address = \"0.0.0.0:7776\" }\n", "http://127.0.0.1:7776" + path},
      {"flags = { metrics-listen-address = \"[::]:7776\" }\n", "http://127.0.0.1:7776" + path},
      {"flags = { metrics-listen-address = \"[::1]:7776\" }\n", "http://[::1]:7776" + path},
      {"flags = { metrics-listen-address = \"10.0.0.1:7776\" }\n", "http://10.0.0.1:7776" + path},
      {"flags = { metrics-listen-address = \"disabled\" }\n", ""},
      {"flags = { metrics-listen-address = true }\n", ""},
      {"flags = { metrics-listen-address = \":7776\" }\nhealth.http = \"\"\n", ""},
      {"flags = { metrics-listen-address = \":7776\" }\nhealth.http = \"http://a/b\"\n",
       "http://a/b"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(only_service(k_provider + row.keys).health.http, row.http) << row.keys;
  }
  const std::string defaults =
      "[defaults]\nflags = { metrics-listen-address = \":7776\" }\nhealth.http = \"\"\n";
  EXPECT_EQ(only_service(defaults + k_provider).health.http, "");
  EXPECT_EQ(only_service(defaults + "[[service]]\nname = \"c\"\ntype = \"cache\"\n"
                                    "address = \":1\"\n")
                .health.http,
            "");
}

TEST(Services, LayTheirTablesOverTheDefaultsKeyByKey) {
  const model::Service service = only_service(
      "[defaults]\nflags = { a = 1, b = true, c = \"x\" }\nenv = { A = \"1\", B = \"2\" }\n"
      "health = { settle = \"5s\", timeout = \"20s\" }\n"
      "unit = { Unit = { After = [\"a.service\", \"b.service\"] }, Service = { Nice = 5 } }\n" +
      k_provider +
      "flags = { b = false, c = [\"y\", \"z\"], d = 0.5 }\nenv = { B = \"3\" }\n"
      "health = { timeout = \"30s\" }\nunit = { Service = { Nice = -5, PrivateTmp = false } }\n");
  const std::vector<model::Flag> flags{{"a", "1"}, {"c", "y"}, {"c", "z"}, {"d", "0.5"}};
  EXPECT_EQ(service.flags, flags);
  EXPECT_EQ(service.env, (std::map<std::string, std::string>{{"A", "1"}, {"B", "3"}}));
  EXPECT_EQ(service.health.settle, seconds{5});
  EXPECT_EQ(service.health.timeout, seconds{30});
  const model::UnitKeys unit{{"Unit", {{"After", {"a.service", "b.service"}}}},
                             {"Service", {{"Nice", {"-5"}}, {"PrivateTmp", {"no"}}}}};
  EXPECT_EQ(service.unit, unit);
}

TEST(Services, KeepFlagsInTheFilesOrder) {
  const model::Service service =
      only_service(k_provider + "[service.flags]\nz = 1\nm = true\na = \"with space\"\n");
  const std::vector<model::Flag> flags{{"z", "1"}, {"m", std::nullopt}, {"a", "with space"}};
  EXPECT_EQ(service.flags, flags);
}

TEST(Services, GetTheFirstRpcEndpointAsTheirNode) {
  const model::Desired desired = valid(
      "[chain]\nid = \"lava\"\nendpoints = [\"rest+https://lcd.example\", "
      "\"https://rpc.example:443\"]\n" +
      k_provider);
  EXPECT_EQ(desired.services.at(0).node, "https://rpc.example:443");
}

TEST(Services, OfTypeCacheHaveAnAddressAndNothingOfTheKeyring) {
  const model::Service service = only_service(
      "[defaults]\nfrom = \"k\"\n[[service]]\nname = \"c\"\ntype = \"cache\"\n"
      "address = \"127.0.0.1:20100\"\n");
  EXPECT_EQ(service.address, "127.0.0.1:20100");
  EXPECT_EQ(service.log_level, "info");
  EXPECT_EQ(service.from + service.keyring_backend + service.node, "");
}

TEST(Services, OfTypeCustomHaveTheirCommandAndNoFlags) {
  const model::Service service = only_service(
      "[defaults]\nflags = { a = 1 }\n[[service]]\nname = \"c\"\ntype = \"custom\"\n"
      "command = [\"lavap\", \"say\", \"100% $HOME\"]\n");
  EXPECT_EQ(service.command, (std::vector<std::string>{"lavap", "say", "100% $HOME"}));
  EXPECT_TRUE(service.flags.empty());
  EXPECT_EQ(service.log_level, "");
}

}  // namespace
}  // namespace lavavisor::config
