// Every folder of fixtures/units-import is one host as the original left it, with @ROOT@ for its
// home and @UNIT@ for its digest: what is made of it is in expected.toml and notes.txt beside it,
// and it loads.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "compat/import_original.hpp"
#include "compat/original_list.hpp"
#include "compat/unit_keys.hpp"
#include "config/load.hpp"
#include "plan/unit_text.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace lavavisor::compat {
namespace {

namespace fs = std::filesystem;

const fs::path k_cases = fs::path{LAVAVISOR_FIXTURES} / "units-import";

/// The case's files in a folder of their own, with that folder for @ROOT@.
void unpack(const fs::path& from, const Scratch& host) {
  for (const auto& entry : fs::recursive_directory_iterator{from}) {
    if (entry.is_regular_file()) {
      host.write(fs::relative(entry.path(), from),
                 base::replace_all(slurp(entry.path()), "@ROOT@", host.path().string()));
    }
  }
}

std::string words_of(const std::vector<Note>& notes) {
  std::string text;
  for (const Note& note : notes) {
    text += (note.kind == Note::Kind::warning ? "warning: " : "info: ") +
            (note.subject.empty() ? "" : note.subject + ": ") + note.text + "\n";
  }
  return text;
}

OriginalFiles files_of(const Scratch& host) {
  auto files = read_original(host.path() / ".lavavisor", host.path() / "etc");
  EXPECT_TRUE(files);
  return files ? *std::move(files) : OriginalFiles{};
}

Imported imported(const Scratch& host) {
  return import_original(files_of(host));
}

void expect_recorded(const fs::path& file, const std::string& text) {
  if (std::getenv("LAVAVISOR_ACCEPT") != nullptr) {
    std::ofstream{file, std::ios::binary} << text;
  } else {
    EXPECT_EQ(text, slurp(file)) << file;
  }
}

class ImportCase : public testing::TestWithParam<std::string> {};

TEST_P(ImportCase, IsAsRecordedAndLoads) {
  const Scratch host;
  unpack(k_cases / GetParam(), host);
  const auto files = files_of(host);
  const Imported result = import_original(files);
  const auto named = [&](const std::string& text) {
    std::string out = base::replace_all(text, host.path().string(), "@ROOT@");
    for (const auto& [unit, source] : files.units) {
      out = base::replace_all(out, base::sha256_hex(source.text), "@" + unit + "@");
    }
    return out;
  };
  expect_recorded(k_cases / GetParam() / "expected.toml", named(result.toml_text));
  expect_recorded(k_cases / GetParam() / "notes.txt", named(words_of(result.notes)));
  const auto loaded =
      config::load(host.write(".lavavisor/config.toml", result.toml_text), {true, "/root"});
  ASSERT_TRUE(loaded.desired) << config::format_findings(loaded.findings, config::Colour::no)
                              << result.toml_text;
  ASSERT_EQ(loaded.desired->services.size(), result.adopted.size());
  for (std::size_t index = 0; index < result.adopted.size(); ++index) {
    const auto& service = loaded.desired->services[index];
    EXPECT_EQ(service.name, result.adopted[index]);
    EXPECT_EQ(service.adopt, base::sha256_hex(files.units.at(service.name + ".service").text));
  }
  if (std::getenv("LAVAVISOR_ACCEPT") != nullptr) {
    GTEST_SKIP() << "accepted; look at the difference, then run again without LAVAVISOR_ACCEPT";
  }
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{k_cases}) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Import, ImportCase, testing::ValuesIn(case_names()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Import, KeepsWhatEveryAssignmentSaysInTheNewUnit) {
  const Scratch host;
  unpack(k_cases / "ansible", host);
  const auto result = imported(host);
  const auto loaded =
      config::load(host.write(".lavavisor/config.toml", result.toml_text), {true, "/root"});
  ASSERT_TRUE(loaded.desired);
  const auto text =
      plan::unit_text(*loaded.desired, loaded.desired->services[0], model::Release{"6.2.5"});
  for (const char* const line : {"Description=provider-eth1 daemon\n",
                                 "User=lava\n",
                                 "RestartSec=180\n",
                                 "LimitNOFILE=infinity\n",
                                 "LimitNPROC=infinity\n",
                                 "WorkingDirectory=",
                                 " rpcprovider ",
                                 " --from operator ",
                                 " --cache-be 127.0.0.1:20100 ",
                                 " --geolocation 2 ",
                                 " --chain-id lava-mainnet-1 ",
                                 " --log_format json\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(Import, TakesAUnitOfLavavisorItselfWithoutOverrides) {
  model::Desired desired;
  desired.directory = "/srv/lava/.lavavisor";
  desired.chain.id = "lava";
  model::Service service;
  service.name = "alice-ETH1";
  service.config_text = "x";
  service.user = "lava";
  service.from = "alice";
  service.keyring_backend = "test";
  service.log_level = "info";
  service.node = "tcp://127.0.0.1:26657";
  const auto text = plan::unit_text(desired, service, model::Release{"6.2.5"});
  const auto unit = import_unit("alice-ETH1.service", text, {desired.directory, {}, {}});
  ASSERT_TRUE(unit) << unit.error().message;
  const TomlEntries description{{"Description", "\"Lava provider alice-ETH1\""}};
  EXPECT_EQ(unit->unit, (std::map<std::string, TomlEntries>{{"Unit", description}}));
  EXPECT_EQ(unit->chain_id, "lava");
  EXPECT_EQ(unit->node, "tcp://127.0.0.1:26657");
}

const std::string k_cache = "[Service]\nUser=lava\nExecStart=/opt/bin/lavap cache :1\n";

TEST(Import, TakesTheUnitThatSystemdReadsAndTellsOfTheOneThatItDoesNot) {
  for (const bool same : {true, false}) {
    const Scratch host;
    const std::string other = k_cache + "Nice=5\n";
    host.write(".lavavisor/services/a.service", same ? other : k_cache);
    host.write("etc/a.service", other);
    const auto result = imported(host);
    EXPECT_NE(result.toml_text.find("adopt   = \"" + base::sha256_hex(other) + "\"\n"),
              std::string::npos)
        << result.toml_text;
    const bool told = words_of(result.notes).find("says something else than") != std::string::npos;
    EXPECT_EQ(told, !same) << words_of(result.notes);
  }
}

TEST(Import, TellsOfDropInsAndOfAYamlInTheWayOfAnothersCopy) {
  const Scratch host;
  const std::string yaml = ".lavavisor/services/protocol_yml_configs/bob.yml";
  host.write(".lavavisor/services/alice.service",
             "[Service]\nUser=lava\nExecStart=/opt/bin/lavap rpcprovider " + yaml +
                 " --from alice --chain-id lava\n");
  host.write(".lavavisor/services/bob.service", k_cache);
  host.write(yaml, "endpoints: []\n");
  host.write("etc/bob.service.d/override.conf", "[Service]\nNice=5\n");
  const auto notes = words_of(imported(host).notes);
  EXPECT_NE(notes.find("alice.service: its YAML services/protocol_yml_configs/bob.yml is where"),
            std::string::npos)
      << notes;
  EXPECT_NE(notes.find("bob.service: what stands in " +
                       (host.path() / "etc/bob.service.d/ stays").string()),
            std::string::npos)
      << notes;
}

TEST(Import, IsDoneWhenAllItsUnitsAreLavavisors) {
  const std::string ours = k_cache + "[X-Lavavisor]\nDigest=00\n";
  struct Row {
    std::string a;
    std::string b;
    bool is_done;
  };
  for (const Row& row :
       {Row{k_cache, k_cache, false}, Row{k_cache, ours, false}, Row{ours, ours, true}}) {
    const Scratch host;
    host.write(".lavavisor/services/a.service", row.a);
    host.write(".lavavisor/services/b.service", row.b);
    host.write(".lavavisor/services/lavavisor.service",
               "[Service]\nExecStart=/usr/bin/lavavisor start\n");
    const auto result = imported(host);
    EXPECT_EQ(result.adopted.size(), 2U);
    EXPECT_EQ(result.is_done, row.is_done);
    EXPECT_EQ(result.toml_text.find("adopt") == std::string::npos, row.is_done);
  }
  EXPECT_FALSE(imported(Scratch{}).is_done);
}

TEST(Import, WritesTheLinkThatItIsGivenAndKnowsTheOneThatUnitsCall) {
  const Scratch host;
  host.write(".lavavisor/services/a.service", k_cache);
  host.write(".lavavisor/services/b.service", "[Service]\nExecStart=/bin/sh -c 'lavap cache :1'\n");
  auto files = files_of(host);
  EXPECT_EQ(lavap_paths(files), std::vector<fs::path>{"/opt/bin/lavap"});
  EXPECT_EQ(import_original(files).toml_text.find("link "), std::string::npos);
  files.link = "/opt/bin/lavap";
  EXPECT_NE(import_original(files).toml_text.find("link          = \"/opt/bin/lavap\"\n"),
            std::string::npos)
      << import_original(files).toml_text;
}

TEST(Import, NeverDropsAnAssignment) {
  for (const char* const line : {"[Service]\nNice=5\n",
                                 "[Service]\nRestart=on-failure\n",
                                 "[Service]\nGroup=g\n",
                                 "[Unit]\nAfter=a.service\n",
                                 "[Install]\nAlias=x.service\n",
                                 "[Socket]\nListenStream=1\n",
                                 "[X-Mine]\nKey=1\n",
                                 "[Service]\nType=notify\n",
                                 "[Service]\nUser=%i\n",
                                 "[Service]\nEnvironment=A=one\n",
                                 "[Service]\nEnvironment=1=one\n",
                                 "[Service]\nb@d=1\n",
                                 "[Service]\nEnvironmentFile=-/etc/x.env\n"}) {
    const std::string value = std::string{line}.substr(std::string{line}.rfind('=') + 1);
    const auto unit = import_unit(
        "a.service",
        "[Service]\nExecStart=/usr/bin/lavap cache :1 --log_level info\n" + std::string{line},
        {"/srv/.lavavisor", {}, {}});
    ASSERT_TRUE(unit) << line;
    std::string all = toml_lines(unit->keys) + words_of(unit->notes);
    for (const auto& [section, entries] : unit->unit) {
      all += toml_lines(entries);
    }
    EXPECT_NE(all.find(base::trim(value)), std::string::npos) << line << all;
  }
}

TEST(OriginalList, TellsNamesApartThatShareAnEnd) {
  const auto list = read_original_list("services:\n  - malice-ETH1.service\n");
  EXPECT_EQ(list.units, std::vector<std::string>{"malice-ETH1.service"});
  EXPECT_TRUE(list.notes.empty());
}

TEST(OriginalList, TakesWhateverStandsInTheFile) {
  struct Row {
    std::string yaml;
    std::size_t units;
    std::size_t notes;
  };
  const std::vector<Row> rows{
      {"", 0, 0},
      {"# only a comment\n", 0, 0},
      {"services:\n", 0, 0},
      {"services: []\n", 0, 0},
      {"services:\r\n  - a.service\r\n", 1, 0},
      {"services:\n  - a # c\n  - b.service\n", 2, 0},
      {"services:\n\t- a.service\n\t- b.service\n", 2, 1},
      {"services:\n  -\ta.service\n", 1, 0},
      {"services:\n  - a\n  - a.service\n", 1, 1},
      {"services:\n  - [x]\n  - ../b\n  - ''\n", 0, 3},
      {"services: a.service\n", 0, 1},
      {"other: 1\nservices: [a]\n", 1, 1},
      {"- a\n", 0, 1},
      {"services: [a\n", 0, 1},
      {"services: \xff\n", 0, 1},
      {std::string(100000, '['), 0, 1},
      {std::string(100000, '{'), 0, 1},
  };
  for (const auto& row : rows) {
    const auto list = read_original_list(row.yaml);
    EXPECT_EQ(list.units.size(), row.units) << row.yaml.substr(0, 60);
    EXPECT_EQ(list.notes.size(), row.notes) << row.yaml.substr(0, 60) << words_of(list.notes);
  }
}

}  // namespace
}  // namespace lavavisor::compat
