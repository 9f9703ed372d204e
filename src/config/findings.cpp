// Findings in the order in which an operator reads the files.
// SPDX-License-Identifier: Apache-2.0
#include "config/findings.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lavavisor::config {

namespace {
constexpr std::size_t k_most = 500;
}

Finding Findings::made(const Place& place, std::string message, std::string hint) const {
  if (place.source != nullptr) {
    return place.source->finding(place, std::move(message), std::move(hint));
  }
  Finding finding;
  finding.file = m_main_file;
  finding.message = std::move(message);
  finding.hint = std::move(hint);
  return finding;
}

void Findings::error(const Place& place, std::string message, std::string hint) {
  if (!is_full()) {
    error(made(place, std::move(message), std::move(hint)));
  }
}

void Findings::warning(const Place& place, std::string message, std::string hint) {
  warning(made(place, std::move(message), std::move(hint)));
}

void Findings::warning(Finding finding) {
  if (m_findings.size() - m_errors < k_most) {
    finding.severity = Finding::Severity::warning;
    m_findings.push_back(std::move(finding));
  }
}

void Findings::error(Finding finding) {
  if (!is_full()) {
    ++m_errors;
    m_findings.push_back(std::move(finding));
  }
}

bool Findings::is_full() const {
  return m_errors >= k_most;
}

std::vector<Finding> Findings::sorted() const {
  const auto rank = [&](const Finding& finding) {
    return std::make_tuple(
        finding.file != m_main_file, std::cref(finding.file), finding.line, finding.column);
  };
  std::vector<Finding> all = m_findings;
  std::stable_sort(all.begin(), all.end(), [&](const Finding& a, const Finding& b) {
    return rank(a) < rank(b);
  });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (is_full()) {
    Finding last;
    last.file = m_main_file;
    last.message = "too many mistakes: only the first " + std::to_string(k_most) + " are shown";
    all.push_back(std::move(last));
  }
  return all;
}

}  // namespace lavavisor::config
