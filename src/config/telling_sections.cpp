// [notify] and [metrics]: whom lavavisor tells, and who may look.
// SPDX-License-Identifier: Apache-2.0
#include "config/sections.hpp"
#include "config/url.hpp"

#include <map>

namespace lavavisor::config {

namespace {

using std::chrono::milliseconds;

/// Services whose URLs are passwords: who knows one may post.
bool is_secret_itself(const Url& url) {
  const std::string& host = url.at.host;
  const bool is_discord =
      host == "discord.com" || host.ends_with(".discord.com") || host == "discordapp.com";
  return host == "hooks.slack.com" || host == "api.telegram.org" ||
         (is_discord && url.rest.starts_with("/api/webhooks/"));
}

/// An http URL. It may be a secret, so no message quotes it.
Checked<Url> parse_webhook(std::string_view text) {
  const auto url = parse_url(text);
  if (!url || (url->scheme != "http" && url->scheme != "https")) {
    return problem("is not an http:// or https:// URL (it is not shown here: it may be a secret)",
                   "such as \"https://alerts.example.com/lavavisor\"");
  }
  if (names_a_user(text)) {
    return problem(
        "has a user name or password in its URL, which ends up in places that many read",
        "write a token into a file that only lavavisor reads, and name it in token_file");
  }
  return *url;
}

std::string read_webhook(const TableReader& notify) {
  const auto text = notify.find_string("webhook");
  if (!text || text->value.empty()) {
    return "";
  }
  const auto url = notify.checked("webhook", text, parse_webhook);
  if (url && is_secret_itself(url->value)) {
    notify.warning("webhook",
                   text->place,
                   "is a URL that lets whoever reads this file post in your name",
                   "write it into a file that only lavavisor reads, and name that in webhook_file");
  }
  return url ? text->value : "";
}

/// A file with a secret in it; one that stands here in its place is not quoted.
std::filesystem::path read_secret_file(const TableReader& notify, std::string_view key) {
  const auto text = notify.find_string(key);
  if (text && text->value.find("://") != std::string::npos) {
    notify.error(key, text->place, "is a URL, not a file", "write it into a file, and name that");
    return {};
  }
  const auto path = text ? notify.find_path(key) : std::nullopt;
  return path ? path->value : std::filesystem::path{};
}

std::string read_chat(const TableReader& notify, model::NotifyFormat format) {
  const bool is_telegram = format == model::NotifyFormat::telegram;
  const std::string chat = notify.string("chat");
  if (is_telegram && chat.empty() && (!notify.has("chat") || notify.find_string("chat"))) {
    notify.error("chat",
                 notify.place_of("chat"),
                 "is required where format is 'telegram'",
                 "the chat's id, such as \"-1001234567890\", or the channel's name, \"@lava\"");
  }
  if (!is_telegram && !chat.empty()) {
    notify.error("chat",
                 notify.place_of("chat"),
                 "is for format 'telegram' only",
                 "leave it out, or write format = \"telegram\"");
  }
  return chat;
}

Checked<HostPort> parse_listen(std::string_view text) {
  const bool takes_any = text.ends_with(":0");  // a free port, told in the log
  return takes_any ? parse_host_port(std::string{text.substr(0, text.size() - 1)} + "1")
                   : parse_host_port(text);
}

std::string read_listen(const TableReader& metrics) {
  const auto text = metrics.find_string("listen");
  if (!text || text->value.empty()) {
    return "";
  }
  const auto at = metrics.checked("listen", text, parse_listen);
  if (at && !is_loopback(at->value.host)) {
    metrics.warning("listen",
                    text->place,
                    "is open to whoever reaches this port: versions, services and what went wrong",
                    "\"127.0.0.1:9642\" is for this host only; else let a firewall choose who may");
  }
  return at ? text->value : "";
}

std::filesystem::path read_textfile(const TableReader& metrics) {
  const auto text = metrics.find_string("textfile");
  if (text && !text->value.empty() && !text->value.ends_with(".prom")) {
    metrics.error("textfile",
                  text->place,
                  in_quotes(text->value) + " does not end in .prom",
                  "node_exporter reads no other files in its --collector.textfile.directory");
    return {};
  }
  const auto path = text ? metrics.find_path("textfile") : std::nullopt;
  return path ? path->value : std::filesystem::path{};
}

}  // namespace

model::NotifySettings read_notify(const TableReader& root) {
  static const std::map<std::string, model::NotifyFormat> formats{
      {"json", model::NotifyFormat::json},
      {"slack", model::NotifyFormat::slack},
      {"discord", model::NotifyFormat::discord},
      {"telegram", model::NotifyFormat::telegram}};
  const TableReader notify = root.table("notify");
  model::NotifySettings out;
  out.webhook = read_webhook(notify);
  out.webhook_file = read_secret_file(notify, "webhook_file");
  if (!out.webhook.empty() && !out.webhook_file.empty()) {
    notify.error("webhook_file",
                 notify.place_of("webhook_file"),
                 "is a second place for the URL, beside webhook",
                 "keep one of them");
  }
  out.token_file = read_secret_file(notify, "token_file");
  out.format = formats.at(notify.word("format"));
  out.chat = read_chat(notify, out.format);
  out.timeout = notify.duration("timeout", milliseconds{1});
  out.host = notify.string("host");
  return out;
}

model::MetricsSettings read_metrics(const TableReader& root) {
  const TableReader metrics = root.table("metrics");
  model::MetricsSettings out;
  out.listen = read_listen(metrics);
  out.textfile = read_textfile(metrics);
  return out;
}

}  // namespace lavavisor::config
