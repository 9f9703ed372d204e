// Secrets are read at each delivery, so that a file that is rotated counts at once.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/receiver.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "transfer/transfer.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace lavavisor::notify {
namespace {

using base::fail;
using base::Result;
using std::filesystem::path;

constexpr std::uint64_t k_longest_secret = 8U << 10U;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{base::trim(value)};
}

Result<std::string> first_line(const path& file) {
  const auto text = base::read_file(file, k_longest_secret);
  if (!text) {
    return tl::make_unexpected(text.error());
  }
  const std::string line{base::trim(std::string_view{*text}.substr(0, text->find('\n')))};
  if (line.empty()) {
    return fail("the first line of " + file.string() + " is empty");
  }
  return line;
}

/// systemd guards its credentials itself, with modes that look otherwise (systemd.exec(5)).
bool is_credential(const path& file) {
  const std::string folder = environment("CREDENTIALS_DIRECTORY");
  return file.string().starts_with("/run/credentials/") ||
         (!folder.empty() && file.string().starts_with(folder + "/"));
}

void warn_of_readers(const path& file, std::vector<std::string>& warnings) {
  struct stat found {};
  constexpr mode_t k_others = S_IRGRP | S_IROTH;
  if (!is_credential(file) && ::stat(file.c_str(), &found) == 0 &&
      (found.st_mode & k_others) != 0) {
    warnings.push_back("others than its owner may read " + file.string() +
                       ", which holds a secret; chmod 600 it");
  }
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) {
    return {};
  }
  std::string result{text};
  curl_free(text);
  return result;
}

/// A control character could forge a header, and a blank is no part of a URL or token.
bool is_one_word(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F;
  });
}

/// scheme://host[:port] of a URL that may be asked.
Result<std::string> shown_of(const std::string& url, const std::string& origin) {
  const transfer::Url parsed{curl_url()};
  const bool is_url =
      is_one_word(url) &&
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  const std::string scheme = is_url ? part_of(parsed.get(), CURLUPART_SCHEME) : "";
  const std::string host = is_url ? part_of(parsed.get(), CURLUPART_HOST) : "";
  if ((scheme != "http" && scheme != "https") || host.empty()) {
    return fail(origin + " holds no URL of the form https://host/path");
  }
  const std::string port = part_of(parsed.get(), CURLUPART_PORT);
  return base::printable(scheme + "://" + host + (port.empty() ? "" : ":" + port));
}

struct Found {
  std::string text;
  std::string origin;
};

Result<Found> from_file(const path& file, const std::string& key, Receiver& receiver) {
  auto line = first_line(file);
  if (!line) {
    return fail(key, line.error());
  }
  warn_of_readers(file, receiver.warnings);
  return Found{std::move(*line), key + " " + file.string()};
}

Result<Found> find_url(const model::NotifySettings& settings, Receiver& receiver) {
  if (!settings.webhook.empty()) {
    return Found{settings.webhook, "notify.webhook"};
  }
  if (!settings.webhook_file.empty()) {
    return from_file(settings.webhook_file, "notify.webhook_file", receiver);
  }
  return Found{environment("LAVAVISOR_WEBHOOK"), "$LAVAVISOR_WEBHOOK"};
}

Result<Found> find_token(const model::NotifySettings& settings, Receiver& receiver) {
  if (!settings.token_file.empty()) {
    return from_file(settings.token_file, "notify.token_file", receiver);
  }
  return Found{environment("LAVAVISOR_WEBHOOK_TOKEN"), "$LAVAVISOR_WEBHOOK_TOKEN"};
}

}  // namespace

bool has_receiver(const model::NotifySettings& settings) {
  return !settings.webhook.empty() || !settings.webhook_file.empty() ||
         !environment("LAVAVISOR_WEBHOOK").empty();
}

Result<Receiver> read_receiver(const model::NotifySettings& settings) {
  Receiver receiver;
  const auto url = find_url(settings, receiver);
  if (!url) {
    return tl::make_unexpected(url.error());
  }
  auto shown = shown_of(url->text, url->origin);
  if (!shown) {
    return tl::make_unexpected(shown.error());
  }
  const auto token = find_token(settings, receiver);
  if (!token) {
    return tl::make_unexpected(token.error());
  }
  if (!is_one_word(token->text)) {
    return fail(token->origin + " holds no token: it has blanks or control characters in it");
  }
  receiver.url = url->text;
  receiver.token = token->text;
  receiver.shown = std::move(*shown);
  return receiver;
}

}  // namespace lavavisor::notify
