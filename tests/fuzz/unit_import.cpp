// Fuzzes the import of one unit, and of config.yml, which stands before a line "---".
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "compat/import_original.hpp"
#include "config/source.hpp"
#include "config/toml_text.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  auto rest = fuzz::text_of(data, size);
  compat::OriginalFiles files;
  files.surroundings.directory = "/srv/lava/.lavavisor";
  files.config_yml = std::string{fuzz::next_part(rest)};
  files.units["a-ETH1.service"] = {"/srv/a-ETH1.service", std::string{rest}, {}};
  const auto imported = compat::import_original(files);
  const config::Source source{"config.toml", imported.toml_text};
  fuzz::require(!source.first_bad_byte(), "what is made is UTF-8");
  fuzz::require(config::parse_toml(source).has_value(), "what is made is TOML");
  for (const auto& note : imported.notes) {
    fuzz::require(!note.text.empty(), "a note says something");
  }
  return 0;
}
