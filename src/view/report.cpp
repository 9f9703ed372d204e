// Actions with their outcomes as text and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/report.hpp"

#include "base/text.hpp"
#include "view/chain.hpp"
#include "view/flow.hpp"
#include "view/human.hpp"
#include "view/parts.hpp"
#include "view/table.hpp"
#include "view/visible.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <variant>
#include <vector>

namespace lavavisor::view {
namespace {

constexpr std::chrono::milliseconds k_no_time{0};

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

/// Why it was to be done; or why it was not even begun.
Cell why_of(const model::StepReport& entry) {
  return entry.outcome == model::Outcome::skipped ? Cell{entry.error, Style::caution}
                                                  : Cell{describe(entry.step), Style::faint};
}

std::string time_of(const model::StepReport& entry) {
  return entry.outcome == model::Outcome::skipped || entry.outcome == model::Outcome::planned
             ? ""
             : took_text(entry.took);
}

Row row_of(const model::StepReport& entry, std::size_t time_width) {
  const std::string time = time_of(entry);
  return {{name_of(entry.outcome), style_of(entry.outcome)},
          {std::string(time_width - time.size(), ' ') + time, Style::faint},
          {title_of(entry.step.action)},
          why_of(entry)};
}

std::size_t widest_time(const std::vector<model::StepReport>& steps) {
  std::size_t width = 0;
  for (const model::StepReport& entry : steps) {
    width = std::max(width, time_of(entry).size());
  }
  return width;
}

/// The table of actions, each failed one with its error on a line of its own.
std::string actions_text(const std::vector<model::StepReport>& steps, const Screen& screen) {
  std::vector<Row> rows;
  for (const model::StepReport& entry : steps) {
    rows.push_back(row_of(entry, widest_time(steps)));
  }
  const auto lines = render_rows(rows, screen, "  ");
  std::string out = steps.empty() ? "" : "\n";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    out += lines[i];
    if (steps[i].outcome == model::Outcome::failed) {
      out += flow({{steps[i].error, style_of(steps[i].outcome)}}, screen, 6, 6);
    }
  }
  return out;
}

std::string gates_text(const std::vector<model::GateFailure>& failures, const Screen& screen) {
  std::string out = failures.empty() ? "" : "\n";
  for (const model::GateFailure& failure : failures) {
    out += flow({{failure.service + " did not become healthy with release " + failure.release.name +
                      ": " + failure.reason,
                  Style::bad}},
                screen);
  }
  return out;
}

std::string interrupted_text(const model::Report& report, const Screen& screen) {
  return report.interrupted
             ? "\n" +
                   flow({{"Interrupted before the end; the next apply goes on.", Style::caution}},
                        screen)
             : "";
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

bool is_start(const model::Action& action) {
  return std::holds_alternative<model::StartUnit>(action) ||
         std::holds_alternative<model::RestartUnit>(action);
}

/// Starts (and restarts) that stand together were done together.
std::chrono::milliseconds total_time(const model::Report& report) {
  std::chrono::milliseconds total{0};
  std::chrono::milliseconds batch{0};
  std::optional<std::size_t> kind;  // of the batch's actions
  for (const model::StepReport& entry : report.steps) {
    const auto& action = entry.step.action;
    const bool goes_together = kind == action.index();
    total += goes_together ? std::max(entry.took - batch, k_no_time) : entry.took;
    batch = goes_together ? std::max(batch, entry.took) : entry.took;
    kind = is_start(action) ? std::optional{action.index()} : std::nullopt;
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
  const std::string time = report.steps.empty() ? "" : " in " + took_text(total_time(report));
  return opening(result) + ": " + counted_outcomes(report) + time + "." + unfinished_text(plan);
}

std::string report_text(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        const model::Report& report,
                        std::string_view result,
                        const Screen& screen) {
  return chain_text(chain_facts(desired, observed), screen) + actions_text(report.steps, screen) +
         gates_text(report.gate_failures, screen) + interrupted_text(report, screen) +
         held_text(plan.held, screen) + notices_text(plan.notices, screen) + "\n" +
         flow({{summary_of(plan, report, result), Style::strong}}, screen);
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
