// How services are called: as the original LavaVisor calls them, as long as that tells them apart.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace lavavisor::compat {

/// A service that has its name already.
struct NamedService {
  std::string name;
  model::ServiceType type = model::ServiceType::provider;
  std::filesystem::path config;  ///< absolute; "" = has none
};

/// Who asks for a name.
struct NameRequest {
  model::ServiceType type = model::ServiceType::provider;
  std::string from;
  std::string chain;             ///< of the first endpoint in `config`
  std::filesystem::path config;  ///< absolute
};

/// The services of a configuration.
std::vector<NamedService> named_services(const model::Desired& desired);

/// `<from>-<chain>`; where a service of another type or another YAML has that name, with
/// `-provider` or `-consumer` behind, then with `-2`, `-3` and so on. A service of the same type
/// and YAML that has one of these names already keeps it. Characters that a unit's name can't have
/// become "-". Fails when what comes out is no name.
base::Result<std::string> service_name(const NameRequest& request,
                                       const std::vector<NamedService>& taken);

/// The chain of the first endpoint in the lavap YAML `file`, which is checked for a service of
/// `type` on the way; fails with the first mistake as FILE:LINE:COLUMN: message.
base::Result<std::string> first_chain(const std::filesystem::path& file, model::ServiceType type);

}  // namespace lavavisor::compat
