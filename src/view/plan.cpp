// Steps as lines with a sign, as Terraform's users know them.
// SPDX-License-Identifier: Apache-2.0
#include "view/plan.hpp"

#include "view/chain.hpp"
#include "view/diff.hpp"
#include "view/parts.hpp"
#include "view/table.hpp"
#include "view/visible.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <variant>
#include <vector>

namespace lavavisor::view {
namespace {

constexpr std::string_view k_diff_indent = "      ";

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

std::string diff_of(const model::Action& action, Colour colour) {
  const auto* unit = std::get_if<model::WriteUnit>(&action);
  return unit == nullptr ? "" : unified_diff(unit->before, unit->text, colour, k_diff_indent);
}

std::string steps_text(const std::vector<model::Step>& steps, Colour colour) {
  std::size_t width = 0;
  for (const model::Step& step : steps) {
    width = std::max(width, display_width(visible(title_of(step.action))));
  }
  std::string out = steps.empty() ? "" : "\n";
  for (const model::Step& step : steps) {
    const std::string sign = std::visit(ToSign{}, step.action);
    out += "  " + paint(sign, style_of(sign), colour) + " " +
           pad(visible(title_of(step.action)), width) + "  " +
           paint(visible(describe(step)), Style::faint, colour) + "\n";
    out += diff_of(step.action, colour);
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
                      Colour colour) {
  return chain_text(chain_facts(desired, observed), colour) + steps_text(plan.steps, colour) +
         held_text(plan.held, colour) + notices_text(plan.notices, colour) + "\n" +
         paint(summary_of(plan), Style::strong, colour) + "\n";
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
