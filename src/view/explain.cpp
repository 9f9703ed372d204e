// The reasoning behind a plan as text and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/explain.hpp"

#include "view/chain.hpp"
#include "view/flow.hpp"
#include "view/json.hpp"
#include "view/parts.hpp"
#include "view/table.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <vector>

namespace lavavisor::view {
namespace {

/// Something that is going to happen, or that waits for something.
struct Next {
  std::string what;
  std::string why;
  std::string when;  ///< "now", an RFC 3339 time, or the event that ends the waiting
};

std::vector<Next> nexts_of(const model::Plan& plan, const Screen& screen = {}) {
  std::vector<Next> nexts;
  for (const model::Step& step : plan.steps) {
    nexts.push_back({title_of(step.action), describe(step), "now"});
  }
  for (const model::Held& held : plan.held) {
    const std::string what = "move " + subject_name(held.service) + " to release " + held.release;
    nexts.push_back({what, describe(held, screen), end_of(held, screen)});
  }
  return nexts;
}

/// An endpoint is trusted when its answer is the one that enough of them gave.
bool is_trusted(const model::ChainObservation& chain, const model::EndpointVerdict& verdict) {
  return chain.versions && verdict.said && *chain.versions == *verdict.said;
}

std::string said_text(const model::EndpointVerdict& verdict) {
  return verdict.said
             ? versions_text(*verdict.said) + " at height " + std::to_string(verdict.height)
             : verdict.said.error().message;
}

std::string endpoints_text(const model::ChainObservation& chain, const Screen& screen) {
  std::vector<Row> rows;
  for (const model::EndpointVerdict& verdict : chain.endpoints) {
    const bool trusted = is_trusted(chain, verdict);
    rows.push_back({{verdict.endpoint},
                    {trusted ? "believed" : "not believed", trusted ? Style::good : Style::bad},
                    {said_text(verdict)}});
  }
  return render_table(rows, screen, "  ");
}

/// "target 6.2.5, min 6.2.0; it reports 6.2.5: compliant"
std::string measured_text(const model::Selection& selection) {
  const std::string against = selection.versions
                                  ? "target " + model::to_string(selection.versions->target) +
                                        ", min " + model::to_string(selection.versions->min)
                                  : "no versions of the chain are known";
  const std::string reported = selection.reported
                                   ? "it reports " + model::to_string(*selection.reported)
                                   : "what it reports is not known yet";
  return against + "; " + reported + ": " + (selection.compliant ? "compliant" : "not compliant");
}

std::string selection_text(const model::Desired& desired,
                           const model::Selection& selection,
                           const Screen& screen) {
  const std::string link = selection.service.empty() ? " " + desired.binary.link.string() : "";
  const std::string release =
      selection.release ? "release " + selection.release->name : "no usable release";
  return "\n" +
         flow({{subject_name(selection.service) + link + ": " + release, Style::strong}}, screen) +
         flow({{describe(selection)}}, screen, 2, 4) +
         flow({{measured_text(selection)}}, screen, 2, 4);
}

std::string next_text(const model::Plan& plan, const Screen& screen) {
  std::vector<Row> rows;
  for (const Next& next : nexts_of(plan, screen)) {
    rows.push_back({{next.when, Style::caution}, {next.what}, {next.why, Style::faint}});
  }
  const std::string heading = "\n" + paint("Next", Style::strong, screen.colour) + "\n";
  return heading + (rows.empty() ? "  nothing: everything is as the configuration asks\n"
                                 : render_table(rows, screen, "  "));
}

void write_versions(Json& json, const std::optional<model::ChainVersions>& versions) {
  if (!versions) {
    json.null_field("said");
    return;
  }
  json.object("said", [&] {
    json.field("provider_target", model::to_string(versions->provider.target));
    json.field("provider_min", model::to_string(versions->provider.min));
    json.field("consumer_target", model::to_string(versions->consumer.target));
    json.field("consumer_min", model::to_string(versions->consumer.min));
  });
}

void write_endpoints(Json& json, const model::ChainObservation& chain) {
  json.objects("endpoints", chain.endpoints, [&](const model::EndpointVerdict& verdict) {
    json.field("endpoint", verdict.endpoint);
    json.field("trusted", is_trusted(chain, verdict));
    write_versions(json, verdict.said ? std::optional{*verdict.said} : std::nullopt);
    json.field("error", verdict.said ? "" : verdict.said.error().message);
    json.field("height", verdict.height);
  });
}

std::optional<std::string> text_of(const std::optional<model::Version>& version) {
  return version ? std::optional{model::to_string(*version)} : std::nullopt;
}

void write_selection(Json& json, const model::Selection& selection) {
  const auto& versions = selection.versions;
  json.field("name", selection.service);
  json.field("release", selection.release ? std::optional{selection.release->name} : std::nullopt);
  json.field("rule", name_of(selection.rule));
  json.field("why", describe(selection));
  json.field("compliant", selection.compliant);
  json.field("reported", text_of(selection.reported));
  json.field("target", text_of(versions ? std::optional{versions->target} : std::nullopt));
  json.field("min", text_of(versions ? std::optional{versions->min} : std::nullopt));
}

}  // namespace

std::string explain_text(const model::Desired& desired,
                         const model::Observed& observed,
                         const model::Plan& plan,
                         const Screen& screen) {
  std::string out = chain_text(chain_facts(desired, observed), screen);
  out += endpoints_text(observed.chain, screen);
  for (const model::Selection& selection : plan.selections) {
    out += selection_text(desired, selection, screen);
  }
  return out + next_text(plan, screen) + notices_text(plan.notices, screen);
}

std::string explain_json(const model::Desired& desired,
                         const model::Observed& observed,
                         const model::Plan& plan) {
  Json json;
  json.object("chain", [&] {
    write_chain_fields(json, chain_facts(desired, observed));
    write_endpoints(json, observed.chain);
  });
  json.objects("services", plan.selections, [&json](const model::Selection& selection) {
    write_selection(json, selection);
  });
  json.objects("next", nexts_of(plan), [&json](const Next& next) {
    json.field("what", next.what);
    json.field("why", next.why);
    json.field("when", next.when);
  });
  write_notices(json, plan.notices);
  return json.finish();
}

}  // namespace lavavisor::view
