// From a file to Desired: the contract's example, every default, paths.
// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "base/sha256.hpp"
#include "support.hpp"

#include <set>

namespace lavavisor::config {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string k_pin = "0f5d6a2ec9b14f0b8d1c7c5a3f2e9d8b7a6c5e4f3d2c1b0a9f8e7d6c5b4a3f2e";

fs::path contract_file() {
  return fs::path{LAVAVISOR_FIXTURES} / "config/contract/config.toml";
}

model::Desired contract_desired() {
  const Loaded loaded = load(contract_file(), root());
  EXPECT_EQ(format_findings(loaded.findings, Colour::no), "");
  return loaded.desired.value();
}

TEST(Load, TakesTheContractsExample) {
  const model::Desired desired = contract_desired();
  EXPECT_EQ(desired.file, contract_file());
  EXPECT_EQ(desired.config_sha256, base::sha256_file(contract_file()).value());
  EXPECT_EQ(desired.directory, "/var/lib/lavavisor");
  EXPECT_EQ(desired.interval, seconds{15});
  EXPECT_EQ(desired.chain.id, "lava-testnet-2");
  const std::vector<model::Endpoint> endpoints{
      {"tcp://127.0.0.1:26657", model::EndpointKind::rpc, "http://127.0.0.1:26657"},
      {"https://rpc.example:443", model::EndpointKind::rpc, "https://rpc.example:443"},
      {"rest+https://lcd.example", model::EndpointKind::rest, "https://lcd.example"}};
  EXPECT_EQ(desired.chain.endpoints, endpoints);
  EXPECT_TRUE(desired.binary.auto_download);
  EXPECT_EQ(desired.binary.sha256, (std::map<model::Release, std::string>{{{"6.2.5"}, k_pin}}));
  EXPECT_EQ(desired.binary.releases,
            (std::map<model::Version, model::Release>{{{4, 2, 8}, {"5.0.0"}}}));
  EXPECT_EQ(desired.systemd.unit_dir, "/etc/systemd/system");
}

TEST(Load, TakesTheContractsService) {
  const model::Service service = contract_desired().services.at(0);
  EXPECT_EQ(service.name, "provider-eth1");
  EXPECT_EQ(service.type, model::ServiceType::provider);
  EXPECT_EQ(service.config_path, contract_file().parent_path() / "provider-ETH1.yml");
  EXPECT_EQ(base::sha256_hex(service.config_text), base::sha256_file(service.config_path).value());
  EXPECT_EQ(service.user, "lava");
  EXPECT_EQ(service.from, "operator");
  EXPECT_EQ(service.node, "tcp://127.0.0.1:26657");
  const std::vector<model::Flag> flags{{"parallel-connections", "10"},
                                       {"metrics-listen-address", ":7776"},
                                       {"some-switch", std::nullopt}};
  EXPECT_EQ(service.flags, flags);
  EXPECT_EQ(service.env, (std::map<std::string, std::string>{{"GOGC", "200"}}));
  EXPECT_EQ(service.version, model::VersionChoice{model::Release{"6.2.4"}});
  EXPECT_EQ(service.health.http, "http://127.0.0.1:7776/metrics");
  const model::UnitKeys unit{{"Service", {{"RestartSec", {"5s"}}, {"CPUQuota", {"200%"}}}}};
  EXPECT_EQ(service.unit, unit);
}

TEST(Load, FillsInTheModelsDefaults) {
  const model::Desired desired = valid(k_chain);
  model::Desired expected;
  expected.file = desired.file;
  expected.config_sha256 = base::sha256_hex(k_chain);
  expected.directory = "/var/lib/lavavisor";
  expected.chain.id = "lava-testnet-2";
  expected.chain.endpoints = desired.chain.endpoints;
  expected.binary.link = "/usr/local/bin/lavap";
  const std::string base = "https://github.com/lavanet/lava/releases/download/v{version}/";
  expected.binary.release.url = base + "lavap-v{version}-{os}-{arch}";
  expected.binary.release.checksums = base + "sha256sum.txt";
  expected.binary.build.url = "https://github.com/lavanet/lava/archive/refs/tags/v{version}.zip";
  expected.binary.build.go = "go";
  expected.systemd.unit_dir = "/etc/systemd/system";
  EXPECT_EQ(desired, expected);
}

TEST(Load, GivesAnOperatorWhoIsNotRootPlacesBelowHome) {
  const model::Desired desired = valid(k_chain, operator_user());
  EXPECT_EQ(desired.directory, "/home/op/.lavavisor");
  EXPECT_EQ(desired.binary.link, "/home/op/.local/bin/lavap");
  EXPECT_EQ(desired.systemd.scope, model::Scope::user);
  EXPECT_EQ(desired.systemd.unit_dir, "/home/op/.config/systemd/user");
}

TEST(Load, LetsTheScopeDecideUnitDirAndUser) {
  const std::string service =
      "[[service]]\nname = \"a\"\ntype = \"custom\"\ncommand = [\"lavap\"]\n";
  struct Row {
    std::string scope;
    Environment environment;
    std::string unit_dir;
    std::string user;
  };
  for (const Row& row : {Row{"system", operator_user(), "/etc/systemd/system", "lava"},
                         Row{"none", operator_user(), "/etc/systemd/system", "lava"},
                         Row{"user", root(), "/root/.config/systemd/user", ""}}) {
    const auto desired =
        valid(std::string{k_chain} + "[systemd]\nscope = \"" + row.scope + "\"\n" + service,
              row.environment);
    EXPECT_EQ(desired.systemd.unit_dir, row.unit_dir) << row.scope;
    EXPECT_EQ(desired.services.at(0).user, row.user) << row.scope;
  }
}

TEST(Load, AsksForADirectoryWhereThereIsNoHome) {
  const TemporaryFolder folder;
  const Loaded loaded = load(folder.write("config.toml", k_chain), {false, ""});
  EXPECT_FALSE(loaded.desired);
  EXPECT_EQ(loaded.findings.at(0).message,
            "directory: no home directory is known for the default ~/.lavavisor");
}

TEST(Load, TakesPathsRelativeToTheFileAndBelowHome) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("etc/config.toml",
                                     "directory = \"../state/\"\n" + std::string{k_chain} +
                                         "[binary]\nlink = \"~/bin/lavap\"\n"
                                         "release.ca_file = \"./ca.pem\"\n");
  const Loaded loaded = load(file, operator_user());
  ASSERT_TRUE(loaded.desired) << format_findings(loaded.findings, Colour::no);
  EXPECT_EQ(loaded.desired->directory, fs::canonical(folder.path()) / "state");
  EXPECT_EQ(loaded.desired->binary.link, "/home/op/bin/lavap");
  EXPECT_EQ(loaded.desired->binary.release.ca_file, folder.path() / "etc/ca.pem");
}

TEST(Load, TakesPathsRelativeToTheLinkNotToWhatItLinksTo) {
  const TemporaryFolder folder;
  folder.write("releases/1/config.toml", "directory = \"state\"\n" + std::string{k_chain});
  fs::create_symlink("releases/1/config.toml", folder.path() / "config.toml");
  const Loaded loaded = load(folder.path() / "config.toml", root());
  ASSERT_TRUE(loaded.desired);
  EXPECT_EQ(loaded.desired->directory, folder.path() / "state");
  EXPECT_EQ(loaded.desired->file, folder.path() / "config.toml");
}

TEST(Load, RefusesAFileOfMoreThanOneMebibyte) {
  const TemporaryFolder folder;
  const std::string text = std::string{k_chain} + "#" + std::string(1U << 20U, 'x');
  const Loaded loaded = load(folder.write("config.toml", text), root());
  ASSERT_EQ(loaded.findings.size(), 1U);
  EXPECT_NE(loaded.findings[0].message.find("MiB"), std::string::npos)
      << loaded.findings[0].message;
}

TEST(Load, SaysWhenThereIsMoreThanItShows) {
  const TemporaryFolder folder;
  std::string text{k_chain};
  for (int number = 0; number < 600; ++number) {
    text += "key" + std::to_string(number) + " = 1\n";
  }
  const Loaded loaded = load(folder.write("config.toml", text), root());
  ASSERT_EQ(loaded.findings.size(), 501U);
  EXPECT_EQ(loaded.findings.back().message, "too many mistakes: only the first 500 are shown");
}

TEST(Load, IsNotStoppedByWarnings) {
  std::string text{k_chain};
  for (int number = 0; number < 600; ++number) {
    text += "[[service]]\nname = \"s" + std::to_string(number) +
            "\"\ntype = \"consumer\"\nconfig = \"c" + std::to_string(number) + ".yml\"\n";
  }
  const TemporaryFolder folder;
  for (int number = 0; number < 600; ++number) {
    folder.write("c" + std::to_string(number) + ".yml",
                 "endpoints: [{chain-id: A, api-interface: rest, network-address: 'h:" +
                     std::to_string(number + 1) + "'}]\n");
  }
  const Loaded loaded = load(folder.write("config.toml", text), root());
  ASSERT_TRUE(loaded.desired) << format_findings(loaded.findings, Colour::no);
  EXPECT_EQ(loaded.desired->services.size(), 600U);
  EXPECT_EQ(loaded.findings.size(), 500U);
}

TEST(Load, ReadsTheProcessOwnEnvironment) {
  EXPECT_TRUE(process_environment().home.is_absolute());
}

}  // namespace
}  // namespace lavavisor::config
