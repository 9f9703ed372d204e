// `lavavisor schema`: the JSON Schema for editors.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "config/load.hpp"

#include <iostream>

namespace lavavisor::cli {

int schema(const Options&) {
  std::cout << config::schema_text();
  return k_success;
}

}  // namespace lavavisor::cli
