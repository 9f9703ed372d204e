// Read out of what was observed and of the policy; each answer for itself.
// SPDX-License-Identifier: Apache-2.0
#include "plan/outlook.hpp"

#include "model/pins.hpp"
#include "plan/knowledge.hpp"
#include "plan/pacing.hpp"

#include <utility>

namespace lavavisor::plan {

using model::Held;
using model::Release;
using model::Version;

Outlook::Outlook(const model::Desired& desired,
                 const model::Observed& observed,
                 const Subject& subject)
    : m_desired{desired}, m_policy{desired.binary}, m_observed{observed}, m_subject{subject} {
  if (const auto versions = versions_to_follow(observed)) {
    m_versions = subject.role == Role::provider ? versions->provider : versions->consumer;
  }
}

Version Outlook::target() const {
  return std::holds_alternative<model::FollowMin>(m_subject.wanted) ? m_versions->min
                                                                    : m_versions->target;
}

Release Outlook::release_for_target() const {
  return release_for(m_policy, target());
}

bool Outlook::at_least(const Release& release, const Version& bound) const {
  const auto version = reported(m_observed, release);
  return version && *version >= bound;
}

bool Outlook::below(const Release& release, const Version& bound) const {
  const auto version = reported(m_observed, release);
  return version && *version < bound;
}

bool Outlook::has_current() const {
  return current() && (m_subject.runs || is_usable(m_observed, *current()));
}

// --- what is in the way --------------------------------------------------------------------------

const model::Quarantine* Outlook::quarantine(const Release& release) const {
  const auto entry = m_observed.memory.quarantine.find(release);
  if (entry == m_observed.memory.quarantine.end()) {
    return nullptr;
  }
  const auto known = m_observed.memory.binaries.find(release);
  const auto source = known == m_observed.memory.binaries.end() ? model::BinarySource::downloaded
                                                                : known->second.source;
  const auto* pin = model::binary_pin(m_policy, release, source);
  const bool other_file_is_pinned =
      pin != nullptr && !entry->second.sha256.empty() && *pin != entry->second.sha256;
  return other_file_is_pinned || was_retried(release, entry->second) ? nullptr : &entry->second;
}

/// True when the service moved to `release` again after it was quarantined: what runs there
/// stays until it fails anew.
bool Outlook::was_retried(const Release& release, const model::Quarantine& entry) const {
  const auto* upgrade = last_upgrade();
  return upgrade != nullptr && current() == release && upgrade->to == release &&
         upgrade->at > entry.at;
}

const model::Upgrade* Outlook::last_upgrade() const {
  const auto upgrade = m_observed.memory.upgrades.find(m_subject.service);
  return upgrade == m_observed.memory.upgrades.end() ? nullptr : &upgrade->second;
}

/// True when what the subject has, another one than `release`, is not compliant.
bool Outlook::needs_another_than(const Release& release) const {
  return m_versions && current() && *current() != release && below(*current(), min());
}

/// A quarantined release may be tried again, hours later, on a host that is not compliant.
bool Outlook::may_retry(const Release& release, const model::Quarantine& entry) const {
  return needs_another_than(release) && m_observed.at >= retry_time(entry.at, entry.tries);
}

bool Outlook::is_quarantined(const Release& release) const {
  const auto* entry = quarantine(release);
  return entry != nullptr && !may_retry(release, *entry);
}

bool Outlook::is_capped(const Release& release) const {
  return m_policy.max_version && release > *m_policy.max_version;
}

bool Outlook::is_eligible(const Release& release) const {
  return !is_quarantined(release) && !is_capped(release);
}

bool Outlook::halts() const {
  return m_desired.rollout.on_failure == model::OnFailure::halt;
}

Held Outlook::held(Held::Why why, const Release& release) const {
  Held entry;
  entry.service = m_subject.service;
  entry.why = why;
  entry.release = release.name;
  return entry;
}

Blocked Outlook::blocked(const Release& release) const {
  if (is_capped(release)) {
    return held(Held::Why::capped, release);
  }
  if (is_quarantined(release)) {
    const auto* entry = quarantine(release);
    auto why = held(halts() ? Held::Why::halted : Held::Why::quarantined, release);
    why.detail = entry->reason;
    if (needs_another_than(release)) {
      why.until = retry_time(entry->at, entry->tries);
    }
    return why;
  }
  if (is_usable(m_observed, release)) {
    return std::nullopt;
  }
  return unobtainable(m_desired, m_observed, m_subject.service, release);
}

Blocked Outlook::waits(const Release& release) const {
  if (!has_current() || *current() == release || is_quarantined(*current()) ||
      (m_versions && !at_least(*current(), min()))) {
    return std::nullopt;
  }
  if (std::holds_alternative<model::FollowTarget>(m_subject.wanted)) {
    const auto seen = m_observed.memory.target_since.find(target());
    const auto since = seen == m_observed.memory.target_since.end() ? m_observed.at : seen->second;
    if (m_observed.at < since + m_policy.target_delay) {
      auto why = held(Held::Why::target_delay, release);
      why.until = since + m_policy.target_delay;
      return why;
    }
  }
  if (const auto opens = next_opening(m_desired.rollout.windows, m_observed.at)) {
    auto why = held(Held::Why::outside_window, release);
    why.until = *opens;
    return why;
  }
  return std::nullopt;
}

// --- where else to go ----------------------------------------------------------------------------

std::optional<Release> Outlook::version_before() const {
  const auto* upgrade = last_upgrade();
  if (upgrade == nullptr || !current() || !is_quarantined(*current()) ||
      upgrade->to != *current()) {
    return std::nullopt;
  }
  const Release& before = upgrade->from;
  return is_quarantined(before) || !is_usable(m_observed, before) ? std::nullopt
                                                                  : std::optional{before};
}

bool Outlook::came_back() const {
  const auto* upgrade = last_upgrade();
  return upgrade != nullptr && has_current() && upgrade->from == *current() &&
         upgrade->to == release_for_target() && is_quarantined(upgrade->to) &&
         is_eligible(*current());
}

std::optional<Release> Outlook::best_below_target() const {
  std::optional<std::pair<Version, Release>> best;
  const auto consider = [&](const Release& release, const Version& version) {
    if (version < min() || version >= target() || !is_eligible(release)) {
      return;
    }
    const bool better = !best || version > best->first ||
                        (version == best->first && best->second != current() &&
                         (release == current() || release > best->second));
    if (better) {
      best = {version, release};
    }
  };
  for (const auto& [release, binary] : m_observed.binaries) {
    if (binary.record) {
      consider(release, binary.record->reported);
    }
  }
  for (const auto& release : pinned_releases()) {
    const auto version = model::parse_version(release.name);
    if (version && !is_usable(m_observed, release) && !blocked(release)) {
      consider(release, reported(m_observed, release).value_or(*version));
    }
  }
  if (has_current() && reported(m_observed, *current())) {
    consider(*current(), *reported(m_observed, *current()));
  }
  return best ? std::optional{best->second} : std::nullopt;
}

/// Those whose file or source something vouches for.
std::set<Release> Outlook::pinned_releases() const {
  std::set<Release> pinned;
  for (const auto& [release, digest] : m_policy.sha256) {
    pinned.insert(release);
  }
  if (m_policy.method != model::Method::release) {
    for (const auto& [release, digest] : m_policy.build.sha256) {
      pinned.insert(release);
    }
  }
  return pinned;
}

std::optional<Release> Outlook::lowest_above_target() const {
  std::optional<std::pair<Version, Release>> best;
  for (const auto& [release, binary] : m_observed.binaries) {
    if (binary.record && binary.record->reported >= target() && is_eligible(release) &&
        (!best || binary.record->reported < best->first)) {
      best = {binary.record->reported, release};
    }
  }
  return best ? std::optional{best->second} : std::nullopt;
}

std::optional<Release> Outlook::highest_installed() const {
  std::optional<Release> best;
  for (const auto& [release, binary] : m_observed.binaries) {
    if (binary.record && is_eligible(release)) {
      best = release;  // the map is ordered: the last is the highest
    }
  }
  return best;
}

}  // namespace lavavisor::plan
