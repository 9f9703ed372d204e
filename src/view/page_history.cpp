// What was: the timeline of versions and runs as SVG, and the last runs with their actions.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "view/html.hpp"
#include "view/page_parts.hpp"
#include "view/parts.hpp"
#include "view/timeline.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_most_runs = 8;
constexpr std::size_t k_most_actions = 60;
constexpr std::size_t k_colours = 8;

/// How a result looks and reads.
struct Result {
  Mood mood;
  const char* words;
  const char* style;  ///< of its mark on the timeline
};

Result result_of(const model::RunRecord& run) {
  struct Row {
    const char* result;
    Result shown;
  };
  constexpr std::array k_rows{Row{"converged", {Mood::good, "converged", "ok"}},
                              Row{"changed", {Mood::good, "changed", "changed"}},
                              Row{"failed", {Mood::bad, "failed", "failed"}},
                              Row{"rolled_back", {Mood::caution, "rolled back", "back"}}};
  const auto* const found = std::find_if(
      k_rows.begin(), k_rows.end(), [&](const Row& row) { return run.result == row.result; });
  if (found != k_rows.end()) {
    return found->shown;
  }
  return run.finished.empty() ? Result{Mood::unknown, "not finished", "ok"}
                              : Result{Mood::unknown, "ended", "ok"};
}

std::string percent(double part) {
  std::array<char, 16> text{};
  (void)std::snprintf(text.data(), text.size(), "%.2f%%", 100 * part);
  return text.data();
}

std::string period(const Span& span, const Timeline& timeline) {
  const auto length = timeline.end - timeline.begin;
  const auto until = timeline.begin + std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::duration<double>{length} * span.to);
  return "since " + base::format_time(span.since) +
         (span.lasts ? "" : ", until " + base::format_time(until));
}

std::string style_of(const Span& span, const Timeline& timeline) {
  if (span.release.empty()) {
    return "down";
  }
  const auto& all = timeline.releases;
  const auto index = std::find(all.begin(), all.end(), span.release) - all.begin();
  return "r" + std::to_string(static_cast<std::size_t>(index) % k_colours);
}

/// A rectangle with its text, which is cut where it ends.
std::string span_svg(const Span& span, const Timeline& timeline) {
  const std::string name = span.release.empty() ? "down" : html(span.release);
  return "<svg x=\"" + percent(span.from) + "\" width=\"" +
         percent(std::max(span.to - span.from, 0.002)) + "\" height=\"20\" class=\"" +
         style_of(span, timeline) + "\"><title>" + name + " " + period(span, timeline) +
         "</title><rect width=\"100%\" height=\"20\" rx=\"3\"/><text x=\"6\" y=\"14\">" + name +
         "</text></svg>";
}

std::string lane_html(const Lane& lane, const Timeline& timeline) {
  std::string spans;
  for (const auto& span : lane.spans) {
    spans += span_svg(span, timeline);
  }
  return "<div class=\"lane\"><h3>" + html(lane.service) +
         "</h3><svg height=\"20\" role=\"img\" aria-label=\"releases of " + html(lane.service) +
         "\">" + spans + "</svg></div>";
}

/// A dot, a ring, a cross or a diamond around the origin.
const char* shape_of(std::string_view style) {
  if (style == "failed") {
    return "<path d=\"M-4-4 4 4M4-4-4 4\"/>";
  }
  if (style == "back") {
    return "<path d=\"M0-5 5 0 0 5-5 0z\"/>";
  }
  return "<circle r=\"4\"/>";
}

std::string run_svg(const RunMark& mark, const model::RunRecord& run) {
  const auto result = result_of(run);
  return "<svg x=\"" + percent(mark.at) + "\" y=\"10\" overflow=\"visible\" class=\"" +
         result.style + "\"><title>" + html(run.trigger) + " " + result.words + ", " +
         html(run.started) + "</title>" + shape_of(result.style) + "</svg>";
}

std::string runs_lane(const Timeline& timeline, const std::vector<model::RunRecord>& runs) {
  std::string marks;
  for (const auto& mark : timeline.runs) {
    marks += run_svg(mark, runs[mark.run]);
  }
  return "<div class=\"lane runs\"><h3>Runs</h3><svg height=\"20\" role=\"img\" aria-label=\"" +
         counted(timeline.runs.size(), "run", "runs") +
         "\"><line y1=\"10\" x2=\"100%\" y2=\"10\"/>" + marks + "</svg></div>";
}

std::string axis(const Timeline& timeline) {
  std::string ticks;
  for (const auto& tick : timeline.ticks) {
    // One that stands too near to an edge would be cut.
    if (tick.at > 0.04 && tick.at < 0.96) {
      ticks += "<text x=\"" + percent(tick.at) + "\" y=\"12\">" + tick.text + "</text>";
    }
  }
  return "<div class=\"lane axis\" aria-hidden=\"true\"><span></span><svg height=\"16\">" + ticks +
         "</svg></div>";
}

std::string legend() {
  return "<p class=\"legend\" aria-hidden=\"true\">"
         "<svg width=\"12\" height=\"12\" class=\"changed\"><circle cx=\"6\" cy=\"6\" "
         "r=\"4\"/></svg> changed "
         "<svg width=\"12\" height=\"12\" class=\"failed\"><path d=\"M2 2 10 10M10 2 2 "
         "10\"/></svg> failed "
         "<svg width=\"12\" height=\"12\" class=\"back\"><path d=\"M6 1 11 6 6 11 1 6z\"/></svg> "
         "rolled back "
         "<span>times are UTC</span></p>";
}

// --- runs ----------------------------------------------------------------------------------------

Mood mood_of(const model::ActionRecord& action) {
  return action.status == "done"     ? Mood::good
         : action.status == "failed" ? Mood::bad
                                     : Mood::unknown;
}

std::string action_row(const model::ActionRecord& action) {
  const std::string took = action.ms == 0 ? "" : rough(std::chrono::milliseconds{action.ms});
  return "<li>" + badge(mood_of(action), action.status) + "<div><p class=\"what\">" +
         html(base::replace_all(action.kind, "_", " ")) + " <b>" + html(action.target) +
         "</b></p><p class=\"why\">" + html(action.reason) +
         (took.empty() ? "" : ", took " + took) + "</p>" +
         (action.error.empty() ? "" : element("p", "why bad", html(action.error))) + "</div></li>";
}

std::string actions_html(const model::RunRecord& run) {
  std::string rows;
  const auto shown = std::min(run.actions.size(), k_most_actions);
  for (std::size_t i = 0; i < shown; ++i) {
    rows += action_row(run.actions[i]);
  }
  if (shown < run.actions.size()) {
    rows += "<li>and " + std::to_string(run.actions.size() - shown) + " more</li>";
  }
  return element("ul", "notes", rows);
}

std::string duration_of(const model::RunRecord& run) {
  const auto started = base::parse_time(run.started);
  const auto finished = base::parse_time(run.finished);
  return started && finished ? ", took " + rough(*finished - *started) : "";
}

std::string run_html(const model::RunRecord& run, base::TimePoint now) {
  const auto result = result_of(run);
  const auto started = base::parse_time(run.started);
  const std::string commit =
      run.config_commit.empty() ? "" : " <code>" + html(run.config_commit.substr(0, 8)) + "</code>";
  const std::string when = (started ? ago(*started, now) : html(run.started)) + duration_of(run);
  const std::string line =
      badge(result.mood, result.words) + element("span", "what", html(run.trigger) + commit);
  if (run.actions.empty()) {
    return element("li", "", element("div", "run", line + element("span", "when", when)));
  }
  const std::string count = counted(run.actions.size(), "action", "actions");
  return "<li><details><summary class=\"run\">" + line +
         element("span", "when", when + ", <u>" + count + "</u>") + "</summary>" +
         actions_html(run) + "</details></li>";
}

}  // namespace

std::string timeline_section(const PageFacts& facts) {
  if (!facts.overview.past) {
    return "";
  }
  std::vector<std::string> services;
  for (const auto& service : facts.overview.desired->services) {
    services.push_back(service.name);
  }
  const auto timeline = timeline_of(*facts.overview.past, services, facts.now);
  if (timeline.lanes.empty() && timeline.runs.empty()) {
    return "";
  }
  std::string lanes;
  for (const auto& lane : timeline.lanes) {
    lanes += lane_html(lane, timeline);
  }
  return section(
      "timeline",
      "Timeline, last " + rough(timeline.end - timeline.begin),
      lanes + runs_lane(timeline, facts.overview.past->runs) + axis(timeline) + legend());
}

std::string runs_section(const PageFacts& facts) {
  if (!facts.overview.past) {
    return "";
  }
  std::string items;
  const auto& runs = facts.overview.past->runs;
  for (std::size_t i = 0; i < std::min(runs.size(), k_most_runs); ++i) {
    items += run_html(runs[i], facts.now);
  }
  return section(
      "runs",
      "Last runs",
      items.empty() ? element("p", "why", "None yet.") : element("ul", "history", items));
}

}  // namespace lavavisor::view
