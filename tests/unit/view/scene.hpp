// Small hosts to look at: what is desired and observed, and the plan between.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/layout.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"

#include <chrono>
#include <string>

namespace lavavisor::view {

struct Scene {
  model::Desired desired;
  model::Observed observed;
  model::Plan plan;
};

/// 2026-11-22T08:00:00Z and `seconds` later.
inline base::TimePoint at(int seconds) {
  return base::TimePoint{std::chrono::seconds{1'795'334'400 + seconds}};
}

inline const model::RoleVersions k_625{{6, 2, 5}, {6, 2, 0}};

inline model::Service service(const std::string& name, model::ServiceType type) {
  model::Service made;
  made.name = name;
  made.type = type;
  return made;
}

inline model::Binary binary(const std::string& release, model::Version reported) {
  const model::BinaryRecord record{
      {release}, std::string(64, 'a'), {}, model::BinarySource::downloaded, reported, at(-3600)};
  return {{release}, 157'286'400, record};
}

/// A unit whose process runs `release` out of the directory.
inline model::UnitState running_unit(const model::Desired& desired, const std::string& release) {
  model::UnitState unit;
  unit.file.text = "[Service]\n";
  model::ServiceState state;
  state.load_state = "loaded";
  state.active_state = "active";
  state.sub_state = "running";
  model::Process process;
  process.pid = 4711;
  process.exe = model::binary_file(desired.directory, {release});
  state.process = process;
  unit.service = state;
  return unit;
}

/// One endpoint, target 6.2.5 and min 6.2.0, two services that run 6.2.5: nothing to do.
inline Scene converged_scene() {
  Scene scene;
  scene.desired.directory = "/var/lib/lavavisor";
  scene.desired.chain.id = "lava-testnet-2";
  scene.desired.chain.endpoints = {{"tcp://127.0.0.1:26657", model::EndpointKind::rpc, ""}};
  scene.desired.binary.link = "/usr/local/bin/lavap";
  scene.desired.services = {service("provider-eth1", model::ServiceType::provider),
                            service("consumer-eth1", model::ServiceType::consumer)};
  scene.observed.at = at(0);
  const model::ChainVersions versions{k_625, k_625};
  scene.observed.chain = {{{"tcp://127.0.0.1:26657", versions, 123456}}, versions, 123456, 1};
  scene.observed.binaries.emplace(model::Release{"6.2.5"}, binary("6.2.5", {6, 2, 5}));
  scene.observed.link.release = model::Release{"6.2.5"};
  for (const model::Service& wanted : scene.desired.services) {
    scene.observed.units[wanted.name] = running_unit(scene.desired, "6.2.5");
    scene.plan.selections.push_back({wanted.name,
                                     model::Release{"6.2.5"},
                                     model::Rule::satisfied,
                                     k_625,
                                     model::Version{6, 2, 5},
                                     true});
  }
  return scene;
}

/// The same host while it still runs 6.2.4: an upgrade is due, one service is held back, one has
/// left the file, a binary is broken, another one in quarantine.
inline Scene upgrade_scene() {
  Scene scene = converged_scene();
  const model::Release before{"6.2.4"};
  const model::Release after{"6.2.5"};
  const model::Reason moved{model::Cause::chain_moved, "6.2.4", "6.2.5"};
  auto& observed = scene.observed;
  observed.binaries.clear();
  observed.binaries.emplace(before, binary("6.2.4", {6, 1, 9}));
  observed.binaries.emplace(
      model::Release{"6.0.0"},
      model::Binary{{"6.0.0"}, 12, base::fail("its 'lavap version' printed \x1b[31m nothing")});
  observed.link.release = before;
  observed.units["provider-eth1"] = running_unit(scene.desired, "6.2.4");
  observed.units["consumer-eth1"] = running_unit(scene.desired, "6.2.4");
  observed.units["consumer-eth1"].service->sub_state = "auto-restart";
  observed.units["consumer-eth1"].service->active_state = "activating";
  observed.units["consumer-eth1"].service->restarts = 3;
  observed.units["old-one"] = model::UnitState{};
  observed.memory.quarantine[{"6.2.3"}] = {"provider-eth1 did not settle", at(-7200), "", 2};
  auto& plan = scene.plan;
  plan.steps = {
      {model::InstallBinary{after, model::Version{6, 2, 0}}, moved, {}},
      {model::LinkBinary{after}, moved, {0}},
      {model::WriteUnit{"provider-eth1",
                        "[Service]\nExecStart=/v6.2.5/lavap\nUser=lava\n",
                        "[Service]\nExecStart=/v6.2.4/lavap\nUser=lava\n"},
       moved,
       {0}},
      {model::RemoveUnit{"old-one"}, {model::Cause::unwanted, "", ""}, {}},
      {model::ReloadManager{}, {model::Cause::stale_manager, "", ""}, {2}},
      {model::RestartUnit{"provider-eth1", after, before}, moved, {4}},
  };
  plan.held = {{"consumer-eth1",
                model::Held::Why::outside_window,
                "6.2.5",
                "Mon-Fri 02:00-04:00",
                at(64800)}};
  plan.notices = {{model::Notice::Kind::major_jump, "6.2.5", ""},
                  {model::Notice::Kind::missing_user, "provider-eth1", "lava"}};
  plan.selections[0].rule = model::Rule::target_release;
  plan.selections[0].reported = std::nullopt;
  plan.selections[1].release = before;
  plan.selections[1].rule = model::Rule::held;
  plan.selections.push_back({"", after, model::Rule::target_release, k_625, std::nullopt, true});
  return scene;
}

/// No endpoint is believed, and nothing is known from before.
inline Scene untrusted_scene() {
  Scene scene = converged_scene();
  scene.observed.chain.versions = base::fail("tcp://127.0.0.1:26657: connection refused");
  scene.observed.chain.endpoints[0].said = base::fail("connection refused\n");
  scene.observed.chain.endpoints[0].height = 0;
  scene.observed.chain.agreed = 0;
  scene.plan.notices = {{model::Notice::Kind::chain_untrusted, "", "connection refused"}};
  for (model::Selection& selection : scene.plan.selections) {
    selection.rule = model::Rule::no_chain;
    selection.versions = std::nullopt;
  }
  return scene;
}

/// The same with versions remembered from an hour ago.
inline Scene last_known_scene() {
  Scene scene = untrusted_scene();
  scene.observed.memory.last_known = {{k_625, {{6, 2, 4}, {6, 1, 0}}}, 99, at(-3600)};
  return scene;
}

/// What became of upgrade_scene's plan when the restart failed.
inline model::Report failed_report(const model::Plan& plan) {
  model::Report report;
  for (const model::Step& step : plan.steps) {
    report.steps.push_back({step, model::Outcome::done, "", std::chrono::milliseconds{12}});
  }
  report.steps.back().outcome = model::Outcome::failed;
  report.steps.back().error = "provider-eth1.service ended with exit-code 1\n\x1b[2Jgone";
  report.gate_failures = {{"provider-eth1", {"6.2.5"}, "it did not stay up for 10s"}};
  return report;
}

/// A changed run, a failed one and one that was cut off.
inline std::vector<model::RunRecord> runs() {
  const model::ActionRecord done{
      "write_unit", "provider-eth1", "the unit is not there yet", "done", "", 7};
  const model::ActionRecord failed{
      "start_service", "provider-eth1", "it is not running", "failed", "timed out\x07", 60000};
  const model::ActionRecord started{
      "install_binary", "6.2.5", "it is not installed", "started", "", 0};
  const std::string digest(64, 'b');
  return {
      {3, "2026-11-22T08:00:00Z", "", "run", digest, "", {}, "", {started}},
      {2,
       "2026-11-22T07:00:00Z",
       "2026-11-22T07:01:00Z",
       "apply",
       digest,
       "",
       {},
       "failed",
       {failed}},
      {1,
       "2026-11-22T06:00:00Z",
       "2026-11-22T06:00:01Z",
       "apply",
       digest,
       "0123456789abcdef0123",
       true,
       "changed",
       {done}},
  };
}

/// The oldest of them, as status has the newest.
inline model::LastRun last_run() {
  return {"apply",
          "2026-11-22T06:00:00Z",
          "2026-11-22T06:00:01Z",
          "changed",
          "0123456789abcdef0123",
          true};
}

}  // namespace lavavisor::view
