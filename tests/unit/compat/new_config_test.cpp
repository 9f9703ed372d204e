// The config.toml of `init` is one that loads, whatever the operator said.
// SPDX-License-Identifier: Apache-2.0
#include "compat/new_config.hpp"

#include "compat/toml_write.hpp"
#include "config/load.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lavavisor::compat {
namespace {

model::Desired loaded(const InitDraft& draft) {
  const Scratch folder;
  const auto file = folder.write("config.toml", new_config(draft));
  const auto loaded = config::load(file, {true, "/root"});
  EXPECT_TRUE(loaded.findings.empty())
      << config::format_findings(loaded.findings, config::Colour::no);
  return loaded.desired.value_or(model::Desired{});
}

InitDraft draft_in(const std::string& directory) {
  InitDraft draft;
  draft.directory = directory;
  return draft;
}

TEST(NewConfig, HoldsWhatTheOperatorSaid) {
  InitDraft draft = draft_in("/srv/lava/.lavavisor");
  draft.chain_id = "lava-testnet-2";
  draft.node = "http://10.0.0.1:26657";
  draft.auto_download = true;
  draft.link = "/opt/lavap";
  const auto desired = loaded(draft);
  EXPECT_EQ(desired.directory, "/srv/lava/.lavavisor");
  EXPECT_EQ(desired.chain.id, "lava-testnet-2");
  ASSERT_EQ(desired.chain.endpoints.size(), 1U);
  EXPECT_EQ(desired.chain.endpoints[0].text, "http://10.0.0.1:26657");
  EXPECT_TRUE(desired.binary.auto_download);
  EXPECT_EQ(desired.binary.link, "/opt/lavap");
  EXPECT_EQ(desired.systemd.scope, model::Scope::system);
  EXPECT_TRUE(desired.services.empty());
  draft.user_scope = true;
  EXPECT_EQ(loaded(draft).systemd.scope, model::Scope::user);
}

TEST(NewConfig, NamesTheUserOfAllServices) {
  InitDraft draft = draft_in("/home/ubuntu/.lavavisor");
  EXPECT_EQ(loaded(draft).default_user, "");
  draft.user = "ubuntu";
  EXPECT_EQ(loaded(draft).default_user, "ubuntu");
  EXPECT_EQ(model::probe_user(loaded(draft)), "ubuntu");
  draft.user_scope = true;
  EXPECT_EQ(loaded(draft).default_user, "");
}

TEST(NewConfig, KnowsThePublicEndpointsOfEachChain) {
  struct Row {
    std::string chain;
    std::string id;
    std::string endpoint;
  };
  const std::vector<Row> rows{
      {"", "lava-mainnet-1", "https://lava.tendermintrpc.lava.build:443"},
      {"lava-mainnet-1", "lava-mainnet-1", "https://lava.tendermintrpc.lava.build:443"},
      {"lava-testnet-2", "lava-testnet-2", "https://lav1.tendermintrpc.lava.build:443"},
      {"lava", "lava", "tcp://localhost:26657"},
  };
  for (const auto& row : rows) {
    InitDraft draft = draft_in("/root/.lavavisor");
    draft.chain_id = row.chain;
    const auto desired = loaded(draft);
    EXPECT_EQ(desired.chain.id, row.id) << row.chain;
    ASSERT_EQ(desired.chain.endpoints.size(), 1U) << row.chain;
    EXPECT_EQ(desired.chain.endpoints[0].text, row.endpoint) << row.chain;
    EXPECT_FALSE(desired.binary.auto_download);
    EXPECT_EQ(desired.binary.link, "/usr/local/bin/lavap");
  }
}

TEST(NewConfig, EscapesWhatItIsGiven) {
  for (const std::string name : {"größe", "@chain@", "#no comment", "a b"}) {
    EXPECT_EQ(loaded(draft_in("/srv/" + name)).directory, "/srv/" + name);
  }
  for (const std::string name : {"a \"b\" \\ c", "größe", "@chain@", "#no comment", "tab\there"}) {
    InitDraft draft = draft_in("/srv/x");
    draft.link = "/x/" + name;
    EXPECT_EQ(loaded(draft).binary.link, "/x/" + name);
  }
  InitDraft no_link = draft_in("/srv/x");
  no_link.link = "";
  EXPECT_EQ(loaded(no_link).binary.link, "");
}

TEST(NewConfig, BeginsWithTheSchemaForEditorsAndExplainsItself) {
  const auto text = new_config(draft_in("/x"));
  EXPECT_TRUE(text.starts_with("#:schema ./lavavisor.schema.json\n"));
  for (const char* const word : {"create-service", "auto_download", "lavavisor plan", "quorum"}) {
    EXPECT_NE(text.find(word), std::string::npos) << word;
  }
  EXPECT_EQ(text.find("@"), std::string::npos);
}

TEST(TomlWrite, WritesKeysAndValuesThatReadBack) {
  EXPECT_EQ(toml_string("a\"b\\c\n\r\t\x01\x7f\xc3\xa9"),
            "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u007F\xc3\xa9\"");
  EXPECT_EQ(toml_key("a-b_9"), "a-b_9");
  EXPECT_EQ(toml_key("a.b"), "\"a.b\"");
  EXPECT_EQ(toml_key(""), "\"\"");
  EXPECT_EQ(toml_list({"a", "b"}), "[\"a\", \"b\"]");
  EXPECT_EQ(toml_inline_table({{"a", "1"}, {"b", "true"}}), "{ a = 1, b = true }");
  EXPECT_EQ(toml_lines({{"a", "1"}, {"long", "2"}}, "\r\n"), "a    = 1\r\nlong = 2\r\n");
}

}  // namespace
}  // namespace lavavisor::compat
