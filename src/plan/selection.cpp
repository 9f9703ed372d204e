// Each row of the version table is one step of `Chooser::choose`, tried from top to bottom.
// SPDX-License-Identifier: Apache-2.0
#include "plan/selection.hpp"

#include "model/pins.hpp"
#include "plan/knowledge.hpp"
#include "plan/pacing.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace lavavisor::plan {
namespace {

using model::Held;
using model::Notice;
using model::Observed;
using model::Release;
using model::Rule;
using model::Version;

/// Why a release can't be chosen now.
using Blocked = std::optional<Held>;

class Chooser {
 public:
  Chooser(const model::Desired& desired, const Observed& observed, const Subject& subject)
      : m_desired{desired},
        m_policy{desired.binary},
        m_rollout{desired.rollout},
        m_observed{observed},
        m_subject{subject} {
    m_out.selection.service = subject.service;
  }

  Selected choose() {
    if (const auto versions = versions_to_follow(m_observed)) {
      m_out.selection.versions =
          m_subject.role == Role::provider ? versions->provider : versions->consumer;
    }
    if (const auto* pin = std::get_if<Release>(&m_subject.wanted)) {
      choose_pin(*pin);
    } else if (!m_out.selection.versions) {
      choose_without_chain();
    } else {
      choose_by_chain();
    }
    finish();
    return std::move(m_out);
  }

 private:
  // --- what is known -----------------------------------------------------------------------------

  const std::optional<Release>& current() const { return m_subject.current; }
  bool has_current() const {
    return current() && (m_subject.runs || is_usable(m_observed, *current()));
  }
  Version min() const { return m_out.selection.versions->min; }
  Version target() const {
    return std::holds_alternative<model::FollowMin>(m_subject.wanted)
               ? m_out.selection.versions->min
               : m_out.selection.versions->target;
  }
  bool at_least(const Release& release, const Version& bound) const {
    const auto version = reported(m_observed, release);
    return version && *version >= bound;
  }
  bool below(const Release& release, const Version& bound) const {
    const auto version = reported(m_observed, release);
    return version && *version < bound;
  }
  bool is_capped(const Release& release) const {
    return m_policy.max_version && release > *m_policy.max_version;
  }
  bool halts() const { return m_rollout.on_failure == model::OnFailure::halt; }

  const model::Quarantine* quarantine(const Release& release) const {
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
  bool was_retried(const Release& release, const model::Quarantine& entry) const {
    const auto* upgrade = last_upgrade();
    return upgrade != nullptr && current() == release && upgrade->to == release &&
           upgrade->at > entry.at;
  }

  const model::Upgrade* last_upgrade() const {
    const auto upgrade = m_observed.memory.upgrades.find(m_subject.service);
    return upgrade == m_observed.memory.upgrades.end() ? nullptr : &upgrade->second;
  }

  /// A quarantined release may be tried again, hours later, on a host that is not compliant.
  bool may_retry(const Release& release, const model::Quarantine& entry) const {
    const bool in_need =
        m_out.selection.versions && current() && *current() != release && below(*current(), min());
    return in_need && m_observed.at >= retry_time(entry.at, entry.tries);
  }

  bool is_quarantined(const Release& release) const {
    const auto* entry = quarantine(release);
    return entry != nullptr && !may_retry(release, *entry);
  }

  Held held(Held::Why why, const Release& release) const {
    Held entry;
    entry.service = m_subject.service;
    entry.why = why;
    entry.release = release.name;
    return entry;
  }

  /// Whether `release` could be made to run now.
  Blocked blocked(const Release& release) const {
    if (is_capped(release)) {
      return held(Held::Why::capped, release);
    }
    if (is_quarantined(release)) {
      const auto* entry = quarantine(release);
      auto why = held(halts() ? Held::Why::halted : Held::Why::quarantined, release);
      why.detail = entry->reason;
      if (m_out.selection.versions && current() && *current() != release &&
          below(*current(), min())) {
        why.until = retry_time(entry->at, entry->tries);
      }
      return why;
    }
    if (is_usable(m_observed, release)) {
      return std::nullopt;
    }
    return unobtainable(m_desired, m_observed, m_subject.service, release);
  }

  // --- pacing ------------------------------------------------------------------------------------

  /// Whether the move to `release` has to wait. One from a release that is not known to be
  /// compliant, or that is quarantined, does not.
  Blocked waits(const Release& release) const {
    if (!has_current() || *current() == release || is_quarantined(*current()) ||
        (m_out.selection.versions && !at_least(*current(), min()))) {
      return std::nullopt;
    }
    if (std::holds_alternative<model::FollowTarget>(m_subject.wanted)) {
      const auto seen = m_observed.memory.target_since.find(target());
      const auto since =
          seen == m_observed.memory.target_since.end() ? m_observed.at : seen->second;
      if (m_observed.at < since + m_policy.target_delay) {
        auto why = held(Held::Why::target_delay, release);
        why.until = since + m_policy.target_delay;
        return why;
      }
    }
    if (const auto opens = next_opening(m_rollout.windows, m_observed.at)) {
      auto why = held(Held::Why::outside_window, release);
      why.until = *opens;
      return why;
    }
    return std::nullopt;
  }

  // --- decisions ---------------------------------------------------------------------------------

  void take(const Release& release, Rule rule) {
    m_out.selection.release = release;
    m_out.selection.rule = rule;
  }

  /// Move to `release`, or hold the move and stay.
  void move_to(const Release& release, Rule rule) {
    if (auto why = waits(release)) {
      m_out.held.push_back(std::move(*why));
      take(*current(), Rule::held);
      return;
    }
    take(release, rule);
  }

  void notice(Notice::Kind kind, std::string subject, std::string detail = {}) {
    m_out.notices.push_back({kind, std::move(subject), std::move(detail)});
  }

  void choose_pin(const Release& pin) {
    auto why = blocked(pin);
    if (why && why->why == Held::Why::capped) {
      why.reset();  // the pin is the operator's word too, and the nearer one
    }
    if (!why) {
      move_to(pin, Rule::pinned);
      return;
    }
    m_out.held.push_back(*why);
    if (const auto before = version_before(); before && !halts()) {
      take(*before, Rule::version_before);
    } else if (has_current()) {
      take(*current(), Rule::held);
    } else {
      notice(Notice::Kind::no_version, m_subject.service, "pinned release " + pin.name);
    }
  }

  void choose_without_chain() {
    if (has_current()) {
      take(*current(), Rule::no_chain);
      return;
    }
    std::optional<Release> best;
    for (const auto& [release, binary] : m_observed.binaries) {
      if (binary.record && !is_quarantined(release) && !is_capped(release)) {
        best = release;  // the map is ordered: the last is the highest
      }
    }
    if (best) {
      take(*best, Rule::no_chain);
    } else {
      notice(Notice::Kind::no_version, m_subject.service, "no version from the chain");
    }
  }

  Release release_for_target() const { return release_for(m_policy, target()); }

  void choose_by_chain() {
    const Release wanted = release_for_target();
    if (stays_satisfied(wanted)) {
      return;
    }
    if (halts() && has_current() && (quarantine(*current()) || quarantine(wanted))) {
      const bool failed_itself = quarantine(*current()) != nullptr;
      m_out.held.push_back(
          blocked(failed_itself ? *current() : wanted).value_or(held(Held::Why::halted, wanted)));
      take(*current(), Rule::kept);
      return;
    }
    auto why = blocked(wanted);
    if (!why && !below(wanted, min())) {
      choose_target(wanted);
      return;
    }
    choose_fallback();
    if (why) {
      m_out.held.push_back(std::move(*why));
    } else if (m_out.selection.release) {
      notice(Notice::Kind::no_release_reports, to_string(target()), m_out.selection.release->name);
    }
  }

  bool stays_satisfied(const Release& wanted) {
    if (!has_current() || !at_least(*current(), target()) || is_quarantined(*current()) ||
        is_capped(*current())) {
      return false;
    }
    if (!at_least(*current(), next_above(target()))) {
      take(*current(), Rule::satisfied);
      return true;
    }
    take(*current(), Rule::above_target);
    if (*current() == wanted) {
      return true;
    }
    if (!m_policy.allow_downgrade) {
      if (!std::holds_alternative<model::FollowMin>(m_subject.wanted)) {
        m_out.held.push_back(held(Held::Why::no_downgrade, wanted));
      }
      return true;
    }
    if (auto why = blocked(wanted)) {
      m_out.held.push_back(std::move(*why));
      return true;
    }
    return below(wanted, min());
  }

  static Version next_above(Version version) {
    ++version.patch;
    return version;
  }

  void choose_target(const Release& wanted) {
    if (m_subject.runs && reported(m_observed, *current()) &&
        target().major > reported(m_observed, *current())->major) {
      notice(Notice::Kind::major_jump, to_string(target()), current()->name);
    }
    const bool falls_short = below(wanted, target());
    move_to(wanted, falls_short ? Rule::target_short : Rule::target_release);
    if (falls_short && m_out.selection.release == wanted) {
      notice(Notice::Kind::no_release_reports, to_string(target()), wanted.name);
    }
  }

  /// The release that this service ran before its last change, when it can be had again.
  std::optional<Release> version_before() const {
    const auto* upgrade = last_upgrade();
    if (upgrade == nullptr || !current() || !is_quarantined(*current()) ||
        upgrade->to != *current()) {
      return std::nullopt;
    }
    const Release& before = upgrade->from;
    return is_quarantined(before) || !is_usable(m_observed, before) ? std::nullopt
                                                                    : std::optional{before};
  }

  /// True when the service left the release for the target again, for the one that it has now.
  bool came_back() const {
    const auto* upgrade = last_upgrade();
    return upgrade != nullptr && has_current() && upgrade->from == *current() &&
           upgrade->to == release_for_target() && is_quarantined(upgrade->to) &&
           is_eligible(*current());
  }

  void choose_fallback() {
    if (came_back() && at_least(*current(), min())) {
      take(*current(), Rule::kept);
      return;
    }
    const auto before = version_before();
    if (before && at_least(*before, min())) {
      take(*before, Rule::version_before);
      return;
    }
    if (const auto best = best_below_target()) {
      const bool flees = current() && is_quarantined(*current());
      if (flees || best == current()) {
        take(*best, best == current() ? Rule::kept : Rule::best_installed);
      } else {
        move_to(*best, Rule::best_installed);
      }
      return;
    }
    if (has_current() && at_least(*current(), min()) && !is_quarantined(*current())) {
      take(*current(), Rule::kept);
      return;
    }
    if (const auto newer = lowest_above_target()) {
      take(*newer, Rule::newer_installed);
      return;
    }
    if (before) {
      take(*before, Rule::version_before);
      return;
    }
    if (has_current()) {
      take(*current(), Rule::kept);
      return;
    }
    notice(Notice::Kind::no_version, m_subject.service, "release " + release_for_target().name);
  }

  bool is_eligible(const Release& release) const {
    return !is_quarantined(release) && !is_capped(release);
  }

  /// The installed (or pinned by digest and obtainable) release with the highest version in
  /// [min, target); among equals what runs, then the highest name.
  std::optional<Release> best_below_target() const {
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
  std::set<Release> pinned_releases() const {
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

  std::optional<Release> lowest_above_target() const {
    std::optional<std::pair<Version, Release>> best;
    for (const auto& [release, binary] : m_observed.binaries) {
      if (binary.record && binary.record->reported >= target() && is_eligible(release) &&
          (!best || binary.record->reported < best->first)) {
        best = {binary.record->reported, release};
      }
    }
    return best ? std::optional{best->second} : std::nullopt;
  }

  /// What every way of choosing has in common: what the choice reports, and whether that will do.
  void finish() {
    auto& selection = m_out.selection;
    if (!selection.release) {
      selection.compliant = false;
      return;
    }
    selection.reported = reported(m_observed, *selection.release);
    if (!selection.versions || !selection.reported || *selection.reported >= min()) {
      return;
    }
    selection.compliant = false;
    const auto kind =
        selection.rule == Rule::pinned ? Notice::Kind::pin_below_min : Notice::Kind::below_min;
    notice(kind, selection.release->name, m_subject.service);
  }

  const model::Desired& m_desired;
  const model::BinaryPolicy& m_policy;
  const model::RolloutPolicy& m_rollout;
  const Observed& m_observed;
  const Subject& m_subject;
  Selected m_out;
};

}  // namespace

Selected select_release(const model::Desired& desired,
                        const Observed& observed,
                        const Subject& subject) {
  return Chooser{desired, observed, subject}.choose();
}

}  // namespace lavavisor::plan
