// The quarantine as table and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/quarantine.hpp"

#include "view/human.hpp"
#include "view/table.hpp"

namespace lavavisor::view {

std::string quarantine_text(const std::map<model::Release, model::Quarantine>& quarantine,
                            const Screen& screen) {
  if (quarantine.empty()) {
    return "No release is quarantined.\n";
  }
  std::vector<Row> rows;
  for (const auto& [release, entry] : quarantine) {
    rows.push_back({{release.name, Style::bad},
                    {ago_text(entry.at, screen)},
                    {std::to_string(entry.tries)},
                    {entry.reason}});
  }
  return render_table({"QUARANTINED", "SINCE", "TRIES", "REASON"}, rows, screen);
}

void write_quarantine(Json& json, const std::map<model::Release, model::Quarantine>& quarantine) {
  json.objects("quarantined", quarantine, [&json](const auto& item) {
    json.field("version", item.first.name);
    json.field("reason", item.second.reason);
    json.field("at", base::format_time(item.second.at));
    json.field("tries", item.second.tries);
  });
}

}  // namespace lavavisor::view
