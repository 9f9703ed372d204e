// The head of the page says when it was drawn, so that a page that stands still is known to be one.
// SPDX-License-Identifier: Apache-2.0
#include "view/watch.hpp"

#include "base/text.hpp"
#include "view/columns.hpp"
#include "view/flow.hpp"
#include "view/status.hpp"
#include "view/visible.hpp"

namespace lavavisor::view {
namespace {

constexpr std::size_t k_clock_width = 12;  // "08:41:03 UTC"

/// "FILE on NETWORK      08:41:03 UTC", as wide as the screen.
std::string head(const model::Desired& desired,
                 const model::Observed& observed,
                 const Screen& screen) {
  const std::string clock = base::format_time(observed.at).substr(11, 8) + " UTC";
  const std::string subject = visible(desired.file.string() + " on " + desired.chain.id);
  const std::size_t room = screen.width > k_clock_width + 2 ? screen.width - k_clock_width - 2 : 0;
  return paint(pad(cut(subject, room), room), Style::strong, screen.colour) + "  " +
         paint(clock, Style::faint, screen.colour);
}

void append_lines(std::vector<std::string>& lines, const std::string& text) {
  for (const auto line : base::split(text, '\n')) {
    lines.emplace_back(line);
  }
  lines.pop_back();  // what stands behind the last line end
}

}  // namespace

std::vector<std::string> watch_page(const model::Desired& desired,
                                    const model::Observed& observed,
                                    const model::Plan& plan,
                                    const std::string& trouble,
                                    const Screen& screen,
                                    std::size_t rows) {
  std::vector<std::string> lines{head(desired, observed, screen)};
  if (!trouble.empty()) {
    append_lines(lines, flow({{trouble, Style::bad}}, screen));
  }
  lines.emplace_back();
  append_lines(lines, status_text(desired, observed, plan, screen));
  if (lines.size() > rows && rows > 0) {
    const std::string rest = "... " + std::to_string(lines.size() - rows + 1) + " more lines";
    lines.resize(rows);
    lines.back() = paint(cut(rest, screen.width), Style::faint, screen.colour);
  }
  return lines;
}

std::string watch_essence(const model::Desired& desired,
                          model::Observed observed,
                          model::Plan plan) {
  observed.at = {};
  observed.chain.height = 0;
  if (!observed.chain.versions) {
    observed.chain.versions = base::fail("not trusted");
  }
  if (observed.memory.last_known) {
    observed.memory.last_known->height = 0;
    observed.memory.last_known->seen_at = {};
  }
  observed.memory.last_run.reset();
  for (model::Notice& notice : plan.notices) {
    if (notice.kind == model::Notice::Kind::chain_untrusted) {
      notice.detail.clear();  // "... is 312s old"
    }
  }
  return status_json(desired, observed, plan);
}

/// A line break in JSON stands between values, never within one.
std::string on_one_line(const std::string& json) {
  std::string line;
  for (const auto part : base::split(json, '\n')) {
    line += base::trim(part);
  }
  return line + "\n";
}

}  // namespace lavavisor::view
