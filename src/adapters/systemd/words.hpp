// What D-Bus and systemd say went wrong, in an operator's words.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "ports/services.hpp"

#include <string>
#include <string_view>

namespace sdbus {
class Error;
}

namespace lavavisor::systemd {

/// The cause in `error`, without its D-Bus name.
std::string cause_of(const sdbus::Error& error);

/// True when `error` means that the connection to the bus is gone.
bool is_disconnection(const sdbus::Error& error);

/// True when `error` means that systemd has no such unit.
bool is_no_such_unit(const sdbus::Error& error);

/// "cannot `what`: cause; what to do".
base::Error in_words(std::string_view what, const sdbus::Error& error);

/// "cannot reach systemd over the system bus (...): cause; what to do".
base::Error unreachable(model::Scope scope, const std::string& address, const std::string& cause);

/// Why `job` ended with `result`, anything but "done" (org.freedesktop.systemd1(5), JobRemoved).
/// `unit_result` is the unit's Result property, "" when unknown.
base::Error job_failure(model::Scope scope,
                        const ports::Job& job,
                        const std::string& result,
                        const std::string& unit_result);

/// "start x.service"
std::string job_words(const ports::Job& job);

/// The command that shows what a service logged.
std::string journal_command(model::Scope scope, const std::string& service);

}  // namespace lavavisor::systemd
