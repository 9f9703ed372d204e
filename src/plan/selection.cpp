// Each row of the version table is one step of `Chooser::choose`, tried from top to bottom.
// SPDX-License-Identifier: Apache-2.0
#include "plan/selection.hpp"

#include "plan/knowledge.hpp"

#include <utility>

namespace lavavisor::plan {
namespace {

using model::Held;
using model::Notice;
using model::Observed;
using model::Release;
using model::Rule;
using model::Version;

class Chooser {
 public:
  Chooser(const model::Desired& desired, const Observed& observed, const Subject& subject)
      : m_policy{desired.binary},
        m_observed{observed},
        m_subject{subject},
        m_now{desired, observed, subject} {
    m_out.selection.service = subject.service;
    m_out.selection.versions = m_now.versions();
  }

  Selected choose() {
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
  // --- decisions ---------------------------------------------------------------------------------

  void take(const Release& release, Rule rule) {
    m_out.selection.release = release;
    m_out.selection.rule = rule;
  }

  /// Move to `release`, or hold the move and stay.
  void move_to(const Release& release, Rule rule) {
    if (auto why = m_now.waits(release)) {
      m_out.held.push_back(std::move(*why));
      take(*m_subject.current, Rule::held);
      return;
    }
    take(release, rule);
  }

  void notice(Notice::Kind kind, std::string subject, std::string detail = {}) {
    m_out.notices.push_back({kind, std::move(subject), std::move(detail)});
  }

  void choose_pin(const Release& pin) {
    auto why = m_now.blocked(pin);
    if (why && why->why == Held::Why::capped) {
      why.reset();  // the pin is the operator's word too, and the nearer one
    }
    if (!why) {
      move_to(pin, Rule::pinned);
      return;
    }
    m_out.held.push_back(*why);
    if (const auto before = m_now.version_before(); before && !m_now.halts()) {
      take(*before, Rule::version_before);
    } else if (m_now.has_current()) {
      take(*m_subject.current, Rule::held);
    } else {
      notice(Notice::Kind::no_version, m_subject.service, "pinned release " + pin.name);
    }
  }

  void choose_without_chain() {
    if (m_now.has_current()) {
      take(*m_subject.current, Rule::no_chain);
      return;
    }
    if (const auto best = m_now.highest_installed()) {
      take(*best, Rule::no_chain);
    } else {
      notice(Notice::Kind::no_version, m_subject.service, "no version from the chain");
    }
  }

  void choose_by_chain() {
    const Release wanted = m_now.release_for_target();
    if (stays_satisfied(wanted)) {
      return;
    }
    if (m_now.halts() && m_now.has_current() &&
        (m_now.quarantine(*m_subject.current) || m_now.quarantine(wanted))) {
      const bool failed_itself = m_now.quarantine(*m_subject.current) != nullptr;
      m_out.held.push_back(m_now.blocked(failed_itself ? *m_subject.current : wanted)
                               .value_or(m_now.held(Held::Why::halted, wanted)));
      take(*m_subject.current, Rule::kept);
      return;
    }
    auto why = m_now.blocked(wanted);
    if (!why && !m_now.below(wanted, m_now.min())) {
      choose_target(wanted);
      return;
    }
    choose_fallback();
    if (why) {
      m_out.held.push_back(std::move(*why));
    } else if (m_out.selection.release) {
      notice(Notice::Kind::no_release_reports,
             to_string(m_now.target()),
             m_out.selection.release->name);
    }
  }

  static Version next_above(Version version) {
    ++version.patch;
    return version;
  }

  bool stays_satisfied(const Release& wanted) {
    if (!m_now.has_current() || !m_now.at_least(*m_subject.current, m_now.target()) ||
        m_now.is_quarantined(*m_subject.current) || m_now.is_capped(*m_subject.current)) {
      return false;
    }
    if (!m_now.at_least(*m_subject.current, next_above(m_now.target()))) {
      take(*m_subject.current, Rule::satisfied);
      return true;
    }
    take(*m_subject.current, Rule::above_target);
    if (*m_subject.current == wanted) {
      return true;
    }
    if (!m_policy.allow_downgrade) {
      if (!std::holds_alternative<model::FollowMin>(m_subject.wanted)) {
        m_out.held.push_back(m_now.held(Held::Why::no_downgrade, wanted));
      }
      return true;
    }
    if (auto why = m_now.blocked(wanted)) {
      m_out.held.push_back(std::move(*why));
      return true;
    }
    return m_now.below(wanted, m_now.min());
  }

  void choose_target(const Release& wanted) {
    if (m_subject.runs && reported(m_observed, *m_subject.current) &&
        m_now.target().major > reported(m_observed, *m_subject.current)->major) {
      notice(Notice::Kind::major_jump, to_string(m_now.target()), m_subject.current->name);
    }
    const bool falls_short = m_now.below(wanted, m_now.target());
    move_to(wanted, falls_short ? Rule::target_short : Rule::target_release);
    if (falls_short && m_out.selection.release == wanted) {
      notice(Notice::Kind::no_release_reports, to_string(m_now.target()), wanted.name);
    }
  }

  void choose_fallback() {
    if (m_now.came_back() && m_now.at_least(*m_subject.current, m_now.min())) {
      take(*m_subject.current, Rule::kept);
      return;
    }
    const auto before = m_now.version_before();
    if (before && m_now.at_least(*before, m_now.min())) {
      take(*before, Rule::version_before);
      return;
    }
    if (const auto best = m_now.best_below_target()) {
      const bool flees = m_subject.current && m_now.is_quarantined(*m_subject.current);
      if (flees || best == m_subject.current) {
        take(*best, best == m_subject.current ? Rule::kept : Rule::best_installed);
      } else {
        move_to(*best, Rule::best_installed);
      }
      return;
    }
    if (m_now.has_current() && m_now.at_least(*m_subject.current, m_now.min()) &&
        !m_now.is_quarantined(*m_subject.current)) {
      take(*m_subject.current, Rule::kept);
      return;
    }
    if (const auto newer = m_now.lowest_above_target()) {
      take(*newer, Rule::newer_installed);
      return;
    }
    if (before) {
      take(*before, Rule::version_before);
      return;
    }
    if (m_now.has_current()) {
      take(*m_subject.current, Rule::kept);
      return;
    }
    notice(
        Notice::Kind::no_version, m_subject.service, "release " + m_now.release_for_target().name);
  }

  /// What every way of choosing has in common: what the choice reports, and whether that will do.
  void finish() {
    auto& selection = m_out.selection;
    if (!selection.release) {
      selection.compliant = false;
      return;
    }
    selection.reported = reported(m_observed, *selection.release);
    if (!selection.versions || !selection.reported || *selection.reported >= m_now.min()) {
      return;
    }
    selection.compliant = false;
    const auto kind =
        selection.rule == Rule::pinned ? Notice::Kind::pin_below_min : Notice::Kind::below_min;
    notice(kind, selection.release->name, m_subject.service);
  }

  const model::BinaryPolicy& m_policy;
  const Observed& m_observed;
  const Subject& m_subject;
  const Outlook m_now;
  Selected m_out;
};

}  // namespace

Selected select_release(const model::Desired& desired,
                        const Observed& observed,
                        const Subject& subject) {
  return Chooser{desired, observed, subject}.choose();
}

}  // namespace lavavisor::plan
