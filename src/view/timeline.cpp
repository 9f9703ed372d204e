// The window is chosen by the oldest change; ticks stand at round times of UTC.
// SPDX-License-Identifier: Apache-2.0
#include "view/timeline.hpp"

#include "model/version.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace lavavisor::view {
namespace {

using base::TimePoint;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Window {
  seconds length;
  seconds tick;
};
constexpr std::array k_windows{Window{minutes{5}, minutes{1}},
                               Window{minutes{15}, minutes{5}},
                               Window{hours{1}, minutes{15}},
                               Window{hours{6}, hours{2}},
                               Window{days{1}, hours{6}},
                               Window{days{3}, days{1}},
                               Window{days{7}, days{2}},
                               Window{days{14}, days{4}},
                               Window{days{30}, days{7}}};

std::string clock_text(TimePoint at) {
  return base::format_time(at).substr(11, 5);
}

std::string day_text(TimePoint at) {
  constexpr std::array k_months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::year_month_day day{std::chrono::floor<days>(at)};
  return std::string{k_months.at(static_cast<unsigned>(day.month()) - 1)} + " " +
         std::to_string(static_cast<unsigned>(day.day()));
}

class Layout {
 public:
  Layout(const Past& past, TimePoint now) : m_past{past}, m_window{window_for(past, now)} {
    m_out.end = now;
    m_out.begin = now - m_window.length;
  }

  Timeline made(const std::vector<std::string>& services) {
    add_lanes(services);
    add_runs();
    add_ticks();
    add_releases();
    return std::move(m_out);
  }

 private:
  static Window window_for(const Past& past, TimePoint now) {
    TimePoint oldest = now;
    for (const auto& change : past.timeline) {
      oldest = std::min(oldest, change.since);
    }
    const auto* const fits =
        std::find_if(k_windows.begin(), k_windows.end(), [&](const Window& window) {
          return now - oldest <= window.length;
        });
    return fits == k_windows.end() ? k_windows.back() : *fits;
  }

  double part(TimePoint at) const {
    const double whole = std::chrono::duration<double>{m_out.end - m_out.begin}.count();
    const double some = std::chrono::duration<double>{at - m_out.begin}.count();
    return std::clamp(some / whole, 0.0, 1.0);
  }

  void add_lanes(const std::vector<std::string>& services) {
    std::map<std::string, Lane> lanes;
    for (const auto& change : m_past.timeline) {
      add_change(lanes[change.service], change);
    }
    for (const auto& service : services) {
      take(lanes, service);
    }
    while (!lanes.empty()) {
      take(lanes, std::string{lanes.begin()->first});
    }
  }

  void add_change(Lane& lane, const model::RunningSince& change) {
    lane.service = change.service;
    if (!lane.spans.empty()) {
      lane.spans.back().to = part(change.since);
      lane.spans.back().lasts = false;
    }
    lane.spans.push_back({change.release, part(change.since), 1.0, change.since, true});
  }

  /// A service that is gone and was down all the time has no lane.
  void take(std::map<std::string, Lane>& lanes, const std::string& service) {
    const auto found = lanes.find(service);
    if (found == lanes.end()) {
      return;
    }
    auto lane = std::move(found->second);
    lanes.erase(found);
    auto& spans = lane.spans;
    spans.erase(
        std::remove_if(spans.begin(),
                       spans.end(),
                       [](const Span& span) { return span.to <= 0 || span.to < span.from; }),
        spans.end());
    if (std::any_of(spans.begin(), spans.end(), [](const Span& s) { return !s.release.empty(); })) {
      m_out.lanes.push_back(std::move(lane));
    }
  }

  void add_runs() {
    for (std::size_t i = m_past.runs.size(); i-- > 0;) {
      const auto started = base::parse_time(m_past.runs[i].started);
      if (started && *started >= m_out.begin && *started <= m_out.end) {
        m_out.runs.push_back({part(*started), i});
      }
    }
  }

  void add_ticks() {
    const bool by_day = m_window.tick >= days{1};
    const auto step = std::chrono::microseconds{m_window.tick};
    const auto since_epoch = m_out.end.time_since_epoch();
    for (TimePoint at{since_epoch - since_epoch % step}; at > m_out.begin; at -= step) {
      m_out.ticks.insert(m_out.ticks.begin(), {part(at), by_day ? day_text(at) : clock_text(at)});
    }
  }

  void add_releases() {
    std::set<model::Release> seen;
    for (const auto& lane : m_out.lanes) {
      for (const auto& span : lane.spans) {
        if (!span.release.empty()) {
          seen.insert({span.release});
        }
      }
    }
    for (const auto& release : seen) {
      m_out.releases.push_back(release.name);
    }
  }

  const Past& m_past;
  const Window m_window;
  Timeline m_out;
};

}  // namespace

Timeline timeline_of(const Past& past, const std::vector<std::string>& services, TimePoint now) {
  return Layout{past, now}.made(services);
}

}  // namespace lavavisor::view
