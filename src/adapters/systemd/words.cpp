// What D-Bus and systemd say went wrong, in an operator's words.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/words.hpp"

#include <sdbus-c++/Error.h>

#include <array>
#include <cctype>
#include <utility>

namespace lavavisor::systemd {

namespace {

struct Meaning {
  std::string_view result;
  std::string_view words;
};

constexpr std::array k_job_results{
    Meaning{"canceled", "another job took its place"},
    Meaning{"timeout", "the job ran into its time limit"},
    Meaning{"dependency", "a unit that it needs did not start"},
    Meaning{"skipped", "systemd skipped it, the unit was in no state for it"},
    Meaning{"invalid", "the unit does not allow it"},
    Meaning{"assert", "an Assert...= line of the unit does not hold"},
    Meaning{"unsupported", "this system does not support such a unit"},
    Meaning{"collected", "systemd dropped the unit meanwhile"},
    Meaning{"once", "the unit may be started only once"},
};

constexpr std::array k_unit_results{
    Meaning{"exit-code", "its process exited with an error"},
    Meaning{"signal", "its process was killed by a signal"},
    Meaning{"core-dump", "its process crashed"},
    Meaning{"timeout", "it ran into its start or stop time limit"},
    Meaning{"watchdog", "it no longer answered its watchdog"},
    Meaning{"start-limit-hit", "it was started too often in a short time"},
    Meaning{"resources", "systemd could not set up its process"},
    Meaning{"oom-kill", "the kernel killed it, out of memory"},
    Meaning{"protocol", "it did not say that it was ready"},
    Meaning{"exec-condition", "its ExecCondition= does not hold"},
};

template <class Table>
std::string_view meaning(const Table& table, std::string_view result) {
  for (const Meaning& row : table) {
    if (row.result == result) {
      return row.words;
    }
  }
  return "";
}

std::string_view advice(const std::string& name) {
  if (name == "org.freedesktop.DBus.Error.AccessDenied" ||
      name == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired") {
    return "; run lavavisor as root, or use scope = \"user\"";
  }
  return "";
}

/// "Failed to open bus (No such file or directory)" -> "No such file or directory"
std::string inner(const std::string& message) {
  const auto open = message.rfind('(');
  if (message.empty() || message.back() != ')' || open == std::string::npos) {
    return message;
  }
  return message.substr(open + 1, message.size() - open - 2);
}

}  // namespace

std::string cause_of(const sdbus::Error& error) {
  std::string cause = inner(error.getMessage());
  if (cause.empty()) {
    return error.getName();
  }
  while (cause.back() == '.' && cause.size() > 1) {
    cause.pop_back();
  }
  const bool acronym = cause.size() > 1 && std::isupper(static_cast<unsigned char>(cause[1])) != 0;
  if (!acronym) {
    cause[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(cause[0])));
  }
  return cause;
}

bool is_disconnection(const sdbus::Error& error) {
  constexpr std::array<std::string_view, 6> k_names{
      "org.freedesktop.DBus.Error.Disconnected",
      "org.freedesktop.DBus.Error.NoServer",
      "System.Error.ENOTCONN",
      "System.Error.ECONNRESET",
      "System.Error.EPIPE",
      "System.Error.ESHUTDOWN",
  };
  for (const std::string_view name : k_names) {
    if (error.getName() == name) {
      return true;
    }
  }
  return false;
}

bool is_no_such_unit(const sdbus::Error& error) {
  return error.getName() == "org.freedesktop.systemd1.NoSuchUnit";
}

base::Error in_words(std::string_view what, const sdbus::Error& error) {
  return base::Error{"cannot " + std::string{what} + ": " + cause_of(error) +
                     std::string{advice(error.getName())}};
}

base::Error unreachable(model::Scope scope, const std::string& address, const std::string& cause) {
  const bool user = scope == model::Scope::user;
  return base::Error{std::string{"cannot reach systemd over the "} + (user ? "user" : "system") +
                     " bus (" + address + "): " + cause +
                     (user ? "; is a user manager running here (loginctl enable-linger)?"
                           : "; is systemd running here?") +
                     " with scope = \"none\" lavavisor only writes unit files"};
}

std::string job_words(const ports::Job& job) {
  constexpr std::array<std::string_view, 3> k_verbs{"start", "stop", "restart"};
  return std::string{k_verbs.at(static_cast<std::size_t>(job.kind))} + " " +
         model::unit_name(job.service);
}

base::Error job_failure(model::Scope scope,
                        const ports::Job& job,
                        const std::string& result,
                        const std::string& unit_result) {
  std::string cause{meaning(k_job_results, result)};
  if (result == "failed") {
    cause = meaning(k_unit_results, unit_result);
  }
  if (cause.empty()) {
    cause = "the job ended as '" + result + "'";
  }
  if (result == "failed" && !unit_result.empty()) {
    cause += " (" + unit_result + ")";
  }
  return base::Error{"cannot " + job_words(job) + ": " + cause + "; look at '" +
                     journal_command(scope, job.service) + "'"};
}

std::string journal_command(model::Scope scope, const std::string& service) {
  return std::string{"journalctl "} + (scope == model::Scope::user ? "--user " : "") + "-u " +
         model::unit_name(service);
}

}  // namespace lavavisor::systemd
