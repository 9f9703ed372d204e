// An event leaves the outbox only after the receiver has taken it: whoever is killed in between
// delivers it twice, never not at all.
// SPDX-License-Identifier: Apache-2.0
#include "cli/deliverer.hpp"

#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "cli/courier.hpp"
#include "cli/web.hpp"
#include "model/layout.hpp"
#include "reconcile/jitter.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <build_info.hpp>
#include <cerrno>
#include <filesystem>

namespace lavavisor::cli {
namespace {

using notify::Undelivered;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds k_store_patience = seconds{5};
constexpr seconds k_while_others_deliver{15};
constexpr std::chrono::minutes k_refusal_rests{1};
constexpr std::chrono::hours k_no_wait_is_longer{2};  // but after the clock was set back

base::TimePoint now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// The directory itself is locked, so that no further file is needed; wrappers share one.
base::Fd only_courier_of(const model::Path& directory) {
  base::Fd fd{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    fd.reset();
  }
  return fd;
}

std::size_t waiting_in(ports::Outbox& outbox) {
  constexpr std::size_t k_all = 10'000;
  const auto all = outbox.due(base::TimePoint::max(), k_all);
  return all ? all->size() : 0;
}

std::optional<ports::Outbox::Entry> oldest_in(ports::Outbox& outbox) {
  auto found = outbox.due(base::TimePoint::max(), 1);
  if (!found || found->empty()) {
    return std::nullopt;
  }
  return std::move(found->front());
}

bool has_to_wait(const ports::Outbox::Entry& entry) {
  const auto left = entry.retry_at - now();
  return left > seconds{0} && left < k_no_wait_is_longer;
}

void warn_unless(const base::Result<void>& done) {
  if (!done) {
    base::log_warn("an alert may be sent twice: " + done.error().message);
  }
}

}  // namespace

milliseconds wait_after(unsigned failures, milliseconds least) {
  constexpr milliseconds k_first = seconds{5};
  constexpr milliseconds k_longest = std::chrono::minutes{15};
  constexpr unsigned k_most_doublings = 10;
  const unsigned doublings = std::min(std::max(failures, 1U) - 1, k_most_doublings);
  return std::max(least, std::min(k_first * (1U << doublings), k_longest));
}

Deliverer::Deliverer(const model::Desired& desired)
    : m_settings{desired.notify},
      m_directory{desired.directory},
      m_sender{.host = m_settings.host.empty() ? host_name() : m_settings.host,
               .chain = desired.chain.id,
               .version = std::string{k_version}} {}

Round Deliverer::round(const RoundLimits& limits, const std::stop_token& stop) {
  const auto file = model::state_file(m_directory);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return {};
  }
  const auto lock = only_courier_of(m_directory);
  if (!lock) {
    return {now() + k_while_others_deliver, 0, ""};
  }
  const auto opened = store::Store::open(file, k_store_patience);
  if (!opened) {
    warn_once("alerts can't be sent: " + opened.error().message);
    return {now() + k_refusal_rests, 0, opened.error().message};
  }
  return deliver(*opened->store, limits, stop);
}

Round Deliverer::deliver(ports::Outbox& outbox,
                         const RoundLimits& limits,
                         const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + limits.within;
  for (bool first = true;; first = false) {
    const auto entry = oldest_in(outbox);
    if (!entry) {
      return {};
    }
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    const bool may_try = (first && !limits.minds_retry_at) || !has_to_wait(*entry);
    if (stop.stop_requested() || left <= milliseconds{0} || !may_try) {
      return {std::max(entry->retry_at, now()), waiting_in(outbox), ""};
    }
    const auto failure = attempt(*entry, std::min(m_settings.timeout, left), stop);
    if (!failure) {
      arrived(outbox, *entry);
    } else if (failure->kind == Undelivered::Kind::stopped) {
      return {now(), waiting_in(outbox), failure->why};
    } else {
      return failed(outbox, *entry, *failure);
    }
  }
}

std::optional<Undelivered> Deliverer::attempt(const Entry& entry,
                                              milliseconds timeout,
                                              const std::stop_token& stop) {
  const auto receiver = notify::read_receiver(m_settings);
  if (!receiver) {
    m_shown = "their receiver";
    return Undelivered{Undelivered::Kind::refused, receiver.error().message, {}};
  }
  for (const auto& warning : receiver->warnings) {
    warn_once(warning);
  }
  m_shown = receiver->shown;
  const auto body =
      view::webhook_body(entry.event, entry.id, m_sender, m_settings.format, m_settings.chat);
  return notify::post(*receiver, body, "lavavisor/" + std::string{k_version}, timeout, stop);
}

void Deliverer::arrived(ports::Outbox& outbox, const Entry& entry) {
  if (m_failures > 0) {
    base::log_info("alerts reach " + m_shown + " again");
  }
  m_failures = 0;
  base::log_debug("told " + m_shown + ": " + view::describe(entry.event));
  warn_unless(outbox.remove(entry.id));
}

Round Deliverer::failed(ports::Outbox& outbox, const Entry& entry, const Undelivered& failure) {
  const bool is_refused = failure.kind != Undelivered::Kind::unreachable;
  m_failures = std::max(m_failures, entry.tries) + 1;
  const milliseconds least = is_refused ? k_refusal_rests : milliseconds{failure.retry_after};
  const auto retry_at = now() + reconcile::with_jitter(wait_after(m_failures, least));
  warn_unless(outbox.postpone(entry.id, retry_at));
  if (failure.kind == Undelivered::Kind::unwanted && entry.tries + 1 >= k_most_refusals) {
    base::log_error("an alert is given up, for " + m_shown +
                    " does not take it: " + view::describe(entry.event));
    warn_unless(outbox.remove(entry.id));
  }
  give_up_the_old(outbox);
  return {retry_at, waiting_in(outbox), m_shown + ": " + failure.why};
}

/// None is given up that was never tried, but those behind the oldest, which was.
void Deliverer::give_up_the_old(ports::Outbox& outbox) {
  for (auto entry = oldest_in(outbox); entry && now() - entry->event.at > k_alerts_are_kept;
       entry = oldest_in(outbox)) {
    base::log_error("an alert is given up after " + std::to_string(k_alerts_are_kept.count()) +
                    " hours: " + view::describe(entry->event));
    if (!outbox.remove(entry->id)) {
      return;
    }
  }
}

void Deliverer::warn_once(const std::string& warning) {
  if (m_warnings.insert(warning).second) {
    base::log_warn(warning);
  }
}

}  // namespace lavavisor::cli
