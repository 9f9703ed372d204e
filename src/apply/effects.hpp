// What each single action does; starts and restarts, which go in batches, are in apply.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "apply/apply.hpp"
#include "base/result.hpp"
#include "model/plan.hpp"

#include <stop_token>
#include <string>

namespace lavavisor::apply {

/// Visits an action and makes it true; idempotent. Refers to what it is given.
struct Effects {
  const model::Desired& desired;
  const ports::Actuators& actuators;
  Listener& listener;
  std::stop_token stop;

  base::Result<void> operator()(const model::InstallBinary& action) const;
  base::Result<void> operator()(const model::RemoveBinary& action) const;
  base::Result<void> operator()(const model::LinkBinary& action) const;
  base::Result<void> operator()(const model::WriteConfig& action) const;
  base::Result<void> operator()(const model::WriteUnit& action) const;
  base::Result<void> operator()(const model::RemoveUnit& action) const;
  base::Result<void> operator()(const model::ReloadManager& action) const;
  base::Result<void> operator()(const model::EnableUnit& action) const;
  base::Result<void> operator()(const model::DisableUnit& action) const;
  base::Result<void> operator()(const model::StopUnit& action) const;
  base::Result<void> operator()(const model::StartUnit& action) const;
  base::Result<void> operator()(const model::RestartUnit& action) const;
  base::Result<void> operator()(const model::RunHook& action) const;

 private:
  base::Result<void> take_from_others(const model::InstallBinary& action) const;
};

/// The ledger losing something stops no service: it is logged, and the next pass goes without.
void warn_unless(const base::Result<void>& written);

}  // namespace lavavisor::apply
