// Fuzzes the editing of a config.toml: the draft's name, key and number stand before a line "---".
// SPDX-License-Identifier: Apache-2.0
#include "compat/add_service.hpp"

#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

namespace {

using namespace lavavisor;

/// True when every line of `before` is in `after`, in its order; the last one may get its end.
bool keeps_lines(const std::string& before, const std::string& after) {
  constexpr std::string_view k_mark = "\xef\xbb\xbf";  // stays in front of what is added
  if (before.starts_with(k_mark)) {
    return after.starts_with(k_mark) && keeps_lines(before.substr(3), after.substr(3));
  }
  std::size_t at = 0;
  const auto lines = base::split(after, '\n');
  for (const auto line : base::split(before, '\n')) {
    while (at < lines.size() && base::trim(lines[at]) != base::trim(line)) {
      ++at;
    }
    if (at == lines.size()) {
      return false;
    }
    ++at;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto words = base::split(fuzz::next_part(rest), '\n');
  compat::ServiceDraft draft;
  draft.name = words[0];
  draft.config = "/etc/lava/p.yml";
  draft.from = words.size() > 1 ? words[1] : "";
  if (words.size() > 2) {
    draft.parallel_connections = static_cast<unsigned>(words[2].size());
  }
  const compat::ConfigText config{"/etc/lava/config.toml", std::string{rest}, ""};
  const auto edited = compat::add_service(config, draft);
  if (!edited) {
    fuzz::require(!edited.error().message.empty(), "a refusal says why");
    return 0;
  }
  fuzz::require(edited->changed == (edited->text != config.text), "a change is a change");
  const bool added = edited->text.size() > config.text.size() &&
                     edited->text.find("[[service]]", config.text.size()) != std::string::npos;
  fuzz::require(!added || keeps_lines(config.text, edited->text), "other lines stay");
  const auto again = compat::add_service({config.file, edited->text, ""}, draft);
  fuzz::require(again.has_value() && !again->changed, "the same draft again changes nothing");
  return 0;
}
