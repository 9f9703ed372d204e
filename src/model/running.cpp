// From a process, or the unit text that it was started from, back to its release.
// SPDX-License-Identifier: Apache-2.0
#include "model/running.hpp"

#include "base/text.hpp"

#include <vector>

namespace lavavisor::model {
namespace {

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with(';');
}

/// The text's lines without comments and outer blanks, continued ones joined by a space.
std::vector<std::string> logical_lines(std::string_view text) {
  std::vector<std::string> lines;
  bool goes_on = false;
  for (const std::string_view raw : base::split(text, '\n')) {
    std::string_view line = base::trim(raw);
    if (is_comment(line)) {
      continue;
    }
    const bool continued = line.ends_with('\\');
    if (continued) {
      line = base::trim(line.substr(0, line.size() - 1));
    }
    if (goes_on) {
      lines.back().append(" ").append(line);
    } else {
      lines.emplace_back(line);
    }
    goes_on = continued;
  }
  return lines;
}

}  // namespace

std::optional<std::string> unit_value(std::string_view unit_text,
                                      std::string_view section,
                                      std::string_view key) {
  const std::string wanted_section = "[" + std::string{section} + "]";
  std::optional<std::string> value;
  bool inside = false;
  for (const std::string& line : logical_lines(unit_text)) {
    const auto equals = line.find('=');
    if (line.starts_with('[')) {
      inside = line == wanted_section;
    } else if (inside && equals != std::string::npos &&
               base::trim(std::string_view{line}.substr(0, equals)) == key) {
      value = base::trim(std::string_view{line}.substr(equals + 1));
    }
  }
  return value;
}

std::optional<Release> running_release(const Path& directory, const UnitState& unit) {
  if (!unit.service || !unit.service->process) {
    return std::nullopt;
  }
  const Process& process = *unit.service->process;
  if (auto release = release_of(directory, process.exe)) {
    return release;
  }
  if (!unit.file.text || process.unit_digest.empty() ||
      unit_value(*unit.file.text, "X-Lavavisor", "Digest") != process.unit_digest) {
    return std::nullopt;
  }
  const auto named = unit_value(*unit.file.text, "X-Lavavisor", "Release");
  if (!named) {
    return std::nullopt;
  }
  const auto release = parse_release(*named);
  return release ? std::optional{*release} : std::nullopt;
}

}  // namespace lavavisor::model
