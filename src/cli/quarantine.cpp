// `lavavisor quarantine`: list the releases that failed on this host, or let one be chosen again.
// SPDX-License-Identifier: Apache-2.0
#include "view/quarantine.hpp"

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/session.hpp"

#include <iostream>

namespace lavavisor::cli {
namespace {

int list(const Options& options) {
  return with_memory(options, [&options](const model::Desired&, const model::Memory& memory) {
    std::cout << view::quarantine_text(memory.quarantine, view_screen(options));
    return static_cast<int>(k_success);
  });
}

int clear(const Options& options) {
  const auto release = model::parse_release(options.clear);
  if (!release) {
    std::cerr << "lavavisor: --clear: " << release.error().message << "\n";
    return k_usage;
  }
  return with_locked_directory(options, [&release](const model::Desired& desired) {
    auto host = writing_host(desired);
    const auto cleared = host.ledger().clear_quarantine(*release);
    if (!cleared) {
      return complain(cleared.error());
    }
    std::cout << "release " << release->name << " may be chosen again\n";
    return static_cast<int>(k_success);
  });
}

}  // namespace

int quarantine(const Options& options) {
  return options.clear.empty() ? list(options) : clear(options);
}

}  // namespace lavavisor::cli
