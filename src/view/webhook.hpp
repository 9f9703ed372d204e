// What a webhook is sent, in the shape that its receiver takes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/event.hpp"

#include <cstdint>
#include <string>

namespace lavavisor::view {

/// Who tells.
struct Sender {
  std::string host;
  std::string chain;    ///< its id
  std::string version;  ///< of lavavisor
};

/// The JSON document that is POSTed for `event`, the outbox's entry `id`; the same each time it is
/// tried. json: schema/webhook.schema.json. slack: an incoming webhook's
/// (https://api.slack.com/messaging/webhooks), discord: Execute Webhook's
/// (https://discord.com/developers/docs/resources/webhook), telegram: sendMessage's to `chat`
/// (https://core.telegram.org/bots/api#sendmessage); in these nothing from outside is taken for
/// markup or rings anybody. Long texts are cut to what the service takes.
std::string webhook_body(const model::Event& event,
                         std::int64_t id,
                         const Sender& sender,
                         model::NotifyFormat format,
                         const std::string& chat);

/// One line for the log: what the event is and when it was.
std::string describe(const model::Event& event);

}  // namespace lavavisor::view
