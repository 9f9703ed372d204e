// The status of a host as tables and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/status.hpp"

#include "base/quantity.hpp"
#include "view/chain.hpp"
#include "view/json.hpp"
#include "view/parts.hpp"
#include "view/quarantine.hpp"
#include "view/service_facts.hpp"
#include "view/table.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace lavavisor::view {
namespace {

Row headings(std::initializer_list<const char*> names) {
  Row row;
  for (const char* name : names) {
    row.push_back({name, Style::strong});
  }
  return row;
}

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

std::string services_text(const std::vector<ServiceFacts>& services, Colour colour) {
  if (services.empty()) {
    return "\nNo services.\n";
  }
  std::vector<Row> rows = {headings({"SERVICE", "WANT", "RUNNING", "STATE", "HEALTHY", "DRIFT"})};
  std::transform(services.begin(), services.end(), std::back_inserter(rows), row_of);
  return "\n" + render_table(rows, colour);
}

Row row_of(const BinaryFacts& facts) {
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
          {facts.verified_at.value_or("-")},
          {facts.in_use ? "yes" : "no"}};
}

std::string binaries_text(const std::vector<BinaryFacts>& binaries, Colour colour) {
  if (binaries.empty()) {
    return "\nNo release is installed.\n";
  }
  std::vector<Row> rows = {
      headings({"INSTALLED", "REPORTS", "SIZE", "SOURCE", "VERIFIED", "IN USE"})};
  std::transform(binaries.begin(), binaries.end(), std::back_inserter(rows), [](const auto& facts) {
    return row_of(facts);
  });
  return "\n" + render_table(rows, colour);
}

bool all_compliant(const std::vector<ServiceFacts>& services) {
  return std::all_of(
      services.begin(), services.end(), [](const ServiceFacts& facts) { return facts.compliant; });
}

std::string verdicts_text(const std::vector<ServiceFacts>& services,
                          const model::Plan& plan,
                          Colour colour) {
  const Cell compliant = yes_or_no(all_compliant(services));
  const Cell converged = yes_or_no(is_converged(plan));
  const std::string pending =
      is_converged(plan) && plan.held.empty() ? "" : " (" + summary_of(plan) + ")";
  return "Compliant: " + paint(compliant.text, compliant.style, colour) +
         "\nConverged: " + paint(converged.text, converged.style, colour) + pending + "\n";
}

}  // namespace

std::string status_text(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan,
                        Colour colour) {
  const auto services = service_facts(desired, observed, plan);
  const auto& quarantine = observed.memory.quarantine;
  return chain_text(chain_facts(desired, observed), colour) +
         verdicts_text(services, plan, colour) + services_text(services, colour) +
         binaries_text(binary_facts(desired, observed), colour) +
         (quarantine.empty() ? "" : "\n" + quarantine_text(quarantine, colour)) +
         held_text(plan.held, colour) + notices_text(plan.notices, colour);
}

std::string status_json(const model::Desired& desired,
                        const model::Observed& observed,
                        const model::Plan& plan) {
  const auto services = service_facts(desired, observed, plan);
  Json json;
  json.object("chain", [&] { write_chain_fields(json, chain_facts(desired, observed)); });
  json.field("compliant", all_compliant(services));
  json.field("converged", is_converged(plan));
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
