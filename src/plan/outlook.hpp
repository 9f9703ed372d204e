// How releases stand for one subject: what it has, what could be made to run, what has to wait.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"

#include <optional>
#include <set>
#include <string>

namespace lavavisor::plan {

using model::Role;

/// For whom a release is chosen, and what it has now.
struct Subject {
  std::string service;  ///< "" = the host's link
  model::VersionChoice wanted;
  Role role = Role::provider;
  std::optional<model::Release> current;  ///< what runs; else what its unit or the link names
  bool runs = false;                      ///< `current` runs at this moment
};

/// Why a release can't be chosen now.
using Blocked = std::optional<model::Held>;

/// Facts only, no choice. What it is made of must outlive it.
class Outlook {
 public:
  Outlook(const model::Desired& desired, const model::Observed& observed, const Subject& subject);

  // --- the versions to go by; min(), target() and release_for_target() need them to be known
  const std::optional<model::RoleVersions>& versions() const { return m_versions; }
  model::Version min() const { return m_versions->min; }
  model::Version target() const;  ///< what is followed: the chain's target, or its min
  model::Release release_for_target() const;

  // --- what a release reports, as far as it was ever learnt
  bool at_least(const model::Release& release, const model::Version& bound) const;
  bool below(const model::Release& release, const model::Version& bound) const;

  // --- what the subject has
  const std::optional<model::Release>& current() const { return m_subject.current; }
  bool has_current() const;  ///< it runs, or could

  // --- what is in the way
  const model::Quarantine* quarantine(const model::Release& release) const;  ///< null = none
  bool is_quarantined(const model::Release& release) const;  ///< and it is not time to try again
  bool is_capped(const model::Release& release) const;
  bool is_eligible(const model::Release& release) const;  ///< neither of both
  bool halts() const;                                     ///< a failed upgrade ends all moves
  model::Held held(model::Held::Why why, const model::Release& release) const;

  /// Whether `release` could be made to run now.
  Blocked blocked(const model::Release& release) const;

  /// Whether the move to `release` has to wait. One from a release that is not known to be
  /// compliant, or that is quarantined, does not.
  Blocked waits(const model::Release& release) const;

  // --- where else to go
  /// The release that this service ran before its last change, when it can be had again.
  std::optional<model::Release> version_before() const;

  /// True when the service left the release for the target again, for the one that it has now.
  bool came_back() const;

  /// The installed (or pinned by digest and obtainable) release with the highest version in
  /// [min, target); among equals what runs, then the highest name.
  std::optional<model::Release> best_below_target() const;

  std::optional<model::Release> lowest_above_target() const;  ///< of those that are installed
  std::optional<model::Release> highest_installed() const;

 private:
  bool needs_another_than(const model::Release& release) const;
  bool was_retried(const model::Release& release, const model::Quarantine& entry) const;
  const model::Upgrade* last_upgrade() const;
  bool may_retry(const model::Release& release, const model::Quarantine& entry) const;
  std::set<model::Release> pinned_releases() const;

  const model::Desired& m_desired;
  const model::BinaryPolicy& m_policy;
  const model::Observed& m_observed;
  const Subject& m_subject;
  std::optional<model::RoleVersions> m_versions;
};

}  // namespace lavavisor::plan
