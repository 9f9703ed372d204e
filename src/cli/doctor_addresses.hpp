// Every address that a configuration gives to somebody.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/facts.hpp"
#include "model/desired.hpp"

#include <vector>

namespace lavavisor::cli {

/// Where services listen by their lavap YAML, by their flags (--metrics-listen-address) and as a
/// cache, where their health is asked for on this host, and metrics.listen. One place of one
/// service is there once. Services with enabled = false are left out.
std::vector<doctor::Address> addresses_of(const model::Desired& desired);

}  // namespace lavavisor::cli
