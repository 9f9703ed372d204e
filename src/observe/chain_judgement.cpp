// First each endpoint by itself, then all of them together.
// SPDX-License-Identifier: Apache-2.0
#include "observe/chain_judgement.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace lavavisor::observe {
namespace {

using base::fail;
using base::Result;
using model::ChainSettings;
using model::ChainVersions;
using model::EndpointAnswer;
using model::EndpointVerdict;
using model::RoleVersions;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string rounded(std::chrono::microseconds age) {
  return base::format_duration(std::chrono::ceil<seconds>(age));
}

Result<void> check_freshness(const ChainSettings& chain,
                             base::TimePoint block_time,
                             base::TimePoint now) {
  const auto age = now - block_time;
  const std::string limit =
      " (max_block_age is " + base::format_duration(chain.max_block_age) + ")";
  if (age > chain.max_block_age) {
    return fail("its newest block is " + rounded(age) + " old" + limit);
  }
  if (-age > chain.max_block_age) {
    return fail("its newest block is " + rounded(-age) + " in the future" + limit +
                "; is the clock of this host right?");
  }
  return {};
}

Result<model::Version> parse(const char* name, const std::string& text) {
  auto version = model::parse_version(text);
  return version ? version : fail(name, version.error());
}

struct RoleNames {
  const char* target;
  const char* min;
};

Result<RoleVersions> parse_role(const RoleNames& names,
                                const std::string& target_text,
                                const std::string& min_text) {
  const auto target = parse(names.target, target_text);
  const auto min = parse(names.min, min_text);
  if (!target || !min) {
    return tl::make_unexpected(target ? min.error() : target.error());
  }
  if (*min > *target) {
    return fail(std::string{names.min} + " " + model::to_string(*min) + " is above " +
                names.target + " " + model::to_string(*target));
  }
  return RoleVersions{.target = *target, .min = *min};
}

Result<ChainVersions> parse_versions(const EndpointAnswer& answer) {
  const auto provider = parse_role({.target = "provider_target", .min = "provider_min"},
                                   answer.provider_target,
                                   answer.provider_min);
  const auto consumer = parse_role({.target = "consumer_target", .min = "consumer_min"},
                                   answer.consumer_target,
                                   answer.consumer_min);
  if (!provider || !consumer) {
    return tl::make_unexpected(provider ? consumer.error() : provider.error());
  }
  return ChainVersions{.provider = *provider, .consumer = *consumer};
}

Result<ChainVersions> believe(const ChainSettings& chain,
                              const EndpointAnswer& answer,
                              base::TimePoint now) {
  if (!chain.id.empty() && answer.network != chain.id) {
    return fail("it serves network '" + base::printable(answer.network, 60) + "', not '" +
                base::printable(chain.id, 60) + "'");
  }
  if (answer.catching_up) {
    return fail("it is still catching up with the chain");
  }
  if (const auto fresh = check_freshness(chain, answer.block_time, now); !fresh) {
    return tl::make_unexpected(fresh.error());
  }
  return parse_versions(answer);
}

std::string words(const RoleVersions& role) {
  return model::to_string(role.target) + "/" + model::to_string(role.min);
}

std::string words(const ChainVersions& versions) {
  return versions.provider == versions.consumer
             ? words(versions.provider)
             : "provider " + words(versions.provider) + " consumer " + words(versions.consumer);
}

/// "https://a says 6.2.5/5.5.1, https://b: connection refused"
std::string words(const std::vector<EndpointVerdict>& verdicts) {
  std::vector<std::string> parts;
  for (const auto& verdict : verdicts) {
    parts.push_back(verdict.endpoint + (verdict.said ? " says " + words(*verdict.said)
                                                     : ": " + verdict.said.error().message));
  }
  return base::join(parts, ", ");
}

struct Group {
  ChainVersions versions;
  unsigned size = 0;
  std::int64_t height = 0;
};

/// Equal versions together, the largest group first.
std::vector<Group> group(const std::vector<EndpointVerdict>& verdicts) {
  std::vector<Group> groups;
  for (const auto& verdict : verdicts) {
    if (!verdict.said) {
      continue;
    }
    auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& each) {
      return each.versions == *verdict.said;
    });
    if (found == groups.end()) {
      found = groups.insert(found, Group{.versions = *verdict.said, .height = verdict.height});
    }
    ++found->size;
    found->height = std::max(found->height, verdict.height);
  }
  std::stable_sort(
      groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.size > b.size; });
  return groups;
}

Result<Group> elect(const ChainSettings& chain, const std::vector<EndpointVerdict>& verdicts) {
  const auto groups = group(verdicts);
  if (groups.empty()) {
    return fail("no endpoint gave a trustworthy answer: " + words(verdicts));
  }
  const Group& first = groups.front();
  if (groups.size() > 1 && groups[1].size == first.size) {
    return fail("the endpoints disagree, and none of their answers outnumbers the others: " +
                words(verdicts));
  }
  if (first.size < chain.quorum) {
    return fail("only " + std::to_string(first.size) + " of " + std::to_string(verdicts.size()) +
                " endpoints agree, and chain.quorum is " + std::to_string(chain.quorum) + ": " +
                words(verdicts));
  }
  return first;
}

}  // namespace

model::ChainObservation judge(const ChainSettings& chain,
                              const std::vector<Result<EndpointAnswer>>& answers,
                              base::TimePoint now) {
  model::ChainObservation observation;
  for (std::size_t i = 0; i < chain.endpoints.size(); ++i) {
    const Result<EndpointAnswer> answer =
        i < answers.size() ? answers[i] : fail("it was not asked");
    observation.endpoints.push_back(EndpointVerdict{
        .endpoint = chain.endpoints[i].text,
        .said = answer.and_then(
            [&](const EndpointAnswer& given) { return believe(chain, given, now); }),
        .height = answer ? answer->height : 0,
        .block_time = answer ? std::optional{answer->block_time} : std::nullopt,
    });
  }
  const auto winner = elect(chain, observation.endpoints);
  observation.versions = winner.map([](const Group& won) { return won.versions; });
  observation.height = winner ? winner->height : 0;
  observation.agreed = winner ? winner->size : 0;
  return observation;
}

}  // namespace lavavisor::observe
