// Fuzzes the two answers of a CometBFT node, a line "---" between them.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/rpc.hpp"
#include "fuzz/chain_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  auto rest = fuzz::text_of(data, size);
  const auto status = fuzz::answer_of(fuzz::next_part(rest));
  const auto params = fuzz::answer_of(fuzz::next_part(rest));
  fuzz::check_answer(chain::read_rpc(status, params));
  return 0;
}
