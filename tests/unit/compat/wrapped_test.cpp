// wrap's flags, lavap's own, and a file: which one counts, and what is said about it.
// SPDX-License-Identifier: Apache-2.0
#include "compat/wrapped.hpp"

#include "base/sha256.hpp"
#include "compat/wrapped_words.hpp"
#include "config/names.hpp"
#include "unit/config/support.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace lavavisor::compat {
namespace {

using namespace std::chrono_literals;

const std::string k_consumer = "lavap rpcconsumer ./config/lava_consumer.yml --from user1";

config::Environment host() {
  return {false, "/home/op"};
}

std::string text_of(const config::Loaded& loaded) {
  return config::format_findings(loaded.findings, config::Colour::no);
}

/// What `request` asks for, which must be in order and without a warning.
model::Desired desired_of(const WrapRequest& request) {
  const config::Loaded loaded = wrapped(request, host());
  EXPECT_TRUE(loaded.desired && loaded.findings.empty()) << text_of(loaded);
  return loaded.desired.value_or(model::Desired{});
}

/// All that is said about `request`, which must not be in order.
std::string refusal_of(const WrapRequest& request) {
  const config::Loaded loaded = wrapped(request, host());
  EXPECT_FALSE(loaded.desired);
  return text_of(loaded);
}

TEST(Wrapped, IsOneServiceWithEverythingAtItsDefault) {
  const auto desired = desired_of({.cmd = k_consumer});
  EXPECT_EQ(desired.file, "");
  EXPECT_EQ(desired.config_sha256, "");
  EXPECT_EQ(desired.directory, "/home/op/.lavavisor");
  EXPECT_EQ(desired.interval, 15s);
  EXPECT_EQ(desired.chain.id, "");
  ASSERT_EQ(desired.chain.endpoints.size(), 1U);
  EXPECT_EQ(desired.chain.endpoints[0].text, "tcp://localhost:26657");
  EXPECT_EQ(desired.chain.endpoints[0].url, "http://localhost:26657");
  EXPECT_EQ(desired.binary.version, model::VersionChoice{model::FollowTarget{}});
  EXPECT_FALSE(desired.binary.auto_download);
  EXPECT_EQ(desired.binary.link, "");
  EXPECT_EQ(desired.systemd, (model::SystemdSettings{model::Scope::user, false, ""}));
  ASSERT_EQ(desired.services.size(), 1U);
  model::Service service;
  service.name = "rpcconsumer-lava_consumer";
  service.type = model::ServiceType::custom;
  service.role = model::Role::consumer;
  service.command = {"lavap", "rpcconsumer", "./config/lava_consumer.yml", "--from", "user1"};
  EXPECT_EQ(desired.services[0], service);
  EXPECT_EQ(service.health.settle, 10s);
  EXPECT_EQ(service.health.timeout, 60s);
}

TEST(Wrapped, HasTheDefaultsOfAnEmptyFile) {
  const config::TemporaryFolder folder;
  const auto file = folder.write("config.toml", "");
  auto with_file = desired_of({.cmd = k_consumer, .config = file});
  EXPECT_EQ(with_file.file, file);
  EXPECT_EQ(with_file.config_sha256, base::sha256_hex(""));
  with_file.file.clear();
  with_file.config_sha256.clear();
  EXPECT_EQ(with_file, desired_of({.cmd = k_consumer}));
}

TEST(Wrapped, TakesTheRoleAndTheNameFromTheCommand) {
  const struct {
    std::string cmd;
    std::string name;
    model::Role role;
  } rows[] = {
      {"lavap rpcprovider a/b/ETH1.yaml x.yml", "rpcprovider-ETH1", model::Role::provider},
      {"/usr/bin/lavap rpcconsumer x.yml", "rpcconsumer-x", model::Role::consumer},
      {"./lavap cache 127.0.0.1:7778", "cache", model::Role::consumer},
      {"lavap --home /x rpcprovider --from a p.yml", "rpcprovider-p", model::Role::provider},
      {"lavap --log_level=debug rpcconsumer", "rpcconsumer", model::Role::consumer},
      {"lavap", "lavap", model::Role::consumer},
      {"lavap --help", "lavap", model::Role::consumer},
      {"lavap '$(x)' '..my file..yml'", "x-my-file", model::Role::consumer},
      {"lavap '' .yml", "yml", model::Role::consumer},
      {"lavap rpcconsumer '\n/.yml'", "rpcconsumer-yml", model::Role::consumer},
      {"lavap x.service", "lavap", model::Role::consumer},
      {"lavap rpcconsumer -- y.yml", "rpcconsumer", model::Role::consumer},
      {"lavap rpcconsumer " + std::string(500, 'n') + ".yml",
       ("rpcconsumer-" + std::string(500, 'n')).substr(0, 100),
       model::Role::consumer},
  };
  for (const auto& row : rows) {
    const auto desired = desired_of({.cmd = row.cmd});
    ASSERT_EQ(desired.services.size(), 1U) << row.cmd;
    EXPECT_EQ(desired.services[0].name, row.name) << row.cmd;
    EXPECT_TRUE(config::check_service_name(desired.services[0].name)) << row.cmd;
    EXPECT_EQ(desired.services[0].role, row.role) << row.cmd;
    EXPECT_EQ(desired.services[0].command.front(), "lavap") << row.cmd;
  }
}

TEST(Wrapped, PassesWordsOnAsTheyAre) {
  const auto desired = desired_of({.cmd = "lavap rpcconsumer '$(x)' \"a\nb\" $HOME '' *"});
  EXPECT_EQ(desired.services.at(0).command,
            (std::vector<std::string>{"lavap", "rpcconsumer", "$(x)", "a\nb", "$HOME", "", "*"}));
}

TEST(Wrapped, AsksTheFlagsChainThenTheFilesThenTheCommands) {
  const config::TemporaryFolder folder;
  const auto file = folder.write("config.toml",
                                 "[chain]\nid = \"file-1\"\nquorum = 2\n"
                                 "endpoints = [\"tcp://a:1\", \"tcp://b:2\"]\n");
  const auto bare = folder.write("bare.toml", "interval = \"1m\"\n");
  const std::string own = "lavap rpcconsumer --chain-id cmd-0 --chain-id=cmd-1 --node=cmd:3";
  const struct {
    WrapRequest request;
    std::string id;
    std::string endpoint;
    unsigned quorum;
    std::size_t warnings;
  } rows[] = {
      {{.cmd = "lavap"}, "", "tcp://localhost:26657", 1, 0},
      {{.cmd = own}, "cmd-1", "tcp://cmd:3", 1, 0},
      {{.cmd = own, .node = "https://flag", .chain_id = "flag-1"}, "flag-1", "https://flag", 1, 0},
      {{.cmd = "lavap", .config = file}, "file-1", "tcp://a:1", 2, 0},
      {{.cmd = "lavap", .config = bare}, "", "tcp://localhost:26657", 1, 0},
      {{.cmd = own, .config = file}, "file-1", "tcp://a:1", 2, 1},
      {{.cmd = own, .config = bare}, "cmd-1", "tcp://cmd:3", 1, 0},
      {{.cmd = "lavap --chain-id file-1", .config = file}, "file-1", "tcp://a:1", 2, 0},
      {{.cmd = own, .node = "rest+http://f:4", .chain_id = "flag-1", .config = file},
       "flag-1",
       "rest+http://f:4",
       1,
       0},
      {{.cmd = "lavap x -- --node tcp://no:1"}, "", "tcp://localhost:26657", 1, 0},
  };
  for (const auto& row : rows) {
    const config::Loaded loaded = wrapped(row.request, host());
    ASSERT_TRUE(loaded.desired) << text_of(loaded);
    EXPECT_EQ(loaded.desired->chain.id, row.id) << row.request.cmd;
    EXPECT_EQ(loaded.desired->chain.endpoints.at(0).text, row.endpoint) << row.request.cmd;
    EXPECT_EQ(loaded.desired->chain.quorum, row.quorum) << row.request.cmd;
    EXPECT_EQ(loaded.findings.size(), row.warnings) << text_of(loaded);
  }
}

TEST(Wrapped, WarnsWhereTheCommandAndTheFileDiffer) {
  const config::TemporaryFolder folder;
  const auto file = folder.write("config.toml", config::k_chain);
  const auto loaded = wrapped(
      {.cmd = "lavap --node tcp://127.0.0.1:26657 --chain-id lava", .config = file}, host());
  ASSERT_TRUE(loaded.desired);
  EXPECT_EQ(text_of(loaded),
            file.string() +
                ":2:6: warning: chain.id differs from --chain-id in the command (lava)\n"
                "    id = \"lava-testnet-2\"\n"
                "         ^~~~~~~~~~~~~~~~\n"
                "    lavavisor goes by this one; its flag --chain-id beats both\n");
}

TEST(Wrapped, TakesTheHostsTablesAndNoOthers) {
  const config::TemporaryFolder folder;
  const auto file = folder.write("config.toml", R"(
directory = "state"
interval  = "1m"
[chain]
id        = "lava-testnet-2"
endpoints = ["tcp://127.0.0.1:1"]
[binary]
version       = "6.2.5"
auto_download = true
link          = "/usr/local/bin/lavap"
keep          = 7
[systemd]
scope    = "system"
unit_dir = "/etc/systemd/system"
nonsense = 1
[metrics]
listen = "127.0.0.1:9642"
[rollout]
on_failure = "halt"
[hooks]
pre_upgrade = ["/bin/true"]
[defaults]
user    = "lava"
version = "1.0.0"
enabled = false
env     = { A = "b" }
health  = { settle = "1s", timeout = "5s", tcp = "127.0.0.1:7" }
[[service]]
name   = "elsewhere"
type   = "provider"
config = "on-another-host.yml"
[[service]]
nonsense = true
)");
  const auto desired = desired_of({.cmd = k_consumer, .config = file});
  EXPECT_EQ(desired.file, file);
  EXPECT_EQ(desired.directory, folder.path() / "state");
  EXPECT_EQ(desired.interval, 1min);
  EXPECT_EQ(desired.binary.version, model::VersionChoice{model::Release{"6.2.5"}});
  EXPECT_TRUE(desired.binary.auto_download);
  EXPECT_EQ(desired.binary.link, "");
  EXPECT_EQ(desired.binary.keep, 7U);
  EXPECT_EQ(desired.rollout.on_failure, model::OnFailure::halt);
  EXPECT_EQ(desired.hooks.pre_upgrade, std::vector<std::string>{"/bin/true"});
  EXPECT_EQ(desired.systemd, (model::SystemdSettings{model::Scope::user, false, ""}));
  ASSERT_EQ(desired.services.size(), 1U);
  const model::Service& service = desired.services[0];
  EXPECT_EQ(service.name, "rpcconsumer-lava_consumer");
  EXPECT_EQ(service.user, "");
  EXPECT_TRUE(service.env.empty());
  EXPECT_TRUE(service.enabled);
  EXPECT_FALSE(service.version);
  EXPECT_EQ(service.health, (model::Health{1s, 5s, "", "127.0.0.1:7", {}}));
}

TEST(Wrapped, ReportsTheFilesMistakesInThoseTables) {
  const config::TemporaryFolder folder;
  const struct {
    std::string text;
    std::string message;
  } rows[] = {
      {"intervall = \"1s\"\n", ":1:1: unknown key 'intervall' at the top of the file\n"},
      {"chain = 3\n", ":1:9: chain: expected a table, found an integer\n"},
      {"binary = 3\n", ":1:10: binary: expected a table, found an integer\n"},
      {"[binary]\nkeep = -1\n", ":2:8: binary.keep must be at least 0\n"},
      {"[defaults.health]\nsettle = \"2m\"\n", ":2:10: health.timeout: 1m is not longer"},
      {"[chain]\nquorum = 2\n", ":2:10: chain.quorum: 2 is more than there are endpoints (1)\n"},
      {"[chain\n", ":1:7: "},
  };
  for (const auto& row : rows) {
    const auto file = folder.write("config.toml", row.text);
    const std::string said = refusal_of({.cmd = "lavap", .config = file});
    EXPECT_TRUE(said.starts_with(file.string() + row.message)) << row.text << said;
  }
  EXPECT_NE(refusal_of({.cmd = "lavap", .config = folder.path() / "none"}).find("no such file"),
            std::string::npos);
}

TEST(Wrapped, LivesInTheDirectoryThatIsNamed) {
  const config::TemporaryFolder folder;
  const auto file = folder.write("config.toml", "directory = \"/from/file\"\n");
  const struct {
    std::string given;
    std::filesystem::path config;
    std::string directory;
  } rows[] = {
      {"", "", "/home/op/.lavavisor"},
      {"", file, "/from/file"},
      {"/srv/lava/", "", "/srv/lava/.lavavisor"},
      {"/srv/lava", file, "/srv/lava/.lavavisor"},
      {"~", file, "/home/op/.lavavisor"},
      {"~/x", "", "/home/op/x/.lavavisor"},
      {"x", file, (std::filesystem::current_path() / "x/.lavavisor").string()},
      {".", "", (std::filesystem::current_path() / ".lavavisor").string()},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(desired_of({.cmd = "lavap", .directory = row.given, .config = row.config}).directory,
              row.directory)
        << row.given;
  }
  const auto homeless = wrapped({.cmd = "lavap"}, {true, ""});
  EXPECT_NE(text_of(homeless).find("directory: no home directory is known"), std::string::npos)
      << text_of(homeless);
  EXPECT_TRUE(wrapped({.cmd = "lavap", .directory = "/d"}, {true, ""}).desired);
  EXPECT_TRUE(wrapped({.cmd = "lavap", .directory = "/d"}, {false, ""}).desired);
  EXPECT_EQ(wrapped({.cmd = "lavap"}, {true, "/root"}).desired->directory, "/root/.lavavisor");
}

TEST(Wrapped, DownloadsWhenTheFlagOrTheFileSaysSo) {
  const config::TemporaryFolder folder;
  const auto yes = folder.write("yes.toml", "[binary]\nauto_download = true\n");
  const auto no = folder.write("no.toml", "[binary]\nauto_download = false\n");
  const auto downloads = [](bool flag, const std::filesystem::path& file) {
    return desired_of({.cmd = "lavap", .auto_download = flag, .config = file}).binary.auto_download;
  };
  EXPECT_FALSE(downloads(false, ""));
  EXPECT_TRUE(downloads(true, ""));
  EXPECT_TRUE(downloads(false, yes));
  EXPECT_FALSE(downloads(false, no));
  EXPECT_TRUE(downloads(true, no));
}

TEST(Wrapped, PointsAtTheMistakeInAFlag) {
  const struct {
    WrapRequest request;
    std::string said;
  } rows[] = {
      {{.cmd = ""}, "--cmd:1:1: names no program\n    such as 'lavap rpcconsumer"},
      {{.cmd = "lavap 'a b"},
       "--cmd:1:7: this ' has no closing '\n"
       "    lavap 'a b\n"
       "          ^\n"
       "    a single quote within a word is written \\' or \"'\"\n"},
      {{.cmd = "lavap a\n\\"}, "--cmd:2:1: nothing follows this \\\n    \\\n    ^\n"},
      {{.cmd = std::string{"lavap\0x", 7}}, "--cmd:1:6: holds a NUL character"},
      {{.cmd = " lavad start"}, "--cmd:1:2: 'lavad' is not lavap\n     lavad start\n     ^\n"},
      {{.cmd = "notlavap"}, "--cmd:1:1: 'notlavap' is not lavap\n"},
      {{.cmd = "echo x | lavap"}, "--cmd:1:1: 'echo' is not lavap\n"},
      {{.cmd = "lavap " + std::string(131'072, 'x')},
       "--cmd:1:1: holds a word of more than 131071"},
      {{.cmd = "lavap", .node = "127.0.0.1"}, "--node:1:1: '127.0.0.1' has no scheme\n"},
      {{.cmd = "lavap", .chain_id = "a b"}, "--chain-id:1:1: 'a b' is not a chain id\n"},
      {{.cmd = "lavap --node ''x:y"}, "--cmd:1:1: "},
      {{.cmd = "lavap --chain-id 'a b'"}, "--cmd:1:1: 'a b' is not a chain id\n"},
  };
  for (const auto& row : rows) {
    const std::string said = refusal_of(row.request);
    EXPECT_TRUE(said.starts_with(row.said)) << said;
  }
}

TEST(Wrapped, ReportsEveryMistakeAtOnce) {
  const std::string said = refusal_of(
      {.cmd = "lavad 2>&1", .node = "x", .chain_id = "a b", .config = "/nowhere/at/all"});
  for (const char* const each :
       {"--cmd:1:1: 'lavad'", "2>&1", "--node:", "--chain-id:", "/nowhere"}) {
    EXPECT_NE(said.find(each), std::string::npos) << each << "\n" << said;
  }
}

TEST(Wrapped, WarnsOfWhatOnlyAShellWouldObey) {
  const auto loaded = wrapped({.cmd = "lavap rpcconsumer x.yml 2>&1 | tee log"}, host());
  ASSERT_TRUE(loaded.desired);
  EXPECT_EQ(text_of(loaded),
            "--cmd:1:1: warning: '2>&1' is handed to lavap as it is: no shell runs\n"
            "    leave it out, and what follows it\n");
}

}  // namespace
}  // namespace lavavisor::compat
