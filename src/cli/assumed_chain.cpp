// The overlay works on the undecided answers, so that an assumption is judged as an answer is.
// SPDX-License-Identifier: Apache-2.0
#include "cli/assumed_chain.hpp"

#include "base/text.hpp"

#include <utility>

namespace lavavisor::cli {

base::Result<Assumption> parse_assumption(std::string_view text) {
  Assumption assumption;
  if (base::trim(text).empty()) {
    return assumption;
  }
  for (const auto part : base::split(text, ',')) {
    const auto equals = part.find('=');
    const auto key = base::trim(part.substr(0, equals));
    const auto value =
        equals == std::string_view::npos ? std::string_view{} : base::trim(part.substr(equals + 1));
    if (key != "target" && key != "min") {
      return base::fail("'" + base::printable(part) +
                        "' is neither target=VERSION nor min=VERSION");
    }
    const auto version = model::parse_version(value);
    if (!version) {
      return tl::make_unexpected(version.error());
    }
    (key == "target" ? assumption.target : assumption.min) = to_string(*version);
  }
  return assumption;
}

AssumedChain::AssumedChain(ports::ChainQuery& real, Assumption assumption, ports::Clock& clock)
    : m_real{real}, m_assumption{std::move(assumption)}, m_clock{clock} {}

std::vector<base::Result<model::EndpointAnswer>> AssumedChain::ask(
    const model::ChainSettings& chain, std::stop_token stop) {
  auto answers = m_real.ask(chain, std::move(stop));
  for (auto& answer : answers) {
    if (!m_assumption.target.empty() && !m_assumption.min.empty()) {
      const auto height = answer ? answer->height : 0;
      answer = model::EndpointAnswer{};
      answer->network = chain.id;
      answer->height = height;
      answer->block_time = m_clock.now();
    }
    if (!answer) {
      continue;
    }
    if (!m_assumption.target.empty()) {
      answer->provider_target = answer->consumer_target = m_assumption.target;
    }
    if (!m_assumption.min.empty()) {
      answer->provider_min = answer->consumer_min = m_assumption.min;
    }
  }
  return answers;
}

}  // namespace lavavisor::cli
