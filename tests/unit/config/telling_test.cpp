// What [notify] and [metrics] become, and that no finding tells a secret.
// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace lavavisor::config {
namespace {

const std::string k_secret = "XXXXsecretXXXX";

TEST(Notify, HasTheModelsDefaults) {
  EXPECT_EQ(valid(k_chain).notify, model::NotifySettings{});
  EXPECT_EQ(valid(k_chain).metrics, model::MetricsSettings{});
}

TEST(Notify, IsReadAsItIsWritten) {
  const auto notify = valid(std::string{k_chain} +
                            "[notify]\nwebhook_file = \"~/url\"\ntoken_file = \"/etc/token\"\n"
                            "format = \"telegram\"\nchat = \"-100\"\ntimeout = \"3s\"\n"
                            "host = \"provider-1\"\n")
                          .notify;
  const model::NotifySettings expected{"",
                                       "/root/url",
                                       "/etc/token",
                                       model::NotifyFormat::telegram,
                                       "-100",
                                       std::chrono::seconds{3},
                                       "provider-1"};
  EXPECT_EQ(notify, expected);
}

TEST(Notify, TakesEachFormat) {
  const auto format_of = [](const std::string& word) {
    return valid(std::string{k_chain} + "[notify]\nwebhook = \"https://h/x\"\nformat = \"" + word +
                 "\"\n")
        .notify.format;
  };
  EXPECT_EQ(format_of("json"), model::NotifyFormat::json);
  EXPECT_EQ(format_of("slack"), model::NotifyFormat::slack);
  EXPECT_EQ(format_of("discord"), model::NotifyFormat::discord);
}

TEST(Notify, NeverTellsItsSecrets) {
  const TemporaryFolder folder;
  const std::string url = "https://chat.example/" + k_secret;
  for (const std::string& text :
       {"[notify]\nwebhook = \"" + url,
        "[notify]\nwebhook = \"" + url + "\"x",
        "[notify]\nwebhook = \"chat.example/" + k_secret + "\"",
        "[notify]\nwebhook = \"" + url + "\"\nwebhook = \"" + url + "\"",
        "[notify]\nwebhook = \"\"\"\n" + url + "\n\"\"\"",
        "[notify]\nwebhook = [\n  \"" + url + "\"\n]",
        "[notify]\nwebhook = {url = \"" + url + "\"}",
        "[notify]\nwebhook = \"ftp://" + k_secret + "\"",
        "[notify]\nwebhook = \"https://me:" + k_secret + "@h\"",
        "[notify]\nwebhook = \"https://h:99999/" + k_secret + "\"",
        "[notify]\nwebhook = \"https://h/" + k_secret + "\xc3\xa9\"",
        "[notify]\nWebHook = \"" + url + "\"",
        "[notify]\nurl = \"" + url + "\"",
        "[notify.webhook]\nurl = \"" + url + "\"",
        "[notifi]\nwebhook = \"" + url + "\"",
        "[binary]\nwebhook = \"" + url + "\"",
        "[notify]\nwebhook_file = \"" + url + "\"",
        "[notify]\ntoken_file = \"" + url + "\"",
        "[notify]\nwebhook = \"" + url + "\"\nwebhook_file = \"x\"",
        "[notify]\nwebhook = \"https://api.telegram.org/bot" + k_secret + "/sendMessage\""}) {
    const Loaded loaded =
        load(folder.write("config.toml", std::string{k_chain} + text + "\n"), root());
    EXPECT_FALSE(loaded.findings.empty()) << text;
    EXPECT_EQ(format_findings(loaded.findings, Colour::no).find(k_secret), std::string::npos)
        << text << "\n"
        << format_findings(loaded.findings, Colour::no);
  }
}

TEST(Notify, WarnsOfUrlsThatAreSecretsThemselves) {
  const TemporaryFolder folder;
  const auto findings_of = [&](const std::string& url) {
    return load(folder.write("config.toml",
                             std::string{k_chain} + "[notify]\nwebhook = \"" + url + "\"\n"),
                root())
        .findings.size();
  };
  for (const char* const url : {"https://hooks.slack.com/services/T/B/X",
                                "https://HOOKS.slack.com/",
                                "https://discord.com/api/webhooks/1/x",
                                "https://discordapp.com/api/webhooks/1/x",
                                "https://ptb.discord.com/api/webhooks/1/x",
                                "https://api.telegram.org/bot1:x/sendMessage"}) {
    EXPECT_EQ(findings_of(url), 1U) << url;
  }
  for (const char* const url : {"https://discord.com/blog",
                                "https://hooks.slack.com.example/x",
                                "https://alerts.example/hooks.slack.com"}) {
    EXPECT_EQ(findings_of(url), 0U) << url;
  }
}

TEST(Metrics, AreReadAsTheyAreWritten) {
  for (const std::string& listen : {std::string{"127.0.0.1:9642"},
                                    std::string{"localhost:1"},
                                    std::string{"[::1]:9642"},
                                    std::string{"127.0.0.1:0"},
                                    std::string{":9642"}}) {
    EXPECT_EQ(
        valid(std::string{k_chain} + "[metrics]\nlisten = \"" + listen + "\"\n").metrics.listen,
        listen);
  }
  EXPECT_EQ(valid(std::string{k_chain} + "[metrics]\ntextfile = \"~/x.prom\"\n").metrics.textfile,
            "/root/x.prom");
}

}  // namespace
}  // namespace lavavisor::config
