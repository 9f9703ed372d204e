// Reads the observed.json of a golden case: terse, with defaults for what a healthy host shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"

#include <string>

namespace lavavisor::plan::testing_scene {

/// Decode `text`. Throws std::runtime_error for what it does not understand. Keys:
///   at, chain {target, min, consumer_target, consumer_min, error, endpoints [{name, target, min,
///   error}]}, installed {RELEASE: "version" | {reports, source, error}}, link "RELEASE" |
///   {foreign}, units {NAME: {release, runs, edited, state, sub_state, config, linked, enabled,
///   foreign, needs_reload, restarts, started, digest, exe_replaced, no_text,
///   without_flags}}, missing_users,
///   manager (why it can't be asked), memory {last_known {target, min}, target_since {VERSION:
///   time}, quarantine {RELEASE: {reason, at, tries}}, upgrades {NAME: {from, to, at}}, failures
///   {RELEASE: {error, retry_at}}}.
/// A unit with `release` has the text that desired asks for with it, is linked, enabled and runs.
model::Observed decode_observed(const std::string& text, const model::Desired& desired);

}  // namespace lavavisor::plan::testing_scene
