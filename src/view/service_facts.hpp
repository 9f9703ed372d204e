// Each service and each installed binary, judged: desired beside observed as plain values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::view {

struct ServiceFacts {
  std::string name;
  std::optional<std::string> desired_version;  ///< a release; none: no usable one, or not wanted
  std::optional<std::string> running_version;  ///< a release; none: not running, or not ours
  std::string active_state;                    ///< as systemd names it; "unknown" where not asked
  std::string sub_state;
  bool healthy = false;   ///< active and running
  bool enabled = false;   ///< the file wants it to run
  bool compliant = true;  ///< what runs is at least min, as far as known
  unsigned restarts = 0;
  std::string drift;  ///< what the plan would do with it; "" = nothing
};

/// The desired services in the file's order, then those that lavavisor made and the file lacks.
std::vector<ServiceFacts> service_facts(const model::Desired& desired,
                                        const model::Observed& observed,
                                        const model::Plan& plan);

struct BinaryFacts {
  std::string version;                     ///< its release
  std::optional<std::string> sha256;       ///< none: it can't be used
  std::uint64_t size = 0;                  ///< bytes
  std::optional<std::string> reported;     ///< its protocol version
  std::optional<std::string> source;       ///< downloaded, placed, built
  std::optional<std::string> verified_at;  ///< RFC 3339
  bool in_use = false;                     ///< a service runs it, or the link leads to it
  std::string error;                       ///< why it can't be used; "" = it can
};

/// The installed binaries, the oldest release first.
std::vector<BinaryFacts> binary_facts(const model::Desired& desired,
                                      const model::Observed& observed);

}  // namespace lavavisor::view
