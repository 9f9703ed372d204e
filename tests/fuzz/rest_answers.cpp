// Fuzzes the three answers of a Cosmos REST endpoint, lines "---" between them.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/rest.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using namespace lavavisor;

/// The first byte says which status the answer has.
chain::HttpAnswer answer_of(std::string_view part) {
  chain::HttpAnswer answer;
  if (!part.empty() && part.front() != '{') {
    constexpr long k_statuses[] = {200, 200, 500, 404, 503, 301};
    answer.status = k_statuses[static_cast<unsigned char>(part.front()) % 6];
    part.remove_prefix(1);
  }
  answer.body = part;
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  auto params = answer_of(fuzz::next_part(rest));
  const auto block = answer_of(fuzz::next_part(rest));
  const auto syncing = answer_of(fuzz::next_part(rest));
  params.block_height = rest;
  const auto answer = chain::read_rest(params, block, syncing);
  if (answer) {
    fuzz::require(answer->height >= 0 && !answer->provider_target.empty(), "an answer is whole");
  } else {
    fuzz::require(base::is_utf8(answer.error().message), "an error is UTF-8");
    fuzz::require(answer.error().message.find('\n') == std::string::npos, "an error is one line");
  }
  return 0;
}
