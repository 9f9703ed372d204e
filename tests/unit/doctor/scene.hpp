// A host on which all is well, to be spoilt in one place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/facts.hpp"
#include "model/desired.hpp"

#include <chrono>
#include <string>

namespace lavavisor::doctor {

struct Scene {
  model::Desired desired;
  Facts facts;
};

inline const base::TimePoint k_now{std::chrono::seconds{1'795'334'400}};  // 2026-11-22T08:00:00Z
inline const model::Elf k_x86_64{62, 64, false, "/lib64/ld-linux-x86-64.so.2", false};

inline model::PathFacts path_facts(const std::string& path, bool directory) {
  model::PathFacts facts;
  facts.path = path;
  facts.nearest = path;
  facts.exists = true;
  facts.is_directory = directory;
  facts.mode = directory ? 0755 : 0644;
  facts.owner_name = "root";
  facts.readable = facts.writable = facts.executable = true;
  return facts;
}

inline model::HttpLook good_look() {
  model::HttpLook look;
  look.status = 200;
  look.took = std::chrono::milliseconds{20};
  look.at = k_now;
  look.date = k_now;
  return look;
}

inline model::LastRun applied_at(const std::string& started) {
  model::LastRun run;
  run.trigger = "apply";
  run.started = started;
  return run;
}

inline model::Service service(const std::string& name) {
  model::Service made;
  made.name = name;
  made.user = "lava";
  return made;
}

inline void add_endpoint(Scene& scene, const std::string& text, const std::string& url) {
  const model::RoleVersions role{{6, 2, 5}, {6, 0, 0}};
  scene.desired.chain.endpoints.push_back({text, model::EndpointKind::rpc, url});
  model::EndpointAnswer answer;
  answer.network = "lava-testnet-2";
  answer.height = 1'000;
  answer.block_time = k_now - std::chrono::seconds{4};
  scene.facts.endpoints.push_back({answer, good_look()});
  scene.facts.chain.endpoints.push_back({text, model::ChainVersions{role, role}, 1'000});
  scene.facts.chain.versions = model::ChainVersions{role, role};
  ++scene.facts.chain.agreed;
}

inline void add_services(Scene& scene) {
  scene.desired.services = {service("provider-eth1"), service("consumer-near")};
  scene.desired.services[1].type = model::ServiceType::consumer;
  for (const auto& each : scene.desired.services) {
    model::UnitState unit;
    unit.file.text = "# Managed by lavavisor\n";
    unit.service = model::ServiceState{};
    unit.service->load_state = "loaded";
    unit.service->process = model::Process{};
    unit.service->process->pid = 4'711;
    scene.facts.units->emplace(each.name, unit);
  }
  scene.facts.users["lava"].home = path_facts("/home/lava", true);
  scene.facts.addresses = {{"provider-eth1", "network-address", "127.0.0.1", 2'200, true},
                           {"consumer-near", "network-address", "127.0.0.1", 2'201, true}};
  scene.facts.listeners = {{{"127.0.0.1", 2'200, 999, 4'711, "lavap", "provider-eth1.service"}}};
}

inline Scene healthy() {
  Scene scene;
  auto& [desired, facts] = scene;
  desired.file = "/etc/lavavisor/config.toml";
  desired.directory = "/var/lib/lavavisor";
  desired.chain.id = "lava-testnet-2";
  desired.binary.auto_download = true;
  desired.binary.link = "/usr/local/bin/lavap";
  add_endpoint(scene, "tcp://127.0.0.1:26657", "http://127.0.0.1:26657");
  add_services(scene);
  facts.now = k_now;
  facts.user = "root";
  facts.is_root = true;
  facts.clock_synchronized = true;
  facts.volume =
      model::Volume{100ULL << 30U, 50ULL << 30U, 1'000'000, 900'000, false, false, false};
  facts.written = {{"directory", path_facts("/var/lib/lavavisor", true)}};
  facts.trusted = {path_facts("/etc/lavavisor/config.toml", false),
                   path_facts("/var/lib/lavavisor", true)};
  facts.memory = model::Memory{};
  facts.manager = model::ManagerFacts{"252.39-1~deb12u1", "running", {}, {}, {}};
  facts.manager->active["lavavisor.service"] = "active";
  facts.host_elf = k_x86_64;
  const auto binary = path_facts("/var/lib/lavavisor/upgrades/v6.2.5/lavap", false);
  facts.binaries->push_back({{"6.2.5"}, binary, 150ULL << 20U, k_x86_64, {}});
  facts.binaries->back().file.mode = 0755;
  facts.link.release = model::Release{"6.2.5"};
  facts.path_folders = {"/usr/local/bin", "/usr/bin"};
  facts.first_on_path = "/usr/local/bin/lavap";
  facts.release_host = {{"6.2.5"}, "https://releases.example/v6.2.5/sha256sum.txt", good_look()};
  return scene;
}

/// Let its one endpoint be disbelieved for `why`.
inline void distrust(Scene& scene, const std::string& why) {
  scene.facts.chain.endpoints[0].said = base::fail(why);
  scene.facts.chain.versions = base::fail("no endpoint gave a trustworthy answer");
  scene.facts.chain.agreed = 0;
}

}  // namespace lavavisor::doctor
