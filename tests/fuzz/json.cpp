// Fuzzes lookups in JSON of any shape.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/json.hpp"

#include "fuzz/sentence.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  const auto json = chain::Json::parse(fuzz::text_of(data, size));
  if (!json) {
    fuzz::require_sentence(json.error());
    return 0;
  }
  const auto look = [&json](chain::Json::Path path) {
    const auto kind = json->kind(path);
    fuzz::require(json->text(path).has_value() == (kind == chain::Json::Kind::text),
                  "text is found where there is text");
    fuzz::require(json->boolean(path).has_value() == (kind == chain::Json::Kind::boolean),
                  "a boolean is found where there is one");
    fuzz::require(!json->integer(path) || kind == chain::Json::Kind::number ||
                      kind == chain::Json::Kind::text,
                  "an integer is a number or text");
  };
  look({});
  look({"a"});
  look({"result", "height"});
  look({"a", "b", "c"});
  return 0;
}
