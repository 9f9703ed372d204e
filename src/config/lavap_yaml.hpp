// The YAML file that lavap reads, checked before lavap stumbles over it; the only door to yaml-cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "config/findings.hpp"
#include "config/url.hpp"
#include "model/desired.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lavavisor::config {

/// An address that a service listens on, and where it says so.
struct Listening {
  HostPort at;
  std::string text;  ///< as written
  Place place;
};

struct LavapYaml {
  std::shared_ptr<const Source> source;
  std::vector<Listening> addresses;  ///< of its endpoints, as far as they are valid
};

/// Read `file` (at most 1 MiB) and check it for a service of `type` (provider or consumer): its
/// endpoints with their chain-id, api-interface, network-address and, for a provider, node-urls.
/// Fails when it can't be read; all that is wrong in it goes to `findings`.
base::Result<LavapYaml> read_lavap_yaml(const std::filesystem::path& file,
                                        model::ServiceType type,
                                        Findings& findings);

}  // namespace lavavisor::config
