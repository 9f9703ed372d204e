// A secret goes to nobody who has no use for it.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/inherited.hpp"

#include <unistd.h>

#include <set>
#include <string_view>

namespace lavavisor::process {

std::vector<std::string> inherited_environment(const std::map<std::string, std::string>& added) {
  static const std::set<std::string, std::less<>> k_own = {"LAVAVISOR_WEBHOOK",
                                                           "LAVAVISOR_WEBHOOK_TOKEN"};
  std::vector<std::string> all;
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    const std::string name{text.substr(0, text.find('='))};
    if (!k_own.contains(name) && !added.contains(name)) {
      all.emplace_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    all.push_back(name + "=" + value);
  }
  return all;
}

}  // namespace lavavisor::process
