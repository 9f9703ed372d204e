// The service manager, what runs lavavisor, who may tell systemd what to do, and the units.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "doctor/sections.hpp"

#include <charconv>
#include <chrono>

namespace lavavisor::doctor {
namespace {

using model::Scope;

constexpr unsigned k_least_version = 250;
constexpr std::chrono::hours k_recent{1};

/// The leading number of "252.39-1~deb12u1"; 0 = none.
unsigned major_of(const std::string& version) {
  unsigned number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

std::string name_of(Scope scope) {
  return scope == Scope::user ? "systemd of this user" : "systemd";
}

Check manager(const Desired& desired, const Facts& facts) {
  const About about{"systemd.manager", name_of(desired.systemd.scope)};
  if (!facts.manager) {
    const bool user = desired.systemd.scope == Scope::user;
    return about.problem(
        facts.manager.error().message,
        {user
             ? "log in as that user, or let it linger; without systemd set systemd.scope = \"none\""
             : "see that systemd and dbus run; without systemd set systemd.scope = \"none\"",
         systemctl(desired) + "status"});
  }
  const auto& version = facts.manager->version;
  if (const auto major = major_of(version); major != 0 && major < k_least_version) {
    return about.warning("is version " + version + ", and lavavisor is tested with " +
                             std::to_string(k_least_version) + " and newer only",
                         {"upgrade the host when you can"});
  }
  return about.ok("answers, version " + version);
}

Check state(const Desired& desired, const Facts& facts) {
  const About about{"systemd.state", name_of(desired.systemd.scope)};
  const auto& state = facts.manager->state;
  if (state == "running") {
    return about.ok("is running, and no unit failed");
  }
  const auto& failed = facts.manager->failed;
  const auto finding =
      "is " + state + (failed.empty() ? "" : "; failed: " + base::join(failed, ", "));
  return about.warning(
      finding, {"see why, and reset what no longer matters", systemctl(desired) + "--failed"});
}

/// A unit of lavavisor's own that is active; "" = none.
std::string active_unit(const Facts& facts) {
  if (facts.manager) {
    for (const auto& [unit, state] : facts.manager->active) {
      if (state == "active" || state == "activating" || state == "reloading") {
        return unit;
      }
    }
  }
  return "";
}

/// What runs lavavisor again and again.
Check loop(const Desired& desired, const Facts& facts) {
  const About about{"systemd.loop", "lavavisor"};
  if (const auto unit = active_unit(facts); !unit.empty()) {
    return about.ok("is run by " + unit);
  }
  if (facts.lock_holder) {
    return about.ok("is at work right now");
  }
  if (facts.memory && facts.memory->last_run) {
    const auto& last = *facts.memory->last_run;
    const auto started = base::parse_time(last.started);
    if (started && facts.now - *started < k_recent) {
      return about.ok("ran at " + last.started + " (" + last.trigger + ")");
    }
  }
  const bool known = facts.memory && facts.memory->last_run;
  const auto finding =
      "nothing seems to run it again and again" +
      (known ? "; it ran last at " + facts.memory->last_run->started : std::string{});
  if (desired.systemd.scope == Scope::none) {
    return about.warning(finding, {"run it as a service, from cron, or by wrap in a container"});
  }
  return about.warning(finding,
                       {"enable its service, or lavavisor-apply.timer",
                        systemctl(desired) + "enable --now lavavisor.service"});
}

Check lingering(const Facts& facts) {
  const About about{"systemd.linger", facts.user};
  return *facts.lingers ? about.ok("lingers: services outlive the login")
                        : about.warning("does not linger: services end with the login",
                                        {"let the user linger",
                                         "sudo loginctl enable-linger " + quoted(facts.user)});
}

Check authorization(const std::string& action, model::Authorization answer) {
  const About about{"systemd.polkit", action};
  const Mend mend{
      "allow it by a rule in /etc/polkit-1/rules.d (lavavisor(1), DOCTOR), or run lavavisor as "
      "root",
      "pkcheck --process $$ --action-id " + action};
  switch (answer) {
    case model::Authorization::yes:
      return about.ok("polkit allows it");
    case model::Authorization::no:
      return about.problem("polkit does not allow it", mend);
    case model::Authorization::after_a_password:
      return about.problem("polkit would ask for a password, which a service can't give", mend);
  }
  return about.skipped("polkit was not asked");
}

/// Everything about one service's unit, the worst first.
Check unit(const Desired& desired, const Facts& facts, const std::string& service) {
  const auto name = model::unit_name(service);
  const About about{"systemd.unit", name};
  if (const auto own = facts.units->find(service); own != facts.units->end()) {
    const auto& state = own->second;
    const bool masked = (state.service && state.service->load_state == "masked") ||
                        state.file.foreign.find("is masked") != std::string::npos;
    if (masked) {
      return about.problem("is masked: systemd will not start it",
                           {"unmask it", systemctl(desired) + "unmask " + name});
    }
    if (!state.file.foreign.empty()) {
      return about.problem(state.file.foreign, {"do that, or give the service another name"});
    }
  }
  if (const auto found = facts.exec_drop_ins.find(service); found != facts.exec_drop_ins.end()) {
    return about.problem(
        "a drop-in sets its own ExecStart=: " + found->second.front().string() +
            "; the version in there is what runs, whatever lavavisor chooses",
        {"take ExecStart= out of it; keys of [service.unit.Service] do the same safely",
         systemctl(desired) + "revert " + name});
  }
  if (const auto own = facts.units->find(service); own != facts.units->end()) {
    if (own->second.service && own->second.service->needs_reload) {
      return about.warning("systemd has not read its file as it is now",
                           {"apply does it, or", systemctl(desired) + "daemon-reload"});
    }
    if (own->second.file.text) {
      return about.ok("is lavavisor's own, and nothing overrides it");
    }
  }
  return about.ok("is not there yet, and nothing stands in its place");
}

}  // namespace

Checks check_systemd(const Desired& desired, const Facts& facts) {
  Checks checks;
  if (desired.systemd.scope != Scope::none) {
    checks.push_back(manager(desired, facts));
    if (facts.manager) {
      checks.push_back(state(desired, facts));
    }
  }
  checks.push_back(loop(desired, facts));
  if (facts.lingers) {
    checks.push_back(lingering(facts));
  }
  return checks;
}

Checks check_polkit(const Desired& desired, const Facts& facts) {
  if (desired.systemd.scope != Scope::system || facts.is_root) {
    return {};
  }
  if (!facts.polkit) {
    return {About{"systemd.polkit", facts.user}.problem(
        "may tell systemd nothing: " + facts.polkit.error().message,
        {"run lavavisor as root, or install polkit and allow it by a rule",
         "sudo apt-get install polkitd"})};
  }
  Checks checks;
  for (const auto& [action, answer] : *facts.polkit) {
    checks.push_back(authorization(action, answer));
  }
  return checks;
}

Checks check_units(const Desired& desired, const Facts& facts) {
  if (!facts.units) {
    return {About{"systemd.unit", "units"}.skipped(facts.units.error().message)};
  }
  Checks checks;
  for (const auto& service : desired.services) {
    checks.push_back(unit(desired, facts, service.name));
  }
  return checks;
}

}  // namespace lavavisor::doctor
