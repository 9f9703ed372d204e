// Four shapes of one event. Texts are made visible first, then escaped and cut character by
// character, so that no cut falls into the middle of one or of its escape.
// SPDX-License-Identifier: Apache-2.0
#include "view/webhook.hpp"

#include "base/sha256.hpp"
#include "base/time.hpp"
#include "view/events.hpp"
#include "view/json.hpp"
#include "view/visible.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace lavavisor::view {
namespace {

// Bytes. The services count characters, of which there are never more.
constexpr std::size_t k_longest_word = 256;
constexpr std::size_t k_longest_detail = 8'000;
constexpr std::size_t k_longest_slack = 4'000;
constexpr std::size_t k_longest_discord = 2'000;
constexpr std::size_t k_longest_telegram = 4'000;

using Escape = std::string (*)(std::string_view character);

std::string as_it_is(std::string_view character) {
  return std::string{character};
}

/// https://api.slack.com/reference/surfaces/formatting#escaping
std::string slack_escape(std::string_view character) {
  if (character == "&") {
    return "&amp;";
  }
  if (character == "<") {
    return "&lt;";
  }
  return character == ">" ? "&gt;" : std::string{character};
}

/// Discord's Markdown takes a backslash before any of these.
std::string discord_escape(std::string_view character) {
  constexpr std::string_view k_markup = "\\*_~`|<>[]#@:";
  const bool is_markup =
      character.size() == 1 && k_markup.find(character) != std::string_view::npos;
  return (is_markup ? "\\" : "") + std::string{character};
}

/// The length in bytes of the character that well-formed UTF-8 has at `at`.
std::size_t length_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    ++end;
  }
  return end - at;
}

/// `text` made visible, escaped, and cut to `limit` bytes with "..." behind.
std::string bounded(std::string_view text, std::size_t limit, Escape escape = as_it_is) {
  constexpr std::string_view k_more = "...";
  const std::string safe = visible(text);
  std::string out;
  std::size_t fits = 0;  // so much of `out` leaves room for "..."
  for (std::size_t i = 0; i < safe.size();) {
    const std::size_t length = length_at(safe, i);
    out += escape(std::string_view{safe}.substr(i, length));
    i += length;
    if (out.size() + k_more.size() <= limit) {
      fits = out.size();
    }
    if (out.size() > limit) {
      return out.substr(0, fits).append(k_more);
    }
  }
  return out;
}

std::optional<std::string> word(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{bounded(text, k_longest_word)};
}

/// The same for each try, another one for each event of each host.
std::string id_of(const model::Event& event, std::int64_t id, const Sender& sender) {
  base::Sha256 digest;
  const std::string at = std::to_string(event.at.time_since_epoch().count());
  for (const std::string& part : {sender.host,
                                  sender.chain,
                                  std::to_string(id),
                                  name_of(event.kind),
                                  at,
                                  event.service,
                                  event.from,
                                  event.to,
                                  event.detail}) {
    digest.update(part);
    digest.update(std::string_view{"\0", 1});
  }
  return digest.finish().substr(0, 32);
}

std::string generic_body(const model::Event& event, std::int64_t id, const Sender& sender) {
  Json json;
  json.field("id", id_of(event, id, sender));
  json.field("event", name_of(event.kind));
  json.field("at", base::format_time(event.at));
  json.field("host", bounded(sender.host, k_longest_word));
  json.field("service", word(event.service));
  json.field("from", word(event.from));
  json.field("to", word(event.to));
  json.field("detail", bounded(event.detail, k_longest_detail));
  json.field("chain", bounded(sender.chain, k_longest_word));
  json.field("lavavisor", bounded(sender.version, k_longest_word));
  return json.finish();
}

/// One message for a chat: which event, where, and what.
std::string message(const model::Event& event, const Sender& sender) {
  return name_of(event.kind) + " on " + sender.host + " (" + sender.chain + "): " + event.detail;
}

}  // namespace

std::string webhook_body(const model::Event& event,
                         std::int64_t id,
                         const Sender& sender,
                         model::NotifyFormat format,
                         const std::string& chat) {
  Json json;
  switch (format) {
    case model::NotifyFormat::json:
      return generic_body(event, id, sender);
    case model::NotifyFormat::slack:
      json.field("text", bounded(message(event, sender), k_longest_slack, slack_escape));
      json.field("mrkdwn", false);
      json.field("unfurl_links", false);
      break;
    case model::NotifyFormat::discord:
      json.field("content", bounded(message(event, sender), k_longest_discord, discord_escape));
      json.object("allowed_mentions",
                  [&] { json.objects("parse", std::vector<int>{}, [](int) {}); });
      break;
    case model::NotifyFormat::telegram:
      json.field("chat_id", chat);
      json.field("text", bounded(message(event, sender), k_longest_telegram));
      json.field("disable_web_page_preview", true);
      break;
  }
  return json.finish();
}

std::string describe(const model::Event& event) {
  return name_of(event.kind) + " of " + base::format_time(event.at) + ": " +
         base::printable(event.detail, 300);
}

}  // namespace lavavisor::view
