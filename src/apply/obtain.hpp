// How the binary of a release is had: downloaded, built from source, or whichever works.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"
#include "model/observed.hpp"
#include "ports/actuators.hpp"

#include <stop_token>
#include <string>

namespace lavavisor::apply {

/// A binary that is fit to be installed.
struct Obtained {
  model::Path staged;  ///< where it waits
  std::string sha256;
  model::BinarySource source = model::BinarySource::downloaded;
  model::Version reported;
};

/// Have the binary of `release` staged, verified and probed, as binary.method says. With `auto` it
/// is built where it can't be downloaded; when that fails, too, the error tells of both.
base::Result<Obtained> obtain(const model::Desired& desired,
                              const model::Release& release,
                              const ports::Actuators& actuators,
                              const ports::OnProgress& on_progress,
                              std::stop_token stop);

/// The folder of the main package of `release` below its source's top: lavap was lavad before
/// 0.22.0.
std::string package_of(const model::BuildSettings& build, const model::Release& release);

}  // namespace lavavisor::apply
