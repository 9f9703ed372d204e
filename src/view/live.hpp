// What a run is doing at this moment, as lines of a terminal.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/gate.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"
#include "view/screen.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::view {

/// Fed with events, asked for lines. Every time is ports::Clock::steady; it reads no clock itself.
class Live {
 public:
  using milliseconds = std::chrono::milliseconds;

  /// What of a run is shown: all of it, or downloads alone.
  enum class Shows { everything, downloads };

  Live(const model::Desired& desired, Shows shows, milliseconds now);

  void planned(const model::Plan& plan, milliseconds now);
  void started(std::size_t index, const model::Step& step, milliseconds now);
  void ended(std::size_t index, const model::StepReport& report, milliseconds now);
  void gate(const std::string& service, model::Gate gate, milliseconds now);
  void download(const model::Release& release,
                std::uint64_t received,
                std::optional<std::uint64_t> total,
                milliseconds now);

  /// The lines of those that are at work or wait, in the plan's order, at most `height` of them:
  /// where there are more, those at work come first and the last line counts the rest. No line is
  /// wider than the screen, none has a line end.
  std::vector<std::string> lines(milliseconds now, const Screen& screen, std::size_t height) const;

  /// The lines of those that have come to their end since the last time.
  std::vector<std::string> take_finished(const Screen& screen);

 private:
  enum class State { waiting, working, done, failed, skipped };

  /// One line: a service, a release, the link, a hook, the service manager.
  struct Task {
    std::string name;
    bool is_quiet = false;        ///< only shown while it is at work, or when it failed
    std::set<std::size_t> steps;  ///< of the plan, that have not ended
    State state = State::waiting;
    std::string words;  ///< what is done, or how it ended
    std::optional<model::Gate> gate;
    milliseconds since{0};  ///< of the step that is at work
    milliseconds settling_since{0};
    milliseconds took{0};  ///< all steps that have ended
  };

  /// What had been received at a moment.
  struct Sample {
    milliseconds at;
    std::uint64_t received;
  };

  struct Download {
    std::uint64_t received = 0;
    std::optional<std::uint64_t> total;
    std::deque<Sample> samples;  ///< of the last seconds, for the rate
  };

  static Style style_of(State state);
  Task* task_of(std::size_t index);
  std::string phrase(const Task& task, milliseconds now) const;
  std::string line(const Task& task, milliseconds now, const Screen& screen) const;
  std::string row(const Cell& name,
                  const Cell& words,
                  const std::string& time,
                  const Screen& screen) const;
  bool is_shown(const Task& task) const;
  static std::vector<const Task*> chosen(std::vector<const Task*> tasks, std::size_t height);

  std::map<std::string, milliseconds> m_settle;  ///< by service
  Shows m_shows;
  std::vector<Task> m_tasks;  ///< of the plan at work, that have not ended
  std::vector<Task> m_finished;
  std::map<std::string, Download> m_downloads;  ///< by release, as long as it is at work
  std::optional<milliseconds> m_looking_since;  ///< between plans
  std::size_t m_name_width = 0;
};

}  // namespace lavavisor::view
