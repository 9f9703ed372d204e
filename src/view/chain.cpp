// The chain's versions as text and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/chain.hpp"

#include "view/flow.hpp"
#include "view/human.hpp"

namespace lavavisor::view {
namespace {

std::string role_text(const model::RoleVersions& role) {
  return "target " + model::to_string(role.target) + ", min " + model::to_string(role.min);
}

std::optional<std::string> text_of(const ChainFacts& facts,
                                   model::RoleVersions model::ChainVersions::*role,
                                   model::Version model::RoleVersions::*version) {
  return facts.versions ? std::optional{model::to_string((*facts.versions).*role.*version)}
                        : std::nullopt;
}

std::string trusted_text(const ChainFacts& facts) {
  return versions_text(*facts.versions) + " at height " + std::to_string(facts.height) + " (" +
         std::to_string(facts.agreed) + " of " + std::to_string(facts.asked) +
         (facts.asked == 1 ? " agrees)" : " agree)");
}

std::string last_known_text(const ChainFacts& facts, const Screen& screen) {
  if (!facts.versions) {
    return "no versions are known from before";
  }
  return "last known: " + versions_text(*facts.versions) + " at height " +
         std::to_string(facts.height) +
         (facts.seen_at ? ", seen " + ago_text(*facts.seen_at, screen) : "");
}

}  // namespace

ChainFacts chain_facts(const model::Desired& desired, const model::Observed& observed) {
  ChainFacts facts;
  facts.id = desired.chain.id;
  facts.asked = desired.chain.endpoints.size();
  facts.trusted = observed.chain.versions.has_value();
  if (facts.trusted) {
    facts.versions = *observed.chain.versions;
    facts.height = observed.chain.height;
    facts.seen_at = observed.at;
    facts.agreed = observed.chain.agreed;
    return facts;
  }
  facts.reason = observed.chain.versions.error().message;
  if (const auto& known = observed.memory.last_known) {
    facts.versions = known->versions;
    facts.height = known->height;
    facts.seen_at = known->seen_at;
  }
  return facts;
}

std::optional<model::RoleVersions> versions_for(const ChainFacts& facts, model::ServiceType type) {
  if (!facts.versions) {
    return std::nullopt;
  }
  return type == model::ServiceType::provider ? facts.versions->provider : facts.versions->consumer;
}

void write_chain_fields(Json& json, const ChainFacts& facts) {
  using model::ChainVersions;
  using model::RoleVersions;
  json.field("id", facts.id);
  json.field("height", facts.height);
  json.field("provider_target", text_of(facts, &ChainVersions::provider, &RoleVersions::target));
  json.field("provider_min", text_of(facts, &ChainVersions::provider, &RoleVersions::min));
  json.field("consumer_target", text_of(facts, &ChainVersions::consumer, &RoleVersions::target));
  json.field("consumer_min", text_of(facts, &ChainVersions::consumer, &RoleVersions::min));
  json.field("agreed", facts.agreed);
  json.field("asked", facts.asked);
  json.field("trusted", facts.trusted);
  json.field("seen_at",
             facts.seen_at ? std::optional{base::format_time(*facts.seen_at)} : std::nullopt);
  json.field("reason", facts.reason);
}

std::string versions_text(const model::ChainVersions& versions) {
  if (versions.provider == versions.consumer) {
    return role_text(versions.provider);
  }
  return "provider " + role_text(versions.provider) + "; consumer " + role_text(versions.consumer);
}

std::string chain_text(const ChainFacts& facts, const Screen& screen) {
  const Cell head{"Chain " + facts.id, Style::strong};
  if (facts.trusted) {
    return flow({head, {": " + trusted_text(facts)}}, screen);
  }
  return flow({head, {": "}, {"not trusted: " + facts.reason, Style::bad}}, screen) +
         flow({{last_known_text(facts, screen)}}, screen, 2, 4);
}

}  // namespace lavavisor::view
