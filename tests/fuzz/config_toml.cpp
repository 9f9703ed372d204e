// Fuzzes the configuration as a whole: text, TOML, every section, the findings' words.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/finding.hpp"
#include "config/load.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace lavavisor;

constexpr std::string_view k_yaml =
    "endpoints:\n"
    "  - api-interface: jsonrpc\n"
    "    chain-id: ETH1\n"
    "    network-address: 127.0.0.1:2224\n"
    "    node-urls: [{url: ws://127.0.0.1:8546}]\n";

bool is_error(const config::Finding& finding) {
  return finding.severity == config::Finding::Severity::error;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  static const auto yaml = folder.write("p.yml", k_yaml);
  const auto file = folder.write("config.toml", fuzz::text_of(data, size));
  const auto loaded = config::load(file, {true, "/root"});
  const auto& findings = loaded.findings;
  fuzz::require(
      loaded.desired.has_value() == std::none_of(findings.begin(), findings.end(), is_error),
      "a configuration without errors is one, and no other");
  const auto words = config::format_findings(findings, config::Colour::no);
  fuzz::require(base::is_utf8(words), "findings are UTF-8");
  fuzz::require(words.find('\x1b') == std::string::npos, "findings can't steer a terminal");
  if (loaded.desired) {
    fuzz::require(!loaded.desired->chain.endpoints.empty(), "there is an endpoint");
    fuzz::require(config::load(file, {true, "/root"}).desired == loaded.desired,
                  "the same text is the same configuration");
  }
  return 0;
}
