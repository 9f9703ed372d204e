// The sections in the order in which they are read: what comes first explains what comes later.
// SPDX-License-Identifier: Apache-2.0
#include "doctor/check_up.hpp"

#include "base/text.hpp"
#include "doctor/sections.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace lavavisor::doctor {
namespace {

constexpr std::array k_sections = {check_configuration,
                                   check_chain,
                                   check_clock,
                                   check_disk,
                                   check_permissions,
                                   check_state,
                                   check_systemd,
                                   check_polkit,
                                   check_units,
                                   check_users,
                                   check_ports,
                                   check_binaries,
                                   check_link,
                                   check_sources};

}  // namespace

std::vector<Check> check_up(const Desired& desired, const Facts& facts) {
  Checks all;
  for (const auto& section : k_sections) {
    auto checks = section(desired, facts);
    std::move(checks.begin(), checks.end(), std::back_inserter(all));
  }
  return all;
}

bool has_problem(const std::vector<Check>& checks) {
  return std::any_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.verdict == Verdict::problem;
  });
}

std::string systemctl(const Desired& desired) {
  return desired.systemd.scope == model::Scope::user ? "systemctl --user " : "systemctl ";
}

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view{"/._-+:=@%,"}.find(static_cast<char>(c)) != std::string_view::npos;
  });
  return plain ? word : "'" + base::replace_all(word, "'", "'\\''") + "'";
}

}  // namespace lavavisor::doctor
