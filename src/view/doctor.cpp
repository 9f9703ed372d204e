// Sections are what the checks' ids begin with; a word, not a colour alone, tells each verdict.
// SPDX-License-Identifier: Apache-2.0
#include "view/doctor.hpp"

#include "view/columns.hpp"
#include "view/flow.hpp"
#include "view/json.hpp"
#include "view/parts.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace lavavisor::view {
namespace {

using model::Check;
using model::Verdict;

constexpr std::size_t k_indent = 2;
constexpr std::size_t k_mark_width = 9;  ///< of the longest mark, and two blanks
constexpr std::size_t k_hanging = k_indent + k_mark_width;

std::string name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::warning:
      return "warning";
    case Verdict::problem:
      return "problem";
    case Verdict::skipped:
      return "skipped";
  }
  return "";
}

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return Style::good;
    case Verdict::warning:
      return Style::caution;
    case Verdict::problem:
      return Style::bad;
    case Verdict::skipped:
      return Style::faint;
  }
  return Style::plain;
}

std::string section_of(const Check& check) {
  return check.id.substr(0, check.id.find('.'));
}

/// "chain" -> "Chain"; systemd keeps its own spelling.
std::string title_of(std::string section) {
  if (section == "config") {
    return "Configuration";
  }
  if (section != "systemd" && !section.empty()) {
    section[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(section[0])));
  }
  return section;
}

std::string check_text(const Check& check, const Screen& screen) {
  const Style of_subject = check.verdict == Verdict::ok || check.verdict == Verdict::skipped
                               ? Style::plain
                               : Style::strong;
  std::string out = flow({{pad(name_of(check.verdict), k_mark_width), style_of(check.verdict)},
                          {check.subject, of_subject},
                          {": " + check.finding}},
                         screen,
                         k_indent,
                         k_hanging);
  if (!check.remedy.empty()) {
    out += flow({{"> " + check.remedy}}, screen, k_hanging, k_hanging + 2);
  }
  if (!check.command.empty()) {
    // A command is copied: it stays on one line however long it is.
    Screen endless = screen;
    endless.width = 0;
    out += flow({{"$ ", Style::faint}, {check.command}}, endless, k_hanging + 2, 0);
  }
  return out;
}

std::size_t count_of(const std::vector<Check>& checks, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [&](const Check& check) { return check.verdict == verdict; }));
}

/// "2 problems, 1 warning, 3 skipped, 31 checks"
std::string summary_text(const std::vector<Check>& checks, const Screen& screen) {
  const auto problems = count_of(checks, Verdict::problem);
  const auto warnings = count_of(checks, Verdict::warning);
  const auto skipped = count_of(checks, Verdict::skipped);
  const Style style = problems > 0 ? Style::bad : warnings > 0 ? Style::caution : Style::good;
  const std::string verdict =
      counted(problems, "problem", "problems") + ", " + counted(warnings, "warning", "warnings");
  return "\n" + flow({{verdict, style},
                      {skipped == 0 ? "" : ", " + std::to_string(skipped) + " skipped"},
                      {", " + counted(checks.size(), "check", "checks")}},
                     screen);
}

}  // namespace

std::string doctor_text(const std::vector<Check>& checks, const Screen& screen) {
  std::string out;
  std::string section;
  for (const auto& check : checks) {
    if (section_of(check) != section) {
      section = section_of(check);
      out +=
          (out.empty() ? "" : "\n") + paint(title_of(section), Style::strong, screen.colour) + "\n";
    }
    out += check_text(check, screen);
  }
  return out + summary_text(checks, screen);
}

std::string doctor_json(const std::vector<Check>& checks) {
  Json json;
  json.field("ok", count_of(checks, Verdict::problem) == 0);
  json.field("problems", count_of(checks, Verdict::problem));
  json.field("warnings", count_of(checks, Verdict::warning));
  json.field("skipped", count_of(checks, Verdict::skipped));
  json.objects("checks", checks, [&json](const Check& check) {
    json.field("id", check.id);
    json.field("subject", check.subject);
    json.field("verdict", name_of(check.verdict));
    json.field("finding", check.finding);
    json.field("remedy", check.remedy);
    json.field("command", check.command);
  });
  return json.finish();
}

}  // namespace lavavisor::view
