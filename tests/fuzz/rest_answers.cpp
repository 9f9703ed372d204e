// Fuzzes the three answers of a Cosmos REST endpoint, lines "---" between them, and behind them the
// height that a header gives.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/rest.hpp"
#include "fuzz/chain_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  auto rest = fuzz::text_of(data, size);
  auto params = fuzz::answer_of(fuzz::next_part(rest));
  const auto block = fuzz::answer_of(fuzz::next_part(rest));
  const auto syncing = fuzz::answer_of(fuzz::next_part(rest));
  params.block_height = rest;
  fuzz::check_answer(chain::read_rest(params, block, syncing));
  return 0;
}
