// The assignments of a generated unit; a test holds them against unit texts as they are made.
// SPDX-License-Identifier: Apache-2.0
#include "compat/unit_keys.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace lavavisor::compat {

namespace {

struct Generated {
  std::string_view section;
  std::string_view key;
  std::string_view value;
};

// clang-format off
constexpr auto k_generated = std::to_array<Generated>({
    {"Unit",    "Documentation",            "man:lavavisor(1)"},
    {"Unit",    "Wants",                    "network-online.target"},
    {"Unit",    "After",                    "network-online.target"},
    {"Service", "Restart",                  "always"},
    {"Service", "RestartSec",               "5s"},
    {"Service", "KillSignal",               "SIGINT"},
    {"Service", "KillMode",                 "mixed"},
    {"Service", "TimeoutStopSec",           "60s"},
    {"Service", "LimitNOFILE",              "1048576"},
    {"Service", "NoNewPrivileges",          "yes"},
    {"Service", "PrivateTmp",               "yes"},
    {"Service", "ProtectSystem",            "full"},
    {"Service", "ProtectKernelTunables",    "yes"},
    {"Service", "ProtectKernelModules",     "yes"},
    {"Service", "ProtectKernelLogs",        "yes"},
    {"Service", "ProtectControlGroups",     "yes"},
    {"Service", "ProtectClock",             "yes"},
    {"Service", "ProtectHostname",          "yes"},
    {"Service", "RestrictSUIDSGID",         "yes"},
    {"Service", "RestrictRealtime",         "yes"},
    {"Service", "LockPersonality",          "yes"},
    {"Service", "SystemCallArchitectures",  "native"},
    {"Service", "RestrictAddressFamilies",  "AF_UNIX AF_INET AF_INET6 AF_NETLINK"},
    {"Install", "WantedBy",                 "multi-user.target"},
});
// clang-format on

/// One spelling for values that have several (systemd.syntax(7), systemd.time(7)).
std::string normal(std::string_view key, std::string_view value) {
  if (value == "true" || value == "1" || value == "on") {
    return "yes";
  }
  const bool digits =
      !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
  if (key.ends_with("Sec") && (digits || value == "1min")) {
    return digits ? std::string{value} + "s" : "60s";
  }
  return std::string{value};
}

}  // namespace

bool is_generated(const Assignment& assignment) {
  return std::any_of(std::begin(k_generated), std::end(k_generated), [&](const Generated& each) {
    return each.section == assignment.section && each.key == assignment.key &&
           each.value == normal(assignment.key, assignment.value);
  });
}

}  // namespace lavavisor::compat
