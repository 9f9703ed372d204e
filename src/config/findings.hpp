// The collection that every check adds its findings to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/finding.hpp"
#include "config/source.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace lavavisor::config {

class Findings {
 public:
  /// `main_file`, as the operator named it, is where a finding stands whose place lies nowhere.
  explicit Findings(std::string main_file) : m_main_file(std::move(main_file)) {}

  void error(const Place& place, std::string message, std::string hint = {});
  void warning(const Place& place, std::string message, std::string hint = {});
  void error(Finding finding);
  void warning(Finding finding);

  bool has_errors() const { return m_errors > 0; }

  /// True when there are so many errors that no more are kept: what is left need not be read.
  bool is_full() const;

  /// All of them in the order of their places, those in the main file first, each said once; of a
  /// hopeless file the first 500 only, and a last one that says so.
  std::vector<Finding> sorted() const;

 private:
  Finding made(const Place& place, std::string message, std::string hint) const;

  std::string m_main_file;
  std::vector<Finding> m_findings;
  std::size_t m_errors = 0;
};

}  // namespace lavavisor::config
