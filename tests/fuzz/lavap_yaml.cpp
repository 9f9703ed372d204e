// Fuzzes the check of the YAML file that lavap reads.
// SPDX-License-Identifier: Apache-2.0
#include "config/lavap_yaml.hpp"

#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  static const fuzz::Folder folder;
  const auto file = folder.write("p.yml", fuzz::text_of(data, size));
  for (const auto type : {model::ServiceType::provider, model::ServiceType::consumer}) {
    config::Findings findings{"x"};
    const auto yaml = config::read_lavap_yaml(file, type, findings);
    fuzz::require(yaml.has_value(), "a small file can be read");
    const auto words = config::format_findings(findings.sorted(), config::Colour::no);
    fuzz::require(base::is_utf8(words), "findings are UTF-8");
    fuzz::require(words.find('\x1b') == std::string::npos, "findings can't steer a terminal");
  }
  return 0;
}
