// The words for everything that is data in the model: actions, reasons, rules, what is held back,
// notices. Texts from outside are made printable.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/plan.hpp"
#include "model/report.hpp"
#include "view/screen.hpp"

#include <string>
#include <string_view>

namespace lavavisor::view {

// --- what is done --------------------------------------------------------------------------------

/// The action's kind as JSON and history name it: "install_binary", "restart_service", "run_hook".
std::string kind_of(const model::Action& action);

/// What it acts on: a release for binaries and the link ("6.2.5"), the service's name for configs,
/// units and services ("provider-eth1"), "systemd" for a reload, the hook's key ("pre_upgrade").
std::string target_of(const model::Action& action);

/// The service that it is about; "" = none in particular.
std::string service_of(const model::Action& action);

/// Both as a command to oneself: "restart provider-eth1 with release 6.2.5".
std::string title_of(const model::Action& action);

/// The same where the service is known already: "write unit", "restart".
std::string short_title_of(const model::Action& action);

// --- why -----------------------------------------------------------------------------------------

/// A phrase that fits any action: "the chain asks for 6.2.5 in place of 6.2.4".
std::string describe(const model::Reason& reason);

/// The same, said of just this action: "the unit file was changed by hand".
std::string describe(const model::Step& step);

/// Why it is held back and what ends that, without the name of the service.
std::string describe(const model::Held& held, const Screen& screen = {});

/// When it is no longer held back: a time ("in 5 min"; exact without `screen.now`), or the event
/// ("when it is cleared").
std::string end_of(const model::Held& held, const Screen& screen = {});

/// A sentence with its subject.
std::string describe(const model::Notice& notice);

/// Why the rule chose this release, with the versions that it looked at.
std::string describe(const model::Selection& selection);

/// How texts name what a selection or held entry is for: the service, or "the link" for "".
std::string subject_name(std::string_view service);

// --- names of enumerators, as JSON has them ------------------------------------------------------

std::string name_of(model::Rule rule);
std::string name_of(model::Held::Why why);
std::string name_of(model::Notice::Kind kind);
std::string name_of(model::Outcome outcome);
std::string name_of(model::BinarySource source);

// --- for the journal -----------------------------------------------------------------------------

/// A step and its fate as history keeps it.
model::ActionRecord record_of(const model::StepReport& report);

}  // namespace lavavisor::view
