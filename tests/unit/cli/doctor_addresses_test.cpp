// Where a configuration lets its services listen.
// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_addresses.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

std::vector<std::string> words(const model::Desired& desired) {
  std::vector<std::string> all;
  for (const auto& each : addresses_of(desired)) {
    all.push_back(each.service + " " + each.origin + " " + each.host + " " +
                  std::to_string(each.port) + (each.listens ? "" : " asked"));
  }
  return all;
}

TEST(Addresses, AreThoseOfYamlFlagsHealthAndMetrics) {
  const testing_support::TemporaryFolder folder;
  model::Desired desired;
  model::Service provider;
  provider.name = "p";
  provider.config_path = folder.write("p.yml",
                                      "endpoints:\n"
                                      "  - api-interface: jsonrpc\n"
                                      "    chain-id: ETH1\n"
                                      "    network-address:\n"
                                      "      address: \"0.0.0.0:2200\"\n"
                                      "    node-urls:\n"
                                      "      - url: ws://127.0.0.1:3333\n");
  provider.flags = {{"metrics-listen-address", "127.0.0.1:7776"},
                    {"pprof-listen-address", "disabled"},
                    {"parallel-connections", "10"},
                    {"some-switch", std::nullopt}};
  provider.health.http = "http://127.0.0.1:7776/metrics";  // listed above already
  provider.health.tcp = "localhost:9000";
  model::Service cache;
  cache.name = "c";
  cache.type = model::ServiceType::cache;
  cache.address = "127.0.0.1:20100";
  cache.health.http = "https://elsewhere.example/";  // tells nothing of this host
  model::Service off = cache;
  off.name = "off";
  off.enabled = false;
  desired.services = {provider, cache, off};
  desired.metrics.listen = "127.0.0.1:9642";
  EXPECT_EQ(words(desired),
            (std::vector<std::string>{"p network-address 0.0.0.0 2200",
                                      "p --metrics-listen-address 127.0.0.1 7776",
                                      "p health.tcp localhost 9000 asked",
                                      "c address 127.0.0.1 20100",
                                      " metrics.listen 127.0.0.1 9642"}));
}

}  // namespace
}  // namespace lavavisor::cli
