// The words and colours of findings.
// SPDX-License-Identifier: Apache-2.0
#include "config/finding.hpp"

#include "base/text.hpp"

#include <string_view>

namespace lavavisor::config {

namespace {

/// SGR sequences (ECMA-48), or nothing at all.
struct Palette {
  std::string_view place;
  std::string_view error;
  std::string_view warning;
  std::string_view caret;
  std::string_view hint;
  std::string_view off;
};

constexpr Palette k_plain{};
constexpr Palette k_coloured{
    "\x1b[1m", "\x1b[31m", "\x1b[35m", "\x1b[1;32m", "\x1b[36m", "\x1b[0m"};

constexpr std::string_view k_indent = "    ";

/// Names of files, and what is said of them, may come from whoever wrote the configuration.
std::string painted(std::string_view colour, std::string_view text, const Palette& palette) {
  return std::string{colour}.append(base::printable(text, 4 * text.size())).append(palette.off);
}

std::string headline(const Finding& finding, const Palette& palette) {
  const std::string place = finding.file + ":" + std::to_string(finding.line) + ":" +
                            std::to_string(finding.column) + ":";
  const bool warning = finding.severity == Finding::Severity::warning;
  const std::string message = (warning ? "warning: " : "") + finding.message;
  return painted(palette.place, place, palette) + " " +
         painted(warning ? palette.warning : palette.error, message, palette) + "\n";
}

std::string excerpt(const Finding& finding, const Palette& palette) {
  if (finding.source_line.empty()) {
    return "";
  }
  const std::string marker = "^" + std::string(finding.width > 1 ? finding.width - 1 : 0, '~');
  return std::string{k_indent} + finding.source_line + "\n" + std::string{k_indent} +
         std::string(finding.caret, ' ') + painted(palette.caret, marker, palette) + "\n";
}

std::string hint_line(const Finding& finding, const Palette& palette) {
  return finding.hint.empty()
             ? ""
             : std::string{k_indent} + painted(palette.hint, finding.hint, palette) + "\n";
}

}  // namespace

std::string format_findings(const std::vector<Finding>& findings, Colour colour) {
  const Palette& palette = colour == Colour::yes ? k_coloured : k_plain;
  std::string text;
  for (const Finding& finding : findings) {
    text += headline(finding, palette) + excerpt(finding, palette) + hint_line(finding, palette);
  }
  return text;
}

}  // namespace lavavisor::config
