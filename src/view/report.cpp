// Actions with their outcomes as text and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/report.hpp"

#include "base/text.hpp"
#include "view/chain.hpp"
#include "view/parts.hpp"
#include "view/table.hpp"
#include "view/visible.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

namespace lavavisor::view {
namespace {

Style style_of(model::Outcome outcome) {
  switch (outcome) {
    case model::Outcome::planned:
      return Style::plain;
    case model::Outcome::done:
      return Style::good;
    case model::Outcome::failed:
      return Style::bad;
    case model::Outcome::skipped:
      return Style::caution;
  }
  return Style::plain;
}

Row row_of(const model::StepReport& entry) {
  return {{name_of(entry.outcome), style_of(entry.outcome)},
          {title_of(entry.step.action)},
          {std::to_string(entry.took.count()) + " ms", Style::faint},
          {describe(entry.step), Style::faint}};
}

/// The table of actions, each failed or skipped one with its error on a line of its own.
std::string actions_text(const std::vector<model::StepReport>& steps, Colour colour) {
  std::vector<Row> rows;
  std::transform(steps.begin(), steps.end(), std::back_inserter(rows), row_of);
  const std::string table = render_table(rows, colour, "  ");
  const auto lines = base::split(table, '\n');
  std::string out = steps.empty() ? "" : "\n";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    out.append(lines[i]).append("\n");
    if (!steps[i].error.empty()) {
      out += "      " + paint(visible(steps[i].error), style_of(steps[i].outcome), colour) + "\n";
    }
  }
  return out;
}

std::string gates_text(const std::vector<model::GateFailure>& failures, Colour colour) {
  std::string out = failures.empty() ? "" : "\n";
  for (const model::GateFailure& failure : failures) {
    const std::string line = visible(failure.service + " did not become healthy with release " +
                                     failure.release.name + ": " + failure.reason);
    out += paint(line, Style::bad, colour) + "\n";
  }
  return out;
}

std::string interrupted_text(const model::Report& report, Colour colour) {
  return report.interrupted ? "\n" +
                                  paint("Interrupted before the end; the next apply goes on.",
                                        Style::caution,
                                        colour) +
                                  "\n"
                            : "";
}

std::string in_seconds(std::chrono::milliseconds time) {
  const auto tenths = (time.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// "Changed", "Rolled back": `result` as the first words of a sentence.
std::string opening(std::string_view result) {
  std::string words = base::replace_all(std::string{result}, "_", " ");
  if (!words.empty() && words.front() >= 'a' && words.front() <= 'z') {
    words.front() = static_cast<char>(words.front() - 'a' + 'A');
  }
  return visible(words);
}

std::string counted_outcomes(const model::Report& report) {
  constexpr std::array k_outcomes = {model::Outcome::done,
                                     model::Outcome::failed,
                                     model::Outcome::skipped,
                                     model::Outcome::planned};
  std::vector<std::string> parts;
  for (const model::Outcome outcome : k_outcomes) {
    const auto count = std::count_if(
        report.steps.begin(), report.steps.end(), [outcome](const model::StepReport& entry) {
          return entry.outcome == outcome;
        });
    if (count > 0) {
      parts.push_back(std::to_string(count) + " " + name_of(outcome));
    }
  }
  return parts.empty() ? "nothing was done" : base::join(parts, ", ");
}

bool all_done(const model::Report& report) {
  return std::all_of(report.steps.begin(), report.steps.end(), [](const model::StepReport& entry) {
    return entry.outcome == model::Outcome::done;
  });
}

bool left_converged(const model::Plan& plan, const model::Report& report, std::string_view result) {
  return result != "failed" && all_done(report) && !has_problem(plan.notices);
}

std::chrono::milliseconds total_time(const model::Report& report) {
  std::chrono::milliseconds total{0};
  for (const model::StepReport& entry : report.steps) {
    total += entry.took;
  }
  return total;
}

}  // namespace

std::string summary_of(const model::Plan& plan,
                       const model::Report& report,
                       std::string_view result) {
  if (result == "planned" || (report.steps.empty() && plan.steps.empty() && result != "failed")) {
    return summary_of(plan);
  }
  const std::string time = report.steps.empty() ? "" : " in " + in_seconds(total_time(report));
  return opening(result) + ": " + counted_outcomes(report) + time + "." + unfinished_text(plan);
}

std::string report_text(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        const model::Report& report,
                        std::string_view result,
                        Colour colour) {
  return chain_text(chain_facts(desired, observed), colour) + actions_text(report.steps, colour) +
         gates_text(report.gate_failures, colour) + interrupted_text(report, colour) +
         held_text(plan.held, colour) + notices_text(plan.notices, colour) + "\n" +
         paint(summary_of(plan, report, result), Style::strong, colour) + "\n";
}

std::string report_json(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        const model::Report& report,
                        std::string_view result) {
  std::vector<model::ActionRecord> records;
  std::transform(report.steps.begin(), report.steps.end(), std::back_inserter(records), record_of);
  Json json;
  json.object("chain", [&] { write_chain_fields(json, chain_facts(desired, observed)); });
  json.field("converged", left_converged(plan, report, result));
  json.field("result", result);
  write_actions(json, records);
  write_held(json, plan.held);
  write_notices(json, plan.notices);
  return json.finish();
}

}  // namespace lavavisor::view
