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

void Findings::error(const Source& source,
                     const Place& place,
                     std::string message,
                     std::string hint) {
  ++m_errors;
  if (is_full()) {
    return;
  }
  m_findings.push_back(source.finding(place, std::move(message), std::move(hint)));
}

void Findings::warning(const Source& source,
                       const Place& place,
                       std::string message,
                       std::string hint) {
  if (is_full()) {
    return;
  }
  m_findings.push_back(source.finding(place, std::move(message), std::move(hint)));
  m_findings.back().severity = Finding::Severity::warning;
}

void Findings::add(Finding finding) {
  m_errors += finding.severity == Finding::Severity::error ? 1 : 0;
  if (is_full()) {
    return;
  }
  m_findings.push_back(std::move(finding));
}

bool Findings::is_full() const {
  return m_findings.size() >= k_most;
}

std::vector<Finding> Findings::sorted(const std::string& main_file) const {
  const auto rank = [&](const Finding& finding) {
    return std::make_tuple(
        finding.file != main_file, std::cref(finding.file), finding.line, finding.column);
  };
  std::vector<Finding> all = m_findings;
  std::stable_sort(all.begin(), all.end(), [&](const Finding& a, const Finding& b) {
    return rank(a) < rank(b);
  });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (is_full()) {
    Finding last;
    last.severity = m_errors > 0 ? Finding::Severity::error : Finding::Severity::warning;
    last.file = main_file;
    last.message = "too many mistakes: only the first " + std::to_string(k_most) + " are shown";
    all.push_back(std::move(last));
  }
  return all;
}

}  // namespace lavavisor::config
