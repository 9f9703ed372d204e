// The plan is built in phases, each a pass over the services; `needs` ties a step to earlier ones.
// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include "model/layout.hpp"
#include "plan/choices.hpp"
#include "plan/hooks.hpp"
#include "plan/knowledge.hpp"
#include "plan/notices.hpp"
#include "plan/service_plan.hpp"
#include "plan/unneeded.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace lavavisor::plan {
namespace {

using model::Cause;
using model::Desired;
using model::Held;
using model::Notice;
using model::Observed;
using model::Plan;
using model::Release;
using model::Scope;
using model::Step;
using Index = std::size_t;
using Indices = std::vector<Index>;

/// What the manager has not read yet.
struct Unread {
  std::optional<model::Reason> reason;  ///< none: it has read all
  Indices steps;                        ///< that change units
  bool is_stale = false;                ///< it would have to read even if none of them succeeded

  void changed(Index step, const model::Reason& why) {
    steps.push_back(step);
    reason = why;
  }
  void was_stale() {
    reason = model::Reason{Cause::stale_manager, {}, {}};
    is_stale = true;
  }
  Indices steps_to_await() const { return is_stale ? Indices{} : steps; }
};

class Planner {
 public:
  Planner(const Desired& desired, const Observed& observed)
      : m_desired{desired}, m_observed{observed}, m_choices{choose_all(desired, observed)} {
    m_plan.condemned = m_choices.condemned;
  }

  /// The phases in order: each appends its steps.
  Plan make() {
    tell_selections();
    tell(notices_of(m_desired, m_observed, m_plan.condemned));
    if (manages() && !m_observed.manager) {
      return std::move(m_plan);
    }
    look_at_services();
    install();
    hook_before();
    link();
    remove_unwanted();
    stop_disabled();
    write_and_start();
    if (manages()) {
      restart();
    }
    hook_after();
    prune();
    return std::move(m_plan);
  }

 private:
  bool manages() const { return m_desired.systemd.scope != Scope::none; }

  Index add(model::Action action, model::Reason reason, Indices needs = {}) {
    m_plan.steps.push_back(Step{std::move(action), std::move(reason), std::move(needs)});
    return m_plan.steps.size() - 1;
  }

  void notice(Notice::Kind kind, std::string subject, std::string detail) {
    m_plan.notices.push_back({kind, std::move(subject), std::move(detail)});
  }

  // --- what is told ------------------------------------------------------------------------------

  void tell(const Selected& selected) {
    m_plan.selections.push_back(selected.selection);
    for (const auto& held : selected.held) {
      m_plan.held.push_back(held);
    }
    tell(selected.notices);
  }

  /// Each notice is told once.
  void tell(const std::vector<Notice>& notices) {
    for (const auto& told : notices) {
      if (std::find(m_plan.notices.begin(), m_plan.notices.end(), told) == m_plan.notices.end()) {
        m_plan.notices.push_back(told);
      }
    }
  }

  void tell_selections() {
    for (const auto& service : m_desired.services) {
      tell(m_choices.services.at(service.name));
    }
    if (m_choices.link && (!m_desired.binary.link.empty() || m_desired.services.empty())) {
      tell(*m_choices.link);
    }
  }

  // --- services ----------------------------------------------------------------------------------

  void look_at_services() {
    static const model::UnitState k_nothing;
    for (const auto& service : m_desired.services) {
      const auto& selection = m_choices.services.at(service.name).selection;
      const auto found = m_observed.units.find(service.name);
      const model::UnitState& unit = found == m_observed.units.end() ? k_nothing : found->second;
      if (!unit.file.foreign.empty()) {
        notice(Notice::Kind::foreign_unit, service.name, unit.file.foreign);
      } else if (manages() && m_observed.missing_users.contains(service.user)) {
        notice(Notice::Kind::missing_user, service.name, service.user);
      } else if (selection.release) {
        m_services.push_back(plan_service(m_desired, m_observed, service, unit, selection));
      }
    }
  }

  // --- binaries ----------------------------------------------------------------------------------

  /// Make `release` available, once; false when it can't be had now.
  bool provide(const std::string& service,
               const Release& release,
               const model::Reason& reason,
               const std::optional<model::Version>& min) {
    if (is_usable(m_observed, release) || m_installs.contains(release)) {
      return true;
    }
    if (auto held = unobtainable(m_desired, m_observed, service, release)) {
      if (std::find(m_plan.held.begin(), m_plan.held.end(), *held) == m_plan.held.end()) {
        m_plan.held.push_back(std::move(*held));
      }
      return false;
    }
    const auto found = m_observed.binaries.find(release);
    const bool there = found != m_observed.binaries.end();
    const auto unfit = there ? std::optional{found->second.stamp} : std::nullopt;
    m_installs[release] = add(model::InstallBinary{release, min, unfit},
                              there ? model::Reason{Cause::drifted, {}, {}} : reason);
    return true;
  }

  void install() {
    for (auto& service : m_services) {
      const auto& selection = m_choices.services.at(service.name).selection;
      const bool pinned = selection.rule == model::Rule::pinned;
      const auto min =
          selection.versions && !pinned ? std::optional{selection.versions->min} : std::nullopt;
      model::Reason reason = service.move;
      if (reason.from.empty()) {
        reason.cause = Cause::missing;
      }
      service.has_binary = provide(service.name, service.release, reason, min);
    }
    std::erase_if(m_services, [](const ServicePlan& service) {
      return !service.has_binary && service.run != Run::stop && !service.disable;
    });
    if (m_choices.linked && !m_desired.binary.link.empty()) {
      m_link_provided = provide("", *m_choices.linked, {Cause::missing, {}, {}}, std::nullopt);
    } else if (m_choices.linked && m_desired.services.empty()) {
      provide("", *m_choices.linked, {Cause::missing, {}, {}}, std::nullopt);
    }
  }

  Indices install_of(const Release& release) const {
    const auto found = m_installs.find(release);
    return found == m_installs.end() ? Indices{} : Indices{found->second};
  }

  // --- hooks -------------------------------------------------------------------------------------

  void hook_before() {
    const auto moved = upgrades_of(m_services);
    if (moved.empty() || m_desired.hooks.pre_upgrade.empty()) {
      return;
    }
    Indices needs;
    for (const auto& [release, index] : m_installs) {
      needs.push_back(index);
    }
    m_hook =
        add(hook_for(moved, model::HookPoint::pre_upgrade), moved.front()->move, std::move(needs));
  }

  void hook_after() {
    const auto moved = upgrades_of(m_services);
    if (moved.empty() || m_desired.hooks.post_upgrade.empty()) {
      return;
    }
    Indices needs;
    for (const auto* service : moved) {
      needs.push_back(m_runs.at(service->name));
    }
    add(hook_for(moved, model::HookPoint::post_upgrade), moved.front()->move, std::move(needs));
  }

  // --- link --------------------------------------------------------------------------------------

  void link() {
    const auto& path = m_desired.binary.link;
    if (path.empty() || !m_choices.linked || !m_link_provided) {
      return;
    }
    if (!m_observed.link.foreign.empty()) {
      notice(Notice::Kind::foreign_link, path.string(), m_observed.link.foreign);
      return;
    }
    if (m_observed.link.release == m_choices.linked) {
      return;
    }
    auto needs = install_of(*m_choices.linked);
    if (m_hook) {
      needs.push_back(*m_hook);
    }
    add(model::LinkBinary{*m_choices.linked}, link_reason(*m_choices.linked), std::move(needs));
  }

  model::Reason link_reason(const Release& to) const {
    const auto& from = m_observed.link.release;
    if (!from) {
      return {Cause::missing, {}, {}};
    }
    for (const auto& service : m_services) {
      if (!service.move.from.empty() && service.move.to == to.name) {
        return service.move;
      }
    }
    if (!m_choices.link) {
      return {Cause::drifted, {}, {}};
    }
    const bool pinned = m_choices.link->selection.rule == model::Rule::pinned;
    return {pinned ? Cause::pinned : Cause::chain_moved, from->name, to.name};
  }

  // --- units that go -----------------------------------------------------------------------------

  void remove_unwanted() {
    std::set<std::string> wanted;
    for (const auto& service : m_desired.services) {
      wanted.insert(service.name);
    }
    const model::Reason reason{Cause::unwanted, {}, {}};
    for (const auto& [name, unit] : m_observed.units) {
      if (wanted.contains(name) || !unit.file.foreign.empty()) {
        continue;
      }
      Indices needs;
      if (manages() && is_up(unit)) {
        needs.push_back(add(model::StopUnit{name}, reason));
      }
      if (manages() && unit.file.enabled) {
        needs.push_back(add(model::DisableUnit{name}, reason, needs));
      }
      m_unread.changed(add(model::RemoveUnit{name}, reason, std::move(needs)), reason);
    }
  }

  void stop_disabled() {
    if (!manages()) {
      return;
    }
    for (const auto& service : m_services) {
      Indices needs;
      if (service.run == Run::stop) {
        needs.push_back(add(model::StopUnit{service.name}, {Cause::disabled, {}, {}}));
      }
      if (service.disable) {
        add(model::DisableUnit{service.name}, {Cause::disabled, {}, {}}, std::move(needs));
      }
    }
  }

  // --- units that stay ---------------------------------------------------------------------------

  /// Write what the service's restart or start waits for.
  void write(ServicePlan& service, const Indices& after) {
    if (!service.has_binary) {
      return;
    }
    service.needs = install_of(service.release);
    service.needs.insert(service.needs.end(), after.begin(), after.end());
    if (!service.move.from.empty() && m_hook) {
      service.needs.push_back(*m_hook);
    }
    const Indices needs = service.needs;
    if (service.config) {
      service.needs.push_back(add(model::WriteConfig{service.name}, *service.config, needs));
    }
    if (service.unit) {
      const Index written = add(
          model::WriteUnit{service.name, service.text, service.text_before}, *service.unit, needs);
      service.needs.push_back(written);
      m_unread.changed(written, *service.unit);
    } else if (service.needs_reload) {
      m_unread.was_stale();
    }
  }

  /// The step that makes the manager read what was written since the last one, if anything was.
  Indices reload() {
    if (!manages() || !m_unread.reason) {
      return {};
    }
    const auto unread = std::exchange(m_unread, {});
    return {add(model::ReloadManager{}, *unread.reason, unread.steps_to_await())};
  }

  static void await_reload(ServicePlan& service, const Indices& reloaded) {
    if (service.unit || service.needs_reload) {
      service.needs.insert(service.needs.end(), reloaded.begin(), reloaded.end());
    }
  }

  void enable(const ServicePlan& service) {
    if (manages() && service.enable) {
      add(model::EnableUnit{service.name}, *service.enable, service.needs);
    }
  }

  void write_and_start() {
    for (auto& service : m_services) {
      if (service.run != Run::restart) {
        write(service, {});
      }
    }
    const auto reloaded = reload();
    for (auto& service : m_services) {
      await_reload(service, reloaded);
      if (service.run != Run::restart) {
        enable(service);
      }
    }
    for (const auto& service : m_services) {
      if (manages() && service.run == Run::start) {
        m_runs[service.name] =
            add(model::StartUnit{service.name, service.release}, service.run_reason, service.needs);
      }
    }
  }

  /// Running services move batch by batch: a unit names the new release only right before its own
  /// restart, and a batch needs all of the one before it to have become healthy.
  void restart() {
    std::vector<ServicePlan*> waiting;
    for (auto& service : m_services) {
      if (service.run == Run::restart) {
        waiting.push_back(&service);
      }
    }
    Indices before;
    const std::size_t size = std::max(1U, m_desired.rollout.max_parallel);
    for (std::size_t first = 0; first < waiting.size(); first += size) {
      const std::size_t end = std::min(first + size, waiting.size());
      before = restart_batch({waiting.begin() + static_cast<std::ptrdiff_t>(first),
                              waiting.begin() + static_cast<std::ptrdiff_t>(end)},
                             before);
    }
  }

  Indices restart_batch(const std::vector<ServicePlan*>& batch, const Indices& before) {
    for (auto* service : batch) {
      write(*service, before);
    }
    const auto reloaded = reload();
    for (auto* service : batch) {
      await_reload(*service, reloaded);
      enable(*service);
    }
    Indices restarts;
    for (auto* service : batch) {
      const auto from =
          service->move.from.empty() ? std::nullopt : std::optional{Release{service->move.from}};
      m_runs[service->name] = add(model::RestartUnit{service->name, service->release, from},
                                  service->run_reason,
                                  service->needs);
      restarts.push_back(m_runs[service->name]);
    }
    return restarts;
  }

  // --- versions that go --------------------------------------------------------------------------

  /// The world as it will be when every start and restart of this plan has succeeded.
  Observed when_all_run() const {
    Observed after = m_observed;
    for (const auto& service : m_services) {
      if (!m_runs.contains(service.name)) {
        continue;
      }
      after.units[service.name].file.text = service.text;
      after.units[service.name].service.reset();
      if (!service.move.from.empty() && service.move.cause != Cause::rolled_back) {
        after.memory.upgrades[service.name] = {
            Release{service.move.from}, service.release, m_observed.at};
      }
    }
    return after;
  }

  void prune() {
    Indices needs;
    for (const auto& [service, index] : m_runs) {
      needs.push_back(index);
    }
    auto unneeded =
        m_runs.empty() ? unneeded_releases(m_desired, m_observed, m_choices, Prune::downloaded)
                       : unneeded_releases(m_desired, when_all_run(), m_choices, Prune::downloaded);
    for (auto& release : unneeded) {
      add(model::RemoveBinary{std::move(release)}, {Cause::superseded, {}, {}}, needs);
    }
  }

  const Desired& m_desired;
  const Observed& m_observed;
  const Choices m_choices;
  Plan m_plan;
  std::vector<ServicePlan> m_services;
  std::map<Release, Index> m_installs;
  std::map<std::string, Index> m_runs;
  std::optional<Index> m_hook;
  Unread m_unread;
  bool m_link_provided = false;
};

}  // namespace

Plan make_plan(const Desired& desired, const Observed& observed) {
  return Planner{desired, observed}.make();
}

}  // namespace lavavisor::plan
