// The quarantine as table and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/quarantine.hpp"

#include "view/table.hpp"

namespace lavavisor::view {

std::string quarantine_text(const std::map<model::Release, model::Quarantine>& quarantine,
                            Colour colour) {
  if (quarantine.empty()) {
    return "No release is quarantined.\n";
  }
  std::vector<Row> rows = {{{"QUARANTINED", Style::strong},
                            {"SINCE", Style::strong},
                            {"TRIES", Style::strong},
                            {"REASON", Style::strong}}};
  for (const auto& [release, entry] : quarantine) {
    rows.push_back({{release.name, Style::bad},
                    {base::format_time(entry.at)},
                    {std::to_string(entry.tries)},
                    {entry.reason}});
  }
  return render_table(rows, colour);
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
