// Two services cannot listen on one address.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/findings.hpp"
#include "config/lavap_yaml.hpp"

#include <map>
#include <string>
#include <vector>

namespace lavavisor::config {

/// The addresses taken so far, each by one service.
class AddressBook {
 public:
  /// Take `listening` for `service`, or add a finding that names who has it already. A wildcard
  /// address clashes with every address of its port.
  void take(const std::string& service, const Listening& listening, Findings& findings);

 private:
  struct Owner {
    std::string service;
    std::string host;
    std::string text;
    std::string where;  ///< FILE:LINE
  };
  std::map<std::string, std::vector<Owner>> m_by_port;
};

}  // namespace lavavisor::config
