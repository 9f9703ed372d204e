// The tables of the page: services, the chain's endpoints, installed releases.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"
#include "view/chain.hpp"
#include "view/html.hpp"
#include "view/page_parts.hpp"
#include "view/parts.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace lavavisor::view {
namespace {

std::string headings(std::initializer_list<const char*> names) {
  std::string cells;
  for (const char* name : names) {
    cells += std::string{"<th scope=\"col\">"} + name + "</th>";
  }
  return "<thead><tr>" + cells + "</tr></thead>";
}

std::string table(std::initializer_list<const char*> names, const std::string& rows) {
  return "<table>" + headings(names) + "<tbody>" + rows + "</tbody></table>";
}

std::string cell(const std::string& content, std::string_view style = "") {
  return element("td", style, content);
}

/// A second line below a row, over its whole width.
std::string below(unsigned columns, std::string_view style, const std::string& content) {
  return "<tr class=\"sub\"><td colspan=\"" + std::to_string(columns) + "\" class=\"" +
         std::string{style} + "\">" + content + "</td></tr>";
}

std::string or_dash(const std::optional<std::string>& text) {
  return text ? html(*text) : "\u2013";
}

const char* type_name(model::ServiceType type) {
  switch (type) {
    case model::ServiceType::provider:
      return "provider";
    case model::ServiceType::consumer:
      return "consumer";
    case model::ServiceType::cache:
      return "cache";
    case model::ServiceType::custom:
      return "custom";
  }
  return "";
}

std::string type_of(const model::Desired& desired, const std::string& service) {
  const auto found = std::find_if(desired.services.begin(),
                                  desired.services.end(),
                                  [&](const auto& each) { return each.name == service; });
  return found == desired.services.end() ? "not in the file" : type_name(found->type);
}

/// What the service manager says, where the badge does not say it.
std::string details_of(const ServiceFacts& facts) {
  const bool usual = facts.active_state == "active" && facts.sub_state == "running";
  std::string text = usual ? "" : html(facts.active_state) + " (" + html(facts.sub_state) + ")";
  if (facts.restarts > 0) {
    text += (text.empty() ? "" : ", ") + counted(facts.restarts, "restart", "restarts");
  }
  return text.empty() ? "" : element("span", "more", text);
}

std::string state_of(const ServiceFacts& facts) {
  if (!facts.enabled) {
    return badge(Mood::unknown, facts.healthy ? "runs, unwanted" : "not wanted") +
           details_of(facts);
  }
  return badge(facts.healthy ? Mood::good : Mood::bad, facts.healthy ? "healthy" : "not healthy") +
         details_of(facts);
}

std::string running_cell(const ServiceFacts& facts) {
  if (!facts.compliant) {
    return cell(or_dash(facts.running_version) + element("span", "more bad", "below min"),
                "num bad");
  }
  const bool as_wanted = facts.running_version == facts.desired_version;
  return cell(or_dash(facts.running_version), as_wanted || !facts.enabled ? "num" : "num caution");
}

std::string service_row(const ServiceFacts& facts, const model::Desired& desired) {
  return "<tr><th scope=\"row\">" + html(facts.name) +
         element("span", "more", type_of(desired, facts.name)) + "</th>" +
         cell(or_dash(facts.desired_version), "num") + running_cell(facts) + cell(state_of(facts)) +
         "</tr>" + (facts.drift.empty() ? "" : below(4, "more", html(facts.drift)));
}

/// Whether its answer is the one that enough of them gave.
bool agrees(const model::ChainObservation& chain, const model::EndpointVerdict& verdict) {
  return chain.versions && verdict.said && *chain.versions == *verdict.said;
}

std::string endpoint_row(const model::ChainObservation& chain,
                         const model::EndpointVerdict& verdict,
                         base::TimePoint at) {
  const bool good = agrees(chain, verdict);
  const char* otherwise = chain.versions ? "outvoted" : "no quorum";
  const std::string word = good ? "believed" : verdict.said ? otherwise : "not believed";
  const Mood mood = good ? Mood::good : verdict.said ? Mood::caution : Mood::bad;
  const std::string said = good           ? ""
                           : verdict.said ? html(versions_text(*verdict.said))
                                          : html(verdict.said.error().message);
  return "<tr><th scope=\"row\">" + html(verdict.endpoint) + "</th>" + cell(badge(mood, word)) +
         cell(verdict.block_time ? grouped(verdict.height) : "\u2013", "num wide") +
         cell(verdict.block_time ? rough(at - *verdict.block_time) : "\u2013", "num wide") +
         "</tr>" + (said.empty() ? "" : below(4, "more", said));
}

std::string version_list(const ChainFacts& facts) {
  if (!facts.versions) {
    return "";
  }
  const auto pair = [](const char* name, const model::Version& version) {
    return element(
        "div", "", element("dt", "", name) + element("dd", "num", model::to_string(version)));
  };
  const auto& [provider, consumer] = *facts.versions;
  return element("dl",
                 "tiles small",
                 provider == consumer
                     ? pair("Target", provider.target) + pair("Min", provider.min)
                     : pair("Provider target", provider.target) + pair("Min", provider.min) +
                           pair("Consumer target", consumer.target) + pair("Min", consumer.min));
}

std::string trust_text(const ChainFacts& facts, base::TimePoint now) {
  if (facts.trusted) {
    return "";
  }
  return element("p",
                 "why",
                 facts.seen_at ? "Not trusted at present. These versions were read " +
                                     ago(*facts.seen_at, now) + "."
                               : "Not trusted at present, and no versions are known from before.");
}

std::string installed_row(const BinaryFacts& facts, base::TimePoint now) {
  const auto verified = facts.verified_at ? base::parse_time(*facts.verified_at) : base::fail("");
  const std::string use = facts.in_use ? badge(Mood::good, "in use") : "";
  return "<tr><th scope=\"row\" class=\"num\">" + html(facts.version) + "</th>" +
         cell(or_dash(facts.reported), "num") + cell(base::format_size(facts.size), "num wide") +
         cell(verified ? html(facts.source.value_or("")) + " " + ago(*verified, now) : "\u2013",
              "plain") +
         cell(use) + "</tr>" +
         (facts.error.empty() ? "" : below(5, "bad", html("can't be used: " + facts.error)));
}

}  // namespace

std::string services_section(const PageFacts& facts) {
  if (!facts.overview.look) {
    return "";
  }
  std::string rows;
  for (const auto& service : facts.services) {
    rows += service_row(service, *facts.overview.desired);
  }
  return section("services",
                 "Services",
                 rows.empty() ? element("p", "why", "The configuration has none.")
                              : table({"Service", "Desired", "Running", "State"}, rows));
}

std::string chain_section(const PageFacts& facts) {
  const auto& overview = facts.overview;
  if (!overview.look) {
    return "";
  }
  const auto& observed = overview.look->observed;
  const auto chain = chain_facts(*overview.desired, observed);
  std::string rows;
  for (const auto& verdict : observed.chain.endpoints) {
    rows += endpoint_row(observed.chain, verdict, observed.at);
  }
  return section("chain",
                 "Chain " + html(chain.id),
                 trust_text(chain, facts.now) + version_list(chain) +
                     table({"Endpoint", "Verdict", "Height", "Age"}, rows));
}

std::string installed_section(const PageFacts& facts) {
  if (!facts.overview.look) {
    return "";
  }
  auto binaries = binary_facts(*facts.overview.desired, facts.overview.look->observed);
  std::reverse(binaries.begin(), binaries.end());
  std::string rows;
  for (const auto& binary : binaries) {
    rows += installed_row(binary, facts.now);
  }
  return section("installed",
                 "Installed releases",
                 rows.empty() ? element("p", "why", "None yet.")
                              : table({"Release", "Reports", "Size", "Verified", "Use"}, rows));
}

}  // namespace lavavisor::view
