// Look-ups in what is desired.
// SPDX-License-Identifier: Apache-2.0
#include "model/desired.hpp"

#include <algorithm>

namespace lavavisor::model {

const Service& service_named(const Desired& desired, const std::string& name) {
  return *std::find_if(desired.services.begin(),
                       desired.services.end(),
                       [&name](const Service& service) { return service.name == name; });
}

Role role_of(const Service& service) {
  return service.role.value_or(service.type == ServiceType::provider ? Role::provider
                                                                     : Role::consumer);
}

std::string probe_user(const Desired& desired) {
  const auto has_user = [](const Service& service) {
    return !service.user.empty();
  };
  const auto found = std::find_if(desired.services.begin(), desired.services.end(), has_user);
  return found == desired.services.end() ? desired.default_user : found->user;
}

}  // namespace lavavisor::model
