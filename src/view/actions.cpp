// Words for actions and the reasons of steps.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "view/words.hpp"

#include <array>

namespace lavavisor::view {
namespace {

/// What an action is about, as far as reasons are put differently.
enum class Thing { binary, link, config, unit, boot, process, manager, hook };
constexpr std::size_t k_things = 8;

struct Words {
  std::string kind;
  std::string target;
  std::string service;
  std::string title;
  std::string short_title;
  Thing thing = Thing::hook;
};

std::string hook_key(model::HookPoint point) {
  switch (point) {
    case model::HookPoint::pre_upgrade:
      return "pre_upgrade";
    case model::HookPoint::post_upgrade:
      return "post_upgrade";
  }
  return "";
}

/// An action on a release.
Words on_release(std::string kind, std::string verb, const std::string& release, Thing thing) {
  std::string title = verb + " release " + release;
  return {std::move(kind), release, "", std::move(title), std::move(verb), thing};
}

/// An action on a service; `object` is what of it, "" = itself.
Words on_service(std::string kind,
                 const std::string& verb,
                 const std::string& object,
                 const std::string& service,
                 Thing thing) {
  const std::string what = object.empty() ? verb : verb + " " + object;
  std::string title = object.empty() ? verb + " " + service : what + " of " + service;
  return {std::move(kind), service, service, std::move(title), what, thing};
}

struct ToWords {
  Words operator()(const model::InstallBinary& a) const {
    return on_release("install_binary", "install", a.release.name, Thing::binary);
  }
  Words operator()(const model::RemoveBinary& a) const {
    return on_release("remove_binary", "remove", a.release.name, Thing::binary);
  }
  Words operator()(const model::LinkBinary& a) const {
    return on_release("link_binary", "link", a.release.name, Thing::link);
  }
  Words operator()(const model::WriteConfig& a) const {
    return on_service("write_config", "write", "lavap config", a.service, Thing::config);
  }
  Words operator()(const model::WriteUnit& a) const {
    return on_service("write_unit", "write", "unit", a.service, Thing::unit);
  }
  Words operator()(const model::RemoveUnit& a) const {
    return on_service("remove_unit", "remove", "unit", a.service, Thing::unit);
  }
  Words operator()(const model::ReloadManager&) const {
    return {"reload_systemd", "systemd", "", "reload systemd", "reload systemd", Thing::manager};
  }
  Words operator()(const model::EnableUnit& a) const {
    return on_service("enable_service", "enable", "", a.service, Thing::boot);
  }
  Words operator()(const model::DisableUnit& a) const {
    return on_service("disable_service", "disable", "", a.service, Thing::boot);
  }
  Words operator()(const model::StopUnit& a) const {
    return on_service("stop_service", "stop", "", a.service, Thing::process);
  }
  Words operator()(const model::StartUnit& a) const {
    Words words = on_service("start_service", "start", "", a.service, Thing::process);
    words.title += " with release " + a.release.name;
    return words;
  }
  Words operator()(const model::RestartUnit& a) const {
    Words words = on_service("restart_service", "restart", "", a.service, Thing::process);
    words.title += " with release " + a.release.name;
    words.title += a.from && *a.from != a.release ? " after " + a.from->name : "";
    return words;
  }
  Words operator()(const model::RunHook& a) const {
    const std::string key = hook_key(a.point);
    return {"run_hook", key, "", "run hook " + key, "run hook " + key, Thing::hook};
  }
};

Words words_of(const model::Action& action) {
  return std::visit(ToWords{}, action);
}

/// One phrase for each Thing, in the enumeration's order.
using Phrases = std::array<std::string_view, k_things>;

constexpr Phrases k_missing = {
    "it is not installed",
    "the link is not there yet",
    "its lavap config has not been copied yet",
    "the unit is not there yet",
    "it does not start at boot yet",
    "it has not been started yet",
    "systemd does not know the unit yet",
    "it has not been run yet",
};
constexpr Phrases k_asked = {
    "the configuration asks for it",
    "the configuration asks for this link",
    "its lavap config has changed",
    "the configuration asks for another unit",
    "the configuration asks for it",
    "what the configuration asks of it has changed",
    "unit files change",
    "the configuration asks for it",
};
constexpr Phrases k_drifted = {
    "the installed file was changed by hand",
    "the link was changed by hand",
    "the copy of its lavap config was changed by hand",
    "the unit file was changed by hand",
    "it does not start at boot",
    "it is not in the state that the configuration asks for",
    "unit files were changed by hand",
    "something was changed by hand",
};
constexpr Phrases k_adopted = {
    "it is to be taken over",
    "the link is to be taken over",
    "its lavap config is to be taken over",
    "the unit found there is taken over as `adopt` says, and kept as .imported",
    "its start at boot is taken over",
    "its unit is taken over",
    "units are taken over",
    "something is taken over",
};
constexpr Phrases k_stale_process = {
    "a process runs another file than the installed one",
    "a process runs another file than the linked one",
    "its process is older than its lavap config",
    "its process is older than its unit",
    "its process is older than its unit",
    "its process is older than its unit or its binary",
    "processes are older than their units",
    "processes are older than their units",
};

std::string phrase(const Phrases& phrases, Thing thing) {
  return std::string{phrases.at(static_cast<std::size_t>(thing))};
}

/// `plain`, with the change of version behind it where the reason names one.
std::string with_change(const std::string& plain, const model::Reason& reason) {
  if (reason.to.empty()) {
    return plain;
  }
  const std::string from = reason.from.empty() ? "" : " in place of " + reason.from;
  return plain + ": " + base::printable(reason.to + from);
}

/// "`who` asks for 6.2.5 in place of 6.2.4".
std::string asks(const std::string& who, const model::Reason& reason) {
  const std::string what = reason.to.empty() ? "another version" : reason.to;
  const std::string from = reason.from.empty() ? "" : " in place of " + reason.from;
  return who + " " + base::printable(what + from);
}

std::string back(const model::Reason& reason) {
  const std::string what = reason.from.empty() ? "the release that runs" : reason.from;
  const std::string to = reason.to.empty() ? "" : "; back to " + reason.to;
  return base::printable(what + " is quarantined" + to);
}

std::string explain(const model::Reason& reason, Thing thing) {
  switch (reason.cause) {
    case model::Cause::missing:
      return with_change(phrase(k_missing, thing), reason);
    case model::Cause::asked:
      return with_change(phrase(k_asked, thing), reason);
    case model::Cause::drifted:
      return with_change(phrase(k_drifted, thing), reason);
    case model::Cause::adopted:
      return phrase(k_adopted, thing);
    case model::Cause::chain_moved:
      return asks("the chain asks for", reason);
    case model::Cause::pinned:
      return asks("the configuration pins", reason);
    case model::Cause::rolled_back:
      return back(reason);
    case model::Cause::unwanted:
      return "it is no longer in the configuration";
    case model::Cause::disabled:
      return "the configuration says enabled = false";
    case model::Cause::down:
      return "it is not running";
    case model::Cause::stale_process:
      return phrase(k_stale_process, thing);
    case model::Cause::stale_manager:
      return "systemd has not read the unit files as they are now";
    case model::Cause::superseded:
      return "it is an old version beyond binary.keep";
  }
  return "";
}

}  // namespace

std::string kind_of(const model::Action& action) {
  return words_of(action).kind;
}

std::string target_of(const model::Action& action) {
  return words_of(action).target;
}

std::string service_of(const model::Action& action) {
  return words_of(action).service;
}

std::string title_of(const model::Action& action) {
  return words_of(action).title;
}

std::string short_title_of(const model::Action& action) {
  return words_of(action).short_title;
}

std::string describe(const model::Reason& reason) {
  return explain(reason, Thing::hook);
}

std::string describe(const model::Step& step) {
  return explain(step.reason, words_of(step.action).thing);
}

std::string name_of(model::Outcome outcome) {
  switch (outcome) {
    case model::Outcome::planned:
      return "planned";
    case model::Outcome::done:
      return "done";
    case model::Outcome::failed:
      return "failed";
    case model::Outcome::skipped:
      return "skipped";
  }
  return "";
}

model::ActionRecord record_of(const model::StepReport& report) {
  return {kind_of(report.step.action),
          target_of(report.step.action),
          describe(report.step),
          name_of(report.outcome),
          report.error,
          report.took.count()};
}

}  // namespace lavavisor::view
