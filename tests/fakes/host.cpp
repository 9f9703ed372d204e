// The configuration and the words that tests use.
// SPDX-License-Identifier: Apache-2.0
#include "fakes/host.hpp"

#include <algorithm>
#include <utility>

namespace lavavisor::fakes {
namespace {

const char* name_of(model::Cause cause) {
  static constexpr const char* k_names[] = {"missing",
                                            "asked",
                                            "drifted",
                                            "adopted",
                                            "chain_moved",
                                            "pinned",
                                            "rolled_back",
                                            "unwanted",
                                            "disabled",
                                            "down",
                                            "stale_process",
                                            "stale_manager",
                                            "superseded"};
  return k_names[static_cast<std::size_t>(cause)];
}

struct Words {
  std::string operator()(const model::InstallBinary& a) const {
    return "install " + a.release.name;
  }
  std::string operator()(const model::RemoveBinary& a) const {
    return "remove binary " + a.release.name;
  }
  std::string operator()(const model::LinkBinary& a) const { return "link " + a.release.name; }
  std::string operator()(const model::WriteConfig& a) const { return "write config " + a.service; }
  std::string operator()(const model::WriteUnit& a) const { return "write unit " + a.service; }
  std::string operator()(const model::RemoveUnit& a) const { return "remove unit " + a.service; }
  std::string operator()(const model::ReloadManager&) const { return "reload"; }
  std::string operator()(const model::EnableUnit& a) const { return "enable " + a.service; }
  std::string operator()(const model::DisableUnit& a) const { return "disable " + a.service; }
  std::string operator()(const model::StopUnit& a) const { return "stop " + a.service; }
  std::string operator()(const model::StartUnit& a) const {
    return "start " + a.service + " " + a.release.name;
  }
  std::string operator()(const model::RestartUnit& a) const {
    return "restart " + a.service + " " + (a.from ? a.from->name + " -> " : "") + a.release.name;
  }
  std::string operator()(const model::RunHook& a) const {
    return a.point == model::HookPoint::pre_upgrade ? "hook pre_upgrade" : "hook post_upgrade";
  }
};

}  // namespace

model::Service provider(const std::string& name) {
  model::Service service;
  service.name = name;
  service.config_path = "/etc/lavavisor/" + name + ".yml";
  service.config_text = "endpoints: [] # " + name + "\n";
  service.user = "lava";
  service.from = "operator";
  service.keyring_backend = "test";
  service.log_level = "info";
  service.node = "tcp://127.0.0.1:26657";
  return service;
}

model::Desired desired_with(const std::vector<std::string>& services) {
  model::Desired desired;
  desired.file = "/etc/lavavisor/config.toml";
  desired.directory = "/var/lib/lavavisor";
  desired.chain.id = "lava-testnet-2";
  desired.chain.endpoints = {
      {"tcp://127.0.0.1:26657", model::EndpointKind::rpc, "http://127.0.0.1:26657"}};
  desired.binary.auto_download = true;
  desired.binary.link = "/usr/local/bin/lavap";
  desired.systemd.unit_dir = "/etc/systemd/system";
  for (const auto& name : services) {
    desired.services.push_back(provider(name));
  }
  return desired;
}

reconcile::Settled Host::settle() {
  model::Learnt learnt;
  machine.forget_effects();
  return reconcile::settle(desired,
                           ports.sensors(),
                           ports.actuators(),
                           ear,
                           learnt,
                           reconcile::k_never,
                           stop.get_token());
}

model::Plan Host::plan() {
  return reconcile::preview(desired, ports.sensors(), {}, {}).plan;
}

bool Host::is_converged() {
  const auto pass = reconcile::preview(desired, ports.sensors(), {}, {});
  return pass.plan.steps.empty() && !reconcile::failed(pass);
}

std::vector<std::string> words(const model::Plan& plan) {
  std::vector<std::string> all;
  for (const auto& step : plan.steps) {
    all.push_back(std::visit(Words{}, step.action) + " (" + name_of(step.reason.cause) + ")");
  }
  return all;
}

}  // namespace lavavisor::fakes
