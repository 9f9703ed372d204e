// What is wrong with a configuration, where, and how it is shown to the operator.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace lavavisor::config {

/// One mistake in one file. Lines and columns count from 1, columns in characters; a finding that
/// has no place of its own stands at 1:1.
struct Finding {
  enum class Severity { error, warning };

  Severity severity = Severity::error;
  std::string file;  ///< as the operator named it
  unsigned line = 1;
  unsigned column = 1;
  std::string message;
  std::string hint;         ///< what to do: "did you mean ..."; "" = none
  std::string source_line;  ///< safe to print; the surroundings only, when the line is long
  unsigned caret = 0;       ///< where the mistake begins in `source_line`, in characters from 0
  unsigned width = 1;       ///< how many characters of `source_line` it covers

  bool operator==(const Finding&) const = default;
};

enum class Colour { no, yes };

/// Format each as "FILE:LINE:COLUMN: message", the source line, a caret with tildes below it, and
/// the hint, each on a line of its own. A warning's message begins with "warning: ".
std::string format_findings(const std::vector<Finding>& findings, Colour colour);

}  // namespace lavavisor::config
