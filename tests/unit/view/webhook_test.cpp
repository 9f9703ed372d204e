// What receivers are sent: their shapes, bounds, and nothing from outside that acts.
// SPDX-License-Identifier: Apache-2.0
#include "view/webhook.hpp"

#include "base/text.hpp"
#include "scene.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <string>

namespace lavavisor::view {
namespace {

using model::NotifyFormat;

const Sender k_sender{"val-1", "lava-testnet-2", "0.1.0"};

model::Event upgrade(const std::string& detail) {
  return {model::Event::Kind::upgrade, at(3), "provider-eth1", "6.2.4", "6.2.5", detail};
}

rapidjson::Document sent(const model::Event& event, NotifyFormat format, std::int64_t id = 1) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(
      webhook_body(event, id, k_sender, format, "-100123").c_str());
  EXPECT_FALSE(document.HasParseError());
  return document;
}

std::string text_in(const rapidjson::Document& document, const char* key) {
  return document[key].GetString();
}

TEST(WebhookBody, IsADocumentOfItsOwn) {
  const auto document = sent(upgrade("it moved"), NotifyFormat::json);
  EXPECT_EQ(text_in(document, "event"), "upgrade");
  EXPECT_EQ(text_in(document, "at"), "2026-11-22T08:00:03Z");
  EXPECT_EQ(text_in(document, "host"), "val-1");
  EXPECT_EQ(text_in(document, "service"), "provider-eth1");
  EXPECT_EQ(text_in(document, "from"), "6.2.4");
  EXPECT_EQ(text_in(document, "to"), "6.2.5");
  EXPECT_EQ(text_in(document, "detail"), "it moved");
  EXPECT_EQ(text_in(document, "chain"), "lava-testnet-2");
  EXPECT_EQ(text_in(document, "lavavisor"), "0.1.0");
  const auto bare = sent({model::Event::Kind::failure, at(0), "", "", "", "x"}, NotifyFormat::json);
  EXPECT_TRUE(bare["service"].IsNull() && bare["from"].IsNull() && bare["to"].IsNull());
}

TEST(WebhookBody, HasAnIdThatIsTheSameForEachTryAndAnotherForEachEvent) {
  const auto id = [](const std::string& detail, std::int64_t number) {
    return text_in(sent(upgrade(detail), NotifyFormat::json, number), "id");
  };
  EXPECT_EQ(id("a", 1), id("a", 1));
  EXPECT_NE(id("a", 1), id("a", 2));
  EXPECT_NE(id("a", 1), id("b", 1));
  EXPECT_EQ(id("a", 1).size(), 32U);
}

TEST(WebhookBody, HasTheShapeOfItsService) {
  const auto slack = sent(upgrade("moved"), NotifyFormat::slack);
  EXPECT_EQ(text_in(slack, "text"), "upgrade on val-1 (lava-testnet-2): moved");
  EXPECT_FALSE(slack["mrkdwn"].GetBool());
  const auto discord = sent(upgrade("moved"), NotifyFormat::discord);
  EXPECT_EQ(text_in(discord, "content"), "upgrade on val-1 (lava-testnet-2)\\: moved");
  EXPECT_TRUE(discord["allowed_mentions"]["parse"].IsArray());
  EXPECT_EQ(discord["allowed_mentions"]["parse"].Size(), 0U);
  const auto telegram = sent(upgrade("moved"), NotifyFormat::telegram);
  EXPECT_EQ(text_in(telegram, "chat_id"), "-100123");
  EXPECT_EQ(text_in(telegram, "text"), "upgrade on val-1 (lava-testnet-2): moved");
  EXPECT_FALSE(telegram.HasMember("parse_mode"));
}

TEST(WebhookBody, LetsNothingFromOutsideAct) {
  const std::string evil = "<!channel> & <https://x|y> *b* @everyone [a](b)\n\x1b[31m\xFF";
  const auto slack = text_in(sent(upgrade(evil), NotifyFormat::slack), "text");
  EXPECT_NE(slack.find("&lt;!channel&gt; &amp; &lt;https://x|y&gt;"), slack.npos) << slack;
  const auto discord = text_in(sent(upgrade(evil), NotifyFormat::discord), "content");
  EXPECT_NE(discord.find("\\*b\\* \\@everyone \\[a\\](b)"), discord.npos) << discord;
  for (const auto format :
       {NotifyFormat::json, NotifyFormat::slack, NotifyFormat::discord, NotifyFormat::telegram}) {
    const auto body = webhook_body(upgrade(evil), 1, k_sender, format, "1");
    EXPECT_TRUE(base::is_utf8(body));
    EXPECT_EQ(body.find('\x1b'), body.npos);
    EXPECT_EQ(body.find("\\u001"), body.npos);
  }
}

TEST(WebhookBody, IsCutToItsServicesBoundBetweenCharacters) {
  struct Row {
    NotifyFormat format;
    const char* key;
    std::size_t limit;
  };
  const Row rows[] = {{NotifyFormat::slack, "text", 4'000},
                      {NotifyFormat::discord, "content", 2'000},
                      {NotifyFormat::telegram, "text", 4'096},
                      {NotifyFormat::json, "detail", 8'000}};
  for (const std::string character : {"x", "ü", "€", "😀", "&", "*"}) {
    std::string endless;
    while (endless.size() < 20'000) {
      endless += character;
    }
    for (const auto& row : rows) {
      const auto text = text_in(sent(upgrade(endless), row.format), row.key);
      EXPECT_LE(text.size(), row.limit) << row.key << character;
      EXPECT_GT(text.size(), row.limit - 120) << row.key << character;
      EXPECT_TRUE(text.ends_with("...")) << row.key << character;
      EXPECT_TRUE(base::is_utf8(text)) << row.key << character;
    }
  }
}

TEST(Describe, SaysWhatAnEventIsInOneLine) {
  EXPECT_EQ(describe(upgrade("it\nmoved")), "upgrade of 2026-11-22T08:00:03Z: it\\x0amoved");
}

}  // namespace
}  // namespace lavavisor::view
