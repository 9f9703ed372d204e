// Steps as lines with a sign, as Terraform's users know them.
// SPDX-License-Identifier: Apache-2.0
#include "view/plan.hpp"

#include "view/chain.hpp"
#include "view/diff.hpp"
#include "view/flow.hpp"
#include "view/parts.hpp"
#include "view/table.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <variant>
#include <vector>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_diff_indent = 2;

/// How a step changes the host: + adds, ~ changes, - takes away, > only runs.
struct ToSign {
  std::string operator()(const model::InstallBinary&) const { return "+"; }
  std::string operator()(const model::RemoveBinary&) const { return "-"; }
  std::string operator()(const model::LinkBinary&) const { return "~"; }
  std::string operator()(const model::WriteConfig&) const { return "~"; }
  std::string operator()(const model::WriteUnit& action) const {
    return action.before.empty() ? "+" : "~";
  }
  std::string operator()(const model::RemoveUnit&) const { return "-"; }
  std::string operator()(const model::ReloadManager&) const { return ">"; }
  std::string operator()(const model::EnableUnit&) const { return "+"; }
  std::string operator()(const model::DisableUnit&) const { return "-"; }
  std::string operator()(const model::StopUnit&) const { return "-"; }
  std::string operator()(const model::StartUnit&) const { return "+"; }
  std::string operator()(const model::RestartUnit&) const { return "~"; }
  std::string operator()(const model::RunHook&) const { return ">"; }
};

Style style_of(const std::string& sign) {
  if (sign == "+") {
    return Style::good;
  }
  return sign == "-" ? Style::bad : sign == "~" ? Style::caution : Style::plain;
}

/// What changes in unit files, each below its name. It stands before the steps: those are to be
/// seen at once, and a unit is long.
std::string units_text(const std::vector<model::Step>& steps, const Screen& screen) {
  std::string out;
  for (const model::Step& step : steps) {
    if (const auto* unit = std::get_if<model::WriteUnit>(&step.action)) {
      const std::string name = model::unit_name(unit->service);
      out += "\n" + flow({{unit->before.empty() ? name + " (new)" : name, Style::strong}}, screen) +
             unified_diff(unit->before, unit->text, screen, k_diff_indent);
    }
  }
  return out;
}

/// A line for each step, begun with its sign.
std::string steps_text(const std::vector<model::Step>& steps, const Screen& screen) {
  constexpr std::string_view k_indent = "    ";
  std::vector<Row> rows;
  for (const model::Step& step : steps) {
    rows.push_back({{title_of(step.action)}, {describe(step), Style::faint}});
  }
  const auto lines = render_rows(rows, screen, k_indent);
  std::string out = steps.empty() ? "" : "\n" + paint("Steps", Style::strong, screen.colour) + "\n";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string sign = std::visit(ToSign{}, steps[i].action);
    out +=
        "  " + paint(sign, style_of(sign), screen.colour) + " " + lines[i].substr(k_indent.size());
  }
  return out;
}

std::vector<model::ActionRecord> planned(const std::vector<model::Step>& steps) {
  std::vector<model::ActionRecord> records;
  std::transform(
      steps.begin(), steps.end(), std::back_inserter(records), [](const model::Step& step) {
        return record_of({step, model::Outcome::planned, "", {}});
      });
  return records;
}

/// Problems alone would make an apply fail without doing anything.
std::string result_of(const model::Plan& plan) {
  if (!plan.steps.empty()) {
    return "planned";
  }
  return is_converged(plan) ? "converged" : "failed";
}

}  // namespace

std::string plan_text(const model::Desired& desired,
                      const model::Observed& observed,
                      const model::Plan& plan,
                      const Screen& screen) {
  return chain_text(chain_facts(desired, observed), screen) + units_text(plan.steps, screen) +
         steps_text(plan.steps, screen) + held_text(plan.held, screen) +
         notices_text(plan.notices, screen) + "\n" +
         flow({{summary_of(plan), Style::strong}}, screen);
}

std::string plan_json(const model::Desired& desired,
                      const model::Observed& observed,
                      const model::Plan& plan) {
  Json json;
  json.object("chain", [&] { write_chain_fields(json, chain_facts(desired, observed)); });
  json.field("converged", is_converged(plan));
  json.field("result", result_of(plan));
  write_actions(json, planned(plan.steps));
  write_held(json, plan.held);
  write_notices(json, plan.notices);
  return json.finish();
}

}  // namespace lavavisor::view
