// Each action is a call or two of its port, with a phrase of context where it fails.
// SPDX-License-Identifier: Apache-2.0
#include "apply/effects.hpp"

#include "apply/obtain.hpp"
#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "model/layout.hpp"

#include <map>

namespace lavavisor::apply {
namespace {

using base::Result;

Result<void> check_min(const model::InstallBinary& action, const model::Version& reported) {
  if (action.min && reported < *action.min) {
    return base::fail("release " + action.release.name + " reports " + to_string(reported) +
                      ", below the chain's min " + to_string(*action.min));
  }
  return {};
}

}  // namespace

void warn_unless(const Result<void>& written) {
  if (!written) {
    base::log_warn("the ledger was not written: " + written.error().message);
  }
}

Result<void> Effects::operator()(const model::InstallBinary& action) const {
  const auto claimed = actuators.binaries.claim(desired.directory, action.release, stop);
  if (!claimed) {
    return tl::make_unexpected(claimed.error());
  }
  if (claimed->installed && claimed->installed != action.replaces) {
    return take_from_others(action);
  }
  const auto on_progress = [&](const ports::FetchProgress& progress) {
    listener.download_progress(action.release, progress);
  };
  const auto obtained = obtain(desired, action.release, actuators, on_progress, stop);
  if (!obtained) {
    return tl::make_unexpected(obtained.error());
  }
  model::BinaryRecord record{action.release,
                             obtained->sha256,
                             {},
                             obtained->source,
                             obtained->reported,
                             actuators.clock.now()};
  // First without a stamp: should we die before the second, the digest still tells what it is.
  warn_unless(actuators.ledger.record_binary(record));
  const auto stamp =
      actuators.binaries.install(desired.directory, action.release, obtained->staged);
  if (!stamp) {
    return tl::make_unexpected(stamp.error());
  }
  base::fault_point();
  record.stamp = *stamp;
  warn_unless(actuators.ledger.record_binary(record));
  return check_min(action, obtained->reported);
}

/// It came while this step was planned or waited for. The steps that need it may follow; the next
/// pass records it.
Result<void> Effects::take_from_others(const model::InstallBinary& action) const {
  base::log_info("release " + action.release.name + " was brought by another; nothing to download");
  const auto place = model::binary_file(desired.directory, action.release);
  const auto reported = actuators.prober.probe(place, model::probe_user(desired));
  if (!reported) {
    return base::fail("release " + action.release.name + " was brought by another, but is unfit",
                      reported.error());
  }
  return check_min(action, *reported);
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
      ports::unit_places(desired), service.name, service.config_text, service.user);
}

Result<void> Effects::operator()(const model::WriteUnit& action) const {
  return actuators.units.write_unit(ports::unit_places(desired), action.service, action.text);
}

Result<void> Effects::operator()(const model::RemoveUnit& action) const {
  return actuators.units.remove_unit(ports::unit_places(desired), action.service);
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
