// Hosts as the status page shows them: quiet, at work, failing, large, hostile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/view/scene.hpp"
#include "view/overview.hpp"
#include "view/public_names.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lavavisor::view {

/// The time at which all of them are looked at.
inline const base::TimePoint k_page_now = at(8);

inline model::RunRecord page_run(std::int64_t id,
                                 int started,
                                 int seconds,
                                 const std::string& result,
                                 std::vector<model::ActionRecord> actions = {}) {
  return {id,
          base::format_time(at(started)),
          base::format_time(at(started + seconds)),
          "run",
          std::string(64, 'b'),
          "4f1c9e02d7aa31c0b5e2",
          false,
          result,
          std::move(actions)};
}

inline Overview overview_of(Scene scene, Past past) {
  Overview overview;
  overview.version = "0.1.0";
  overview.host = "lava-fra-1";
  scene.desired.file = "/etc/lavavisor/config.toml";
  scene.desired.config_sha256 = std::string(64, 'b');
  overview.config_commit = "4f1c9e02d7aa31c0b5e2";
  overview.config_dirty = false;
  const PublicNames names{scene.desired};
  overview.look =
      std::make_shared<Look>(names.shown(Look{std::move(scene.observed), std::move(scene.plan)}));
  overview.past = std::make_shared<Past>(names.shown(std::move(past)));
  overview.desired = std::make_shared<model::Desired>(std::move(scene.desired));
  overview.passes.emplace();
  for (int pass = 0; pass < 240; ++pass) {
    overview.passes->add("converged", std::chrono::milliseconds{20 + pass % 60});
  }
  overview.last_pass = at(0);
  overview.last_success = at(0);
  overview.last_result = "converged";
  return overview;
}

/// `count` services on 6.2.5 which came by 6.2.3 and 6.2.4, believed by two endpoints of three.
inline Scene page_scene(int count) {
  Scene scene = converged_scene();
  auto& [desired, observed, plan] = scene;
  desired.services.clear();
  observed.units.clear();
  plan.selections.clear();
  for (int i = 0; i < count; ++i) {
    const char* chains[] = {"eth1", "near", "cosmoshub", "base", "arb1", "sol"};
    const bool provider = i % 5 != 4;
    std::string name = std::string{provider ? "provider-" : "consumer-"} + chains[i % 6];
    name += i < 6 ? "" : "-" + std::to_string(i / 6 + 1);
    desired.services.push_back(
        service(name, provider ? model::ServiceType::provider : model::ServiceType::consumer));
    observed.units[name] = running_unit(desired, "6.2.5");
    plan.selections.push_back({name,
                               model::Release{"6.2.5"},
                               model::Rule::satisfied,
                               k_625,
                               model::Version{6, 2, 5},
                               true});
  }
  desired.chain.quorum = 2;
  const char* endpoints[] = {"tcp://127.0.0.1:26657",
                             "https://rpc.lava.example:443/key-4711",
                             "rest+https://lcd.lava.example"};
  desired.chain.endpoints.clear();
  observed.chain.endpoints.clear();
  const model::ChainVersions versions{k_625, k_625};
  for (const auto* text : endpoints) {
    desired.chain.endpoints.push_back({text, model::EndpointKind::rpc, text});
    observed.chain.endpoints.push_back({text, versions, 2'481'907, at(-4)});
  }
  observed.chain.endpoints[2].said =
      base::fail("its newest block is 11m4s old (max_block_age is 5m)");
  observed.chain.endpoints[2].height = 2'481'863;
  observed.chain.endpoints[2].block_time = at(-664);
  observed.chain.versions = versions;
  observed.chain.height = 2'481'907;
  observed.chain.agreed = 2;
  observed.binaries.emplace(model::Release{"6.2.4"}, binary("6.2.4", {6, 1, 9}));
  return scene;
}

inline Past page_past(const model::Desired& desired) {
  constexpr int k_day = 86'400;
  Past past;
  int stagger = 0;
  for (const auto& [release, days] : std::vector<std::pair<std::string, double>>{
           {"6.2.3", 6.2}, {"6.2.4", 3.4}, {"6.2.5", 0.9}}) {
    for (const auto& wanted : desired.services) {
      past.timeline.push_back(
          {wanted.name, release, at(static_cast<int>(-days * k_day) + 240 * stagger++ % 7'000)});
    }
  }
  const auto upgraded = [&](std::int64_t id, double days, const std::string& release) {
    std::vector<model::ActionRecord> actions{
        {"install_binary", release, "the chain asks for " + release, "done", "", 41'312},
        {"link_binary", release, "the chain asks for " + release, "done", "", 3}};
    for (const auto& wanted : desired.services) {
      actions.push_back(
          {"restart_service", wanted.name, "the chain asks for " + release, "done", "", 11'240});
    }
    return page_run(id, static_cast<int>(-days * k_day), 64, "changed", actions);
  };
  past.runs = {
      upgraded(6, 0.9, "6.2.5"),
      page_run(5,
               -2 * k_day,
               2,
               "changed",
               {{"start_service",
                 desired.services.front().name,
                 "it is not running",
                 "done",
                 "",
                 10'033}}),
      upgraded(4, 3.4, "6.2.4"),
      page_run(3,
               -5 * k_day,
               31,
               "failed",
               {{"install_binary",
                 "6.2.4",
                 "the chain asks for 6.2.4",
                 "failed",
                 "cannot download https://github.com/lavanet/lava/releases/download/v6.2.4/lavap: "
                 "the server answers 503",
                 30'500}}),
      upgraded(2, 6.2, "6.2.3")};
  past.totals.runs = {{"changed", 4}, {"failed", 1}};
  past.totals.actions = {{{"install_binary", "done"}, 3},
                         {{"install_binary", "failed"}, 1},
                         {{"restart_service", "done"}, 9}};
  return past;
}

inline Overview healthy_page(int count) {
  Scene scene = page_scene(count);
  Past past = page_past(scene.desired);
  return overview_of(std::move(scene), std::move(past));
}

/// Before the first look.
inline Overview empty_page() {
  Overview overview = healthy_page(3);
  overview.look = nullptr;
  overview.past = nullptr;
  overview.last_pass.reset();
  overview.last_success.reset();
  overview.last_result.clear();
  overview.passes.emplace();
  return overview;
}

inline const model::Reason k_moved{model::Cause::chain_moved, "6.2.5", "6.3.0"};

/// The target moved to 6.3.0: a download is under way, one service waits for its window.
inline Overview working_page() {
  Scene scene = page_scene(3);
  const model::Release after{"6.3.0"};
  auto& plan = scene.plan;
  plan.steps = {{model::InstallBinary{after, model::Version{6, 2, 0}}, k_moved, {}},
                {model::LinkBinary{after}, k_moved, {0}}};
  for (int i = 0; i < 2; ++i) {
    const auto& name = scene.desired.services[static_cast<std::size_t>(i)].name;
    plan.steps.push_back({model::WriteUnit{name, "after", "before"}, k_moved, {0}});
    plan.steps.push_back({model::RestartUnit{name, after, model::Release{"6.2.5"}}, k_moved, {0}});
    plan.selections[static_cast<std::size_t>(i)].release = after;
  }
  plan.held = {{scene.desired.services[2].name,
                model::Held::Why::outside_window,
                "6.3.0",
                "Mon-Fri 02:00-04:00",
                at(64'800)}};
  Past past = page_past(scene.desired);
  auto overview = overview_of(std::move(scene), std::move(past));
  overview.doing = {{0, "install release 6.3.0", at(-3), 81'000'000, 157'286'400}};
  return overview;
}

/// The chain is not trusted, a release was rolled back and quarantined, one service is down, one
/// runs less than min.
inline Overview failing_page() {
  Scene scene = page_scene(4);
  auto& [desired, observed, plan] = scene;
  observed.chain.versions = base::fail(
      "only 1 of 3 endpoints agree, and chain.quorum is 2: tcp://127.0.0.1:26657 says 6.2.5/6.2.0, "
      "https://rpc.lava.example:443/key-4711: connection refused, rest+https://lcd.lava.example: "
      "its "
      "newest block is 11m4s old (max_block_age is 5m)");
  observed.chain.agreed = 0;
  observed.chain.endpoints[1].said = base::fail("connection refused");
  observed.chain.endpoints[1].height = 0;
  observed.chain.endpoints[1].block_time.reset();
  observed.memory.last_known = {{k_625, {{6, 2, 4}, {6, 1, 9}}}, 2'480'001, at(-7200)};
  observed.memory.quarantine[{"6.2.5"}] = {
      "provider-eth1 did not stay up for 10s (exit-code 1)", at(-1800), "", 2};
  auto& down = *observed.units[desired.services[0].name].service;
  down.active_state = "activating";
  down.sub_state = "auto-restart";
  down.restarts = 14;
  down.process.reset();
  observed.units[desired.services[1].name] = running_unit(desired, "6.1.0");
  observed.binaries.emplace(model::Release{"6.1.0"}, binary("6.1.0", {6, 1, 0}));
  observed.binaries.emplace(
      model::Release{"6.0.0"},
      model::Binary{{"6.0.0"}, 12, base::fail("its 'lavap version' printed nothing")});
  observed.units["provider-old"] = model::UnitState{};
  plan.steps = {
      {model::StartUnit{desired.services[0].name, {"6.2.4"}}, {model::Cause::down, "", ""}, {}},
      {model::RemoveUnit{"provider-old"}, {model::Cause::unwanted, "", ""}, {}}};
  plan.selections[0].release = model::Release{"6.2.4"};
  plan.notices = {
      {model::Notice::Kind::chain_untrusted, "", observed.chain.versions.error().message},
      {model::Notice::Kind::missing_user, desired.services[3].name, "lava"}};
  plan.held = {{desired.services[1].name,
                model::Held::Why::quarantined,
                "6.2.5",
                "provider-eth1 did not stay up for 10s",
                {}},
               {"", model::Held::Why::fetch_failed, "6.3.0", "the server answers 503", at(130)}};
  Past past = page_past(desired);
  past.timeline.push_back({desired.services[0].name, "", at(-5400)});
  past.runs.insert(
      past.runs.begin(),
      page_run(
          7,
          -1800,
          94,
          "rolled_back",
          {{"restart_service",
            "provider-eth1",
            "the chain asks for 6.2.5",
            "failed",
            "provider-eth1.service ended with exit-code 1 and was restarted 3 times within 10s; "
            "see journalctl -u provider-eth1.service",
            60'021},
           {"restart_service", "provider-eth1", "6.2.5 is in quarantine", "done", "", 10'870}}));
  auto overview = overview_of(std::move(scene), std::move(past));
  overview.last_result = "rolled_back";
  overview.config_dirty = true;
  return overview;
}

/// Everything that comes from outside tries to get out of its place.
inline Overview hostile_page() {
  const std::string nasty =
      "\"'><script>alert(1)</script><img src=//evil.example/x "
      "onerror=alert(2)>&amp;\x1b[31m\n\u202eevil\u2066 " +
      std::string(300, 'W');
  Scene scene = page_scene(2);
  auto& [desired, observed, plan] = scene;
  desired.chain.id = nasty;
  desired.services.push_back(service(nasty, model::ServiceType::custom));
  observed.units[nasty] = running_unit(desired, "6.2.5");
  observed.units[nasty].service->active_state = nasty;
  observed.chain.endpoints[0].said = base::fail(nasty);
  observed.chain.endpoints[1].endpoint = nasty;
  observed.memory.quarantine[{"6.2.3"}] = {nasty, at(-1800), "", 1};
  observed.binaries.emplace(model::Release{"6.0.0"},
                            model::Binary{{"6.0.0"}, 12, base::fail(nasty)});
  plan.steps = {{model::RestartUnit{nasty, {nasty}, model::Release{nasty}},
                 {model::Cause::chain_moved, nasty, nasty},
                 {}}};
  plan.held = {{nasty, model::Held::Why::fetch_failed, nasty, nasty, at(100)}};
  plan.notices = {{model::Notice::Kind::foreign_unit, nasty, nasty}};
  plan.selections.push_back({nasty, model::Release{nasty}, model::Rule::kept, {}, {}, true});
  Past past = page_past(desired);
  past.timeline.push_back({nasty, nasty, at(-1000)});
  past.runs.front() = page_run(9, -100, 1, nasty, {{nasty, nasty, nasty, nasty, nasty, 1}});
  past.runs.front().trigger = nasty;
  past.runs.front().config_commit = nasty;
  auto overview = overview_of(std::move(scene), std::move(past));
  overview.host = nasty;
  overview.version = nasty;
  overview.config_commit = nasty;
  overview.last_result = nasty;
  overview.trouble = nasty;
  overview.doing = {{0, nasty, at(-3), 1, 2}};
  return overview;
}

inline std::map<std::string, Overview> all_pages() {
  return {{"empty", empty_page()},
          {"healthy", healthy_page(3)},
          {"ten", healthy_page(10)},
          {"fifty", healthy_page(50)},
          {"working", working_page()},
          {"failing", failing_page()},
          {"hostile", hostile_page()}};
}

}  // namespace lavavisor::view
