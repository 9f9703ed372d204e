// What the words of a wrapped command say about the process that it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::compat {

/// The subcommand in `words` (the first is lavap itself): one that runs a service, wherever it
/// stands, else the first word that is no flag; "" = there is none.
std::string subcommand_of(const std::vector<std::string>& words);

/// Which of the chain's versions a subcommand follows.
model::Role role_of_subcommand(std::string_view subcommand);

/// The value of `--name value` or `--name=value`, the last one as lavap takes it; "" = not given.
std::string flag_of(const std::vector<std::string>& words, std::string_view name);

/// A service's name: "rpcconsumer-lava_consumer" of the subcommand and the first YAML file; without
/// one the subcommand, without that "lavap". Always one that check_service_name takes.
std::string service_name_of(const std::vector<std::string>& words);

}  // namespace lavavisor::compat
