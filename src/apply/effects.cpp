// Each action is a call or two of its port, with a phrase of context where it fails.
// SPDX-License-Identifier: Apache-2.0
#include "apply/effects.hpp"

#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "model/layout.hpp"

#include <map>

namespace lavavisor::apply {
namespace {

using base::Result;

ports::UnitPlaces places(const model::Desired& desired) {
  return {desired.directory, desired.systemd};
}

ports::FetchRequest request_for(const model::Desired& desired, const model::Release& release) {
  ports::FetchRequest request;
  request.release = release;
  request.settings = desired.binary.release;
  request.verify = desired.binary.verify;
  const auto pin = desired.binary.sha256.find(release);
  request.sha256 = pin == desired.binary.sha256.end() ? std::string{} : pin->second;
  request.staged = model::partial_file(desired.directory, release);
  return request;
}

}  // namespace

void warn_unless(const Result<void>& written) {
  if (!written) {
    base::log_warn("the ledger was not written: " + written.error().message);
  }
}

Result<void> Effects::operator()(const model::InstallBinary& action) const {
  const auto request = request_for(desired, action.release);
  const auto on_progress = [&](const ports::FetchProgress& progress) {
    listener.download_progress(action.release, progress);
  };
  const auto fetched = actuators.releases.fetch(request, on_progress, stop);
  if (!fetched) {
    return tl::make_unexpected(fetched.error());
  }
  base::fault_point();
  const auto reported = actuators.prober.probe(request.staged, model::probe_user(desired));
  if (!reported) {
    actuators.binaries.discard(request.staged);
    return base::fail("release " + action.release.name + " is verified, but unfit",
                      reported.error());
  }
  model::BinaryRecord record{action.release,
                             fetched->sha256,
                             {},
                             model::BinarySource::downloaded,
                             *reported,
                             actuators.clock.now()};
  // First without a stamp: should we die before the second, the digest still tells what it is.
  warn_unless(actuators.ledger.record_binary(record));
  const auto stamp = actuators.binaries.install(desired.directory, action.release, request.staged);
  if (!stamp) {
    return tl::make_unexpected(stamp.error());
  }
  base::fault_point();
  record.stamp = *stamp;
  warn_unless(actuators.ledger.record_binary(record));
  if (action.min && *reported < *action.min) {
    return base::fail("release " + action.release.name + " reports " + to_string(*reported) +
                      ", below the chain's min " + to_string(*action.min));
  }
  return {};
}

Result<void> Effects::operator()(const model::RemoveBinary& action) const {
  if (auto removed = actuators.binaries.remove(desired.directory, action.release); !removed) {
    return removed;
  }
  warn_unless(actuators.ledger.forget_binary(action.release));
  return {};
}

Result<void> Effects::operator()(const model::LinkBinary& action) const {
  return actuators.binaries.link(desired.directory, action.release, desired.binary.link);
}

Result<void> Effects::operator()(const model::WriteConfig& action) const {
  const auto& service = model::service_named(desired, action.service);
  return actuators.units.write_config(
      places(desired), service.name, service.config_text, service.user);
}

Result<void> Effects::operator()(const model::WriteUnit& action) const {
  return actuators.units.write_unit(places(desired), action.service, action.text);
}

Result<void> Effects::operator()(const model::RemoveUnit& action) const {
  return actuators.units.remove_unit(places(desired), action.service);
}

Result<void> Effects::operator()(const model::ReloadManager&) const {
  return actuators.manager.reload();
}

Result<void> Effects::operator()(const model::EnableUnit& action) const {
  return actuators.manager.enable(action.service);
}

Result<void> Effects::operator()(const model::DisableUnit& action) const {
  return actuators.manager.disable(action.service);
}

Result<void> Effects::operator()(const model::StopUnit& action) const {
  return actuators.manager.run({{ports::Job::Kind::stop, action.service}}).front();
}

Result<void> Effects::operator()(const model::StartUnit& action) const {
  return actuators.manager.run({{ports::Job::Kind::start, action.service}}).front();
}

Result<void> Effects::operator()(const model::RestartUnit& action) const {
  return actuators.manager.run({{ports::Job::Kind::restart, action.service}}).front();
}

Result<void> Effects::operator()(const model::RunHook& action) const {
  const bool before = action.point == model::HookPoint::pre_upgrade;
  const std::map<std::string, std::string> environment = {
      {"LAVAVISOR_FROM", action.from},
      {"LAVAVISOR_TO", action.to},
      {"LAVAVISOR_SERVICES", base::join(action.services, " ")},
  };
  return actuators.hooks.run(before ? desired.hooks.pre_upgrade : desired.hooks.post_upgrade,
                             environment,
                             desired.hooks.timeout,
                             stop);
}

}  // namespace lavavisor::apply
