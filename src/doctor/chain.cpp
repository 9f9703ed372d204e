// The endpoints one by one, whether enough of them agree, and the clock that all is measured by.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "doctor/sections.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>

namespace lavavisor::doctor {
namespace {

using base::format_duration;
using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr hours k_certificate_notice{14 * 24};
constexpr seconds k_clock_tolerance{5};  ///< a Date header has whole seconds, and was under way
constexpr seconds k_clock_limit{30};

std::string words(const model::RoleVersions& role) {
  return "target " + model::to_string(role.target) + ", min " + model::to_string(role.min);
}

std::string words(const model::ChainVersions& versions) {
  return versions.provider == versions.consumer
             ? words(versions.provider)
             : "provider " + words(versions.provider) + "; consumer " + words(versions.consumer);
}

/// An age that clocks which differ a little don't make negative.
std::string age_of(const model::EndpointAnswer& answer, base::TimePoint now) {
  const auto age = std::max(now - answer.block_time, base::TimePoint::duration{0});
  return format_duration(duration_cast<seconds>(age));
}

std::string question(const model::Endpoint& endpoint) {
  const bool rest = endpoint.kind == model::EndpointKind::rest;
  return "curl -sS " + quoted(endpoint.url +
                              (rest ? "/cosmos/base/tendermint/v1beta1/blocks/latest" : "/status"));
}

/// What mends an endpoint that is not believed.
Mend mend_of(const Desired& desired, const model::Endpoint& endpoint, const EndpointFacts& facts) {
  if (!facts.answer) {
    return {"see that the node runs and that chain.endpoints names its address",
            question(endpoint)};
  }
  const auto& answer = *facts.answer;
  if (!desired.chain.id.empty() && answer.network != desired.chain.id) {
    return {"correct chain.id, or put an endpoint of that network in its place"};
  }
  if (answer.catching_up) {
    return {"wait until it has caught up, or name another endpoint", question(endpoint)};
  }
  if (facts.look.at - answer.block_time > desired.chain.max_block_age) {
    return {"see why that node stands still, or name another endpoint", question(endpoint)};
  }
  return {"name another endpoint; this one says what can't be", question(endpoint)};
}

Check endpoint_check(const Desired& desired, const Facts& facts, std::size_t at) {
  const auto& endpoint = desired.chain.endpoints[at];
  const auto& verdict = facts.chain.endpoints[at];
  const auto& answer = facts.endpoints[at].answer;
  const About about{"chain.endpoint", endpoint.text};
  if (!verdict.said) {
    auto mend = mend_of(desired, endpoint, facts.endpoints[at]);
    const auto& why = verdict.said.error().message;
    return facts.chain.versions ? about.warning(why, std::move(mend))
                                : about.problem(why, std::move(mend));
  }
  if (facts.chain.versions && *verdict.said != *facts.chain.versions) {
    return about.warning("is outvoted: it says " + words(*verdict.said),
                         {"find out why it differs, or name another endpoint"});
  }
  return about.ok("height " + std::to_string(verdict.height) + ", newest block " +
                  age_of(*answer, facts.now) + " old");
}

Check latency(const Desired& desired, const Facts& facts, std::size_t at) {
  const auto& look = facts.endpoints[at].look;
  const About about{"chain.latency", desired.chain.endpoints[at].text};
  if (!look.status) {
    return about.skipped("gave no answer to be timed");
  }
  const std::string took = "answered in " + format_duration(look.took);
  return 2 * look.took > desired.chain.timeout
             ? about.warning(
                   took + ", and chain.timeout is " + format_duration(desired.chain.timeout),
                   {"raise chain.timeout, or name a nearer endpoint"})
             : about.ok(took);
}

Check certificate(const model::Endpoint& endpoint, const Facts& facts, std::size_t at) {
  const auto& look = facts.endpoints[at].look;
  const About about{"chain.certificate", endpoint.text};
  if (!look.certificate_ends) {
    return about.skipped("showed no certificate");
  }
  const auto ends = base::format_time(*look.certificate_ends);
  return *look.certificate_ends - facts.now < k_certificate_notice
             ? about.warning("its certificate ends at " + ends,
                             {"have who runs it renew it, and name a second endpoint"})
             : about.ok("its certificate is good until " + ends);
}

Check agreement(const Desired& desired, const Facts& facts) {
  const auto of_all = " of " + std::to_string(desired.chain.endpoints.size());
  const auto quorum = " (quorum " + std::to_string(desired.chain.quorum) + ")";
  const About about{"chain.agreement", desired.chain.id.empty() ? "chain" : desired.chain.id};
  if (facts.chain.versions) {
    return about.ok(words(*facts.chain.versions) + "; so say " +
                    std::to_string(facts.chain.agreed) + of_all + quorum);
  }
  const auto believed = std::count_if(facts.chain.endpoints.begin(),
                                      facts.chain.endpoints.end(),
                                      [](const auto& v) { return v.said.has_value(); });
  const std::string finding = believed == 0
                                  ? "no endpoint is believed" + quorum
                                  : "of " + std::to_string(believed) + of_all +
                                        " endpoints that are believed, too few agree" + quorum;
  return about.problem(finding,
                       {"mend the endpoints above, or name others; until then nothing is upgraded, "
                        "and services go on with the last known versions"});
}

/// How far our clock is ahead of those that answered: the middle one of them.
std::optional<milliseconds> clock_offset(const Facts& facts) {
  std::vector<milliseconds> offsets;
  const auto add = [&offsets](const model::HttpLook& look) {
    if (look.status && look.date) {
      offsets.push_back(duration_cast<milliseconds>(look.at - *look.date) - look.took / 2);
    }
  };
  for (const auto& endpoint : facts.endpoints) {
    add(endpoint.look);
  }
  if (facts.release_host) {
    add(facts.release_host->look);
  }
  if (offsets.empty()) {
    return std::nullopt;
  }
  std::sort(offsets.begin(), offsets.end());
  return offsets[offsets.size() / 2];
}

Check offset_check(const Facts& facts) {
  const About about{"clock.offset", "clock"};
  const Mend set{"set the clock, and let it be kept right", "timedatectl set-ntp true"};
  const auto offset = clock_offset(facts);
  if (!offset) {
    return about.skipped("nobody who answered told the time");
  }
  const auto distance = std::chrono::abs(*offset);
  const auto finding = format_duration(duration_cast<seconds>(distance)) +
                       (offset->count() > 0 ? " ahead of" : " behind") + " those who answered";
  if (distance > k_clock_limit) {
    return about.problem("is " + finding, set);
  }
  return distance > k_clock_tolerance ? about.warning("is " + finding, set)
                                      : about.ok("agrees with those who answered");
}

Check synchronized_check(const Facts& facts) {
  const About about{"clock.synchronized", "clock"};
  if (!facts.clock_synchronized) {
    return about.skipped("the kernel does not say whether it is kept right");
  }
  return *facts.clock_synchronized ? about.ok("is synchronized")
                                   : about.warning("is not synchronized by anything",
                                                   {"let systemd-timesyncd or chrony keep it",
                                                    "timedatectl set-ntp true"});
}

}  // namespace

Checks check_chain(const Desired& desired, const Facts& facts) {
  Checks checks;
  for (std::size_t at = 0; at < desired.chain.endpoints.size(); ++at) {
    const auto& endpoint = desired.chain.endpoints[at];
    checks.push_back(endpoint_check(desired, facts, at));
    checks.push_back(latency(desired, facts, at));
    if (base::trim(endpoint.url).starts_with("https:")) {
      checks.push_back(certificate(endpoint, facts, at));
    }
  }
  checks.push_back(agreement(desired, facts));
  return checks;
}

Checks check_clock(const Desired& /*desired*/, const Facts& facts) {
  return {offset_check(facts), synchronized_check(facts)};
}

}  // namespace lavavisor::doctor
