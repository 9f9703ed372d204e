// The checks one after the other within one limit, and the command one.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/health_checks.hpp"

#include "adapters/process/spawn.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace lavavisor::process {

using base::fail;
using base::Result;
using std::chrono::milliseconds;

Result<void> HealthChecks::check(const model::Health& health,
                                 const std::string& user,
                                 milliseconds limit,
                                 std::stop_token stop) {
  using Check = std::function<Result<void>(milliseconds)>;
  struct Row {
    bool asked;
    Check check;
  };
  const std::array<Row, 3> rows{{
      {!health.http.empty(),
       [&](auto left) {
         return check_http(health.http, left, stop);
       }},
      {!health.tcp.empty(),
       [&](auto left) {
         return check_tcp(health.tcp, left, stop);
       }},
      {!health.command.empty(),
       [&](auto left) {
         return check_command(health.command, user, left, stop);
       }},
  }};
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (const auto& row : rows) {
    if (!row.asked) {
      continue;
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (auto answered = row.check(std::max(left, milliseconds{1})); !answered) {
      return answered;
    }
  }
  return {};
}

Result<void> check_command(const std::vector<std::string>& argv,
                           const std::string& user,
                           milliseconds limit,
                           std::stop_token stop) {
  const auto name = base::printable(argv.front());
  Command command;
  command.argv = argv;
  command.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                         "LANG=C.UTF-8"};
  command.limit = limit;
  if (may_switch_user() && !user.empty()) {
    const auto who = find_user(user);
    if (!who) {
      return fail("health command " + name + " can't be run", who.error());
    }
    command.environment.push_back("HOME=" + who->home);
    command.environment.push_back("USER=" + who->name);
    command.environment.push_back("LOGNAME=" + who->name);
    command.identity = *who;
  }
  const auto finished = run(command, std::move(stop));
  const auto* exited = std::get_if<Exited>(&finished.end);
  if (exited != nullptr && exited->status == 0) {
    return {};
  }
  return fail("health command " + name + " " + ending(finished, limit));
}

}  // namespace lavavisor::process
