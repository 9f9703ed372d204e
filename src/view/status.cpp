// The status of a host as tables and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/status.hpp"

#include "base/quantity.hpp"
#include "view/chain.hpp"
#include "view/flow.hpp"
#include "view/human.hpp"
#include "view/json.hpp"
#include "view/last_run.hpp"
#include "view/parts.hpp"
#include "view/quarantine.hpp"
#include "view/service_facts.hpp"
#include "view/table.hpp"

#include <algorithm>
#include <vector>

namespace lavavisor::view {
namespace {

Cell yes_or_no(bool value) {
  return {value ? "yes" : "no", value ? Style::good : Style::bad};
}

/// A service that is not to run isn't ill when it does not.
Cell health_of(const ServiceFacts& facts) {
  return facts.enabled ? yes_or_no(facts.healthy) : Cell{facts.healthy ? "yes" : "no"};
}

Row row_of(const ServiceFacts& facts) {
  const bool as_wanted = facts.running_version == facts.desired_version;
  const std::string restarts =
      facts.restarts == 0 ? "" : " (" + counted(facts.restarts, "restart", "restarts") + ")";
  return {{facts.name},
          {facts.desired_version.value_or("-")},
          {facts.running_version.value_or("-"), as_wanted ? Style::plain : Style::caution},
          {facts.active_state + "/" + facts.sub_state + restarts},
          health_of(facts),
          {facts.drift, Style::caution}};
}

std::string services_text(const std::vector<ServiceFacts>& services, const Screen& screen) {
  if (services.empty()) {
    return "\nNo services.\n";
  }
  std::vector<Row> rows;
  for (const ServiceFacts& facts : services) {
    rows.push_back(row_of(facts));
  }
  return "\n" +
         render_table({"SERVICE", "WANT", "RUNNING", "STATE", "HEALTHY", "DRIFT"}, rows, screen);
}

/// The facts' RFC 3339 text as people say it.
std::string verified_text(const BinaryFacts& facts, const Screen& screen) {
  const auto at = base::parse_time(facts.verified_at.value_or(""));
  return at ? ago_text(*at, screen) : "-";
}

Row row_of(const BinaryFacts& facts, const Screen& screen) {
  if (!facts.error.empty()) {
    return {{facts.version},
            {"-"},
            {base::format_size(facts.size)},
            {"-"},
            {"-"},
            {facts.in_use ? "yes" : "no"},
            {"can't be used: " + facts.error, Style::bad}};
  }
  return {{facts.version},
          {facts.reported.value_or("-")},
          {base::format_size(facts.size)},
          {facts.source.value_or("-")},
          {verified_text(facts, screen)},
          {facts.in_use ? "yes" : "no"}};
}

std::string binaries_text(const std::vector<BinaryFacts>& binaries, const Screen& screen) {
  if (binaries.empty()) {
    return "\nNo release is installed.\n";
  }
  std::vector<Row> rows;
  for (const BinaryFacts& facts : binaries) {
    rows.push_back(row_of(facts, screen));
  }
  const bool any_unusable =
      std::any_of(binaries.begin(), binaries.end(), [](const BinaryFacts& facts) {
        return !facts.error.empty();
      });
  std::vector<std::string> headings = {
      "INSTALLED", "REPORTS", "SIZE", "SOURCE", "VERIFIED", "IN USE"};
  headings.resize(any_unusable ? 7 : 6);
  return "\n" + render_table(headings, rows, screen);
}

bool all_compliant(const std::vector<ServiceFacts>& services) {
  return std::all_of(
      services.begin(), services.end(), [](const ServiceFacts& facts) { return facts.compliant; });
}

std::string verdicts_text(const std::vector<ServiceFacts>& services,
                          const model::Plan& plan,
                          const Screen& screen) {
  const std::string pending =
      is_converged(plan) && plan.held.empty() ? "" : " (" + summary_of(plan) + ")";
  return flow({{"Compliant: "}, yes_or_no(all_compliant(services))}, screen) +
         flow({{"Converged: "}, yes_or_no(is_converged(plan)), {pending}}, screen);
}

}  // namespace

std::string status_text(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        const Screen& screen) {
  const auto services = service_facts(desired, observed, plan);
  const auto& quarantine = observed.memory.quarantine;
  return chain_text(chain_facts(desired, observed), screen) +
         verdicts_text(services, plan, screen) + last_run_text(observed.memory.last_run, screen) +
         services_text(services, screen) + binaries_text(binary_facts(desired, observed), screen) +
         (quarantine.empty() ? "" : "\n" + quarantine_text(quarantine, screen)) +
         held_text(plan.held, screen) + notices_text(plan.notices, screen);
}

std::string status_json(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan) {
  const auto services = service_facts(desired, observed, plan);
  Json json;
  json.object("chain", [&] { write_chain_fields(json, chain_facts(desired, observed)); });
  json.field("compliant", all_compliant(services));
  json.field("converged", is_converged(plan));
  write_last_run(json, observed.memory.last_run);
  json.objects("services", services, [&json](const ServiceFacts& facts) {
    json.field("name", facts.name);
    json.field("unit", model::unit_name(facts.name));
    json.field("desired_version", facts.desired_version);
    json.field("running_version", facts.running_version);
    json.field("active_state", facts.active_state);
    json.field("sub_state", facts.sub_state);
    json.field("healthy", facts.healthy);
    json.field("compliant", facts.compliant);
    json.field("restarts", facts.restarts);
    json.field("drift", facts.drift);
  });
  json.objects("installed", binary_facts(desired, observed), [&json](const BinaryFacts& facts) {
    json.field("version", facts.version);
    json.field("sha256", facts.sha256);
    json.field("size", facts.size);
    json.field("reported", facts.reported);
    json.field("source", facts.source);
    json.field("verified_at", facts.verified_at);
    json.field("in_use", facts.in_use);
    json.field("error", facts.error);
  });
  write_quarantine(json, observed.memory.quarantine);
  write_held(json, plan.held);
  write_notices(json, plan.notices);
  return json.finish();
}

}  // namespace lavavisor::view
