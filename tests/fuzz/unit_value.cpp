// Fuzzes values read out of unit texts; section and key stand before lines "---".
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "model/running.hpp"
#include "plan/unit_text.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  auto rest = fuzz::text_of(data, size);
  const auto section = fuzz::next_part(rest);
  const auto key = fuzz::next_part(rest);
  if (const auto value = model::unit_value(rest, section, key)) {
    fuzz::require(base::trim(*value) == *value, "a value has no blanks around it");
    fuzz::require(value->find('\n') == std::string::npos, "a value is one line");
  }
  if (plan::is_untouched(rest)) {
    fuzz::require(!plan::digest_in(rest).empty(), "an untouched unit carries its digest");
  }
  return 0;
}
