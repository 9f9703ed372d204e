// Hooks inherit our environment (but its secrets) and run as we do.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/hooks.hpp"

#include "adapters/process/inherited.hpp"
#include "adapters/process/lines.hpp"
#include "adapters/process/spawn.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;

}  // namespace

Result<void> Hooks::run(const std::vector<std::string>& argv,
                        const std::map<std::string, std::string>& environment,
                        std::chrono::milliseconds timeout,
                        std::stop_token stop) {
  if (argv.empty()) {
    return {};
  }
  const auto name = base::printable(argv.front());
  std::string last_error;
  Lines out{[&](const std::string& line) {
    base::log_info(name + ": " + line);
  }};
  Lines err{[&](const std::string& line) {
    base::log_info(name + ": " + line);
    last_error = line;
  }};
  auto finished = process::run({.argv = argv,
                                .environment = inherited_environment(environment),
                                .directory = "",
                                .identity = {},
                                .confined = false,
                                .limit = timeout,
                                .grace = std::chrono::seconds{5},
                                .on_output =
                                    [&](Stream stream, std::string_view bytes) {
                                      (stream == Stream::out ? out : err).add(bytes);
                                    }},
                               std::move(stop));
  out.flush();
  err.flush();
  const auto* exited = std::get_if<Exited>(&finished.end);
  if (exited != nullptr && exited->status == 0) {
    return {};
  }
  finished.err = last_error;  // of all that it wrote, not only of what is kept
  return fail("hook " + name + " " + ending(finished, timeout));
}

}  // namespace lavavisor::process
