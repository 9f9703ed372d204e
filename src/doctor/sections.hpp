// The sections of a check-up, each a function of its own, and how a check is written down.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/facts.hpp"
#include "model/check.hpp"
#include "model/desired.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lavavisor::doctor {

using model::Check;
using model::Desired;
using model::Verdict;
using Checks = std::vector<Check>;

Checks check_configuration(const Desired& desired, const Facts& facts);
Checks check_chain(const Desired& desired, const Facts& facts);
Checks check_clock(const Desired& desired, const Facts& facts);
Checks check_disk(const Desired& desired, const Facts& facts);
Checks check_permissions(const Desired& desired, const Facts& facts);
Checks check_state(const Desired& desired, const Facts& facts);
Checks check_systemd(const Desired& desired, const Facts& facts);
Checks check_polkit(const Desired& desired, const Facts& facts);
Checks check_units(const Desired& desired, const Facts& facts);
Checks check_users(const Desired& desired, const Facts& facts);
Checks check_ports(const Desired& desired, const Facts& facts);
Checks check_binaries(const Desired& desired, const Facts& facts);
Checks check_link(const Desired& desired, const Facts& facts);
Checks check_sources(const Desired& desired, const Facts& facts);

/// What to do, and the command for it.
struct Mend {
  std::string remedy;
  std::string command = {};
};

/// Checks of one thing under one id.
class About {
 public:
  About(std::string_view id, std::string subject) : m_id{id}, m_subject{std::move(subject)} {}

  Check ok(std::string finding) const { return make(Verdict::ok, std::move(finding), {}); }
  Check warning(std::string finding, Mend mend) const {
    return make(Verdict::warning, std::move(finding), std::move(mend));
  }
  Check problem(std::string finding, Mend mend) const {
    return make(Verdict::problem, std::move(finding), std::move(mend));
  }
  Check skipped(std::string finding, Mend mend = {}) const {
    return make(Verdict::skipped, std::move(finding), std::move(mend));
  }

 private:
  Check make(Verdict verdict, std::string finding, Mend mend) const {
    return {m_id,
            m_subject,
            verdict,
            std::move(finding),
            std::move(mend.remedy),
            std::move(mend.command)};
  }

  std::string m_id;
  std::string m_subject;
};

/// "systemctl " or, in user scope, "systemctl --user ".
std::string systemctl(const Desired& desired);

/// `word` as a shell takes it for one word.
std::string quoted(const std::string& word);

}  // namespace lavavisor::doctor
