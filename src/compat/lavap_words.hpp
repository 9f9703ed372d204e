// A command line of lavap, turned back into what the configuration says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lavavisor::compat {

/// `lavap rpcprovider FILE`, `rpcconsumer FILE` or `cache ADDRESS` with its flags.
struct LavapCommand {
  model::ServiceType type = model::ServiceType::provider;
  std::string subject;  ///< FILE as written, or ADDRESS
  std::string chain_id;
  std::string from;
  std::string keyring_backend;
  std::string geolocation;
  std::string node;
  std::string log_level;
  std::vector<model::Flag> flags;         ///< all others, in their order
  std::vector<std::string> switched_off;  ///< "--NAME=false": left out
};

/// Read `words`, whose first is lavap. Fails with why the configuration can't say it in keys: then
/// it has to stay a command.
base::Result<LavapCommand> read_lavap_words(const std::vector<std::string>& words);

/// True when `program` is lavap, by whatever path.
bool is_lavap(const std::string& program);

}  // namespace lavavisor::compat
