// The few names there are.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/host_header.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <string>

namespace lavavisor::http {
namespace {

constexpr std::array<std::string_view, 3> k_names{"localhost", "127.0.0.1", "[::1]"};

bool is_port_or_nothing(std::string_view rest) {
  const auto digit = [](char letter) {
    return letter >= '0' && letter <= '9';
  };
  return rest.empty() || (rest.front() == ':' && std::all_of(rest.begin() + 1, rest.end(), digit));
}

}  // namespace

bool names_this_machine(std::string_view host) {
  if (host.empty()) {
    return true;
  }
  return std::any_of(k_names.begin(), k_names.end(), [&](std::string_view name) {
    return host.size() >= name.size() &&
           ::strncasecmp(host.data(), name.data(), name.size()) == 0 &&
           is_port_or_nothing(host.substr(name.size()));
  });
}

}  // namespace lavavisor::http
