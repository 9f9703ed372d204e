// Tasks are made from a plan's steps; what each is doing follows from the events.
// SPDX-License-Identifier: Apache-2.0
#include "view/live.hpp"

#include "view/columns.hpp"
#include "view/human.hpp"
#include "view/progress.hpp"
#include "view/visible.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace lavavisor::view {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_rate_window{5'000};
constexpr milliseconds k_least_window{500};  // a rate of less says nothing
constexpr milliseconds k_worth_a_word{400};  // looking is usually over by then
constexpr std::size_t k_words_width = 20;    // columns
constexpr std::size_t k_time_width = 6;      // "59 min 59 s" is rare
constexpr std::size_t k_gap = 2;

/// What an action is called while it is at work, and when it is done.
struct Phrases {
  std::string at_work;
  std::string done;
};

struct ToPhrases {
  Phrases operator()(const model::InstallBinary&) const { return {"installing", "installed"}; }
  Phrases operator()(const model::RemoveBinary&) const { return {"removing", "removed"}; }
  Phrases operator()(const model::LinkBinary& a) const {
    return {"linking " + a.release.name, "leads to " + a.release.name};
  }
  Phrases operator()(const model::WriteConfig&) const {
    return {"copying config", "config copied"};
  }
  Phrases operator()(const model::WriteUnit&) const { return {"writing unit", "unit written"}; }
  Phrases operator()(const model::RemoveUnit&) const { return {"removing unit", "unit removed"}; }
  Phrases operator()(const model::ReloadManager&) const { return {"reading units", "units read"}; }
  Phrases operator()(const model::EnableUnit&) const { return {"enabling", "enabled"}; }
  Phrases operator()(const model::DisableUnit&) const { return {"disabling", "disabled"}; }
  Phrases operator()(const model::StopUnit&) const { return {"stopping", "stopped"}; }
  Phrases operator()(const model::StartUnit& a) const {
    return {"starting", "healthy on " + a.release.name};
  }
  Phrases operator()(const model::RestartUnit& a) const {
    return {"restarting", "healthy on " + a.release.name};
  }
  Phrases operator()(const model::RunHook&) const { return {"running", "done"}; }
};

Phrases phrases_of(const model::Action& action) {
  return std::visit(ToPhrases{}, action);
}

std::string name_of_release(const std::string& release) {
  return "release " + release;
}

/// The name of the task that a step belongs to.
std::string task_name(const model::Action& action) {
  if (const auto service = service_of(action); !service.empty()) {
    return service;
  }
  if (std::holds_alternative<model::InstallBinary>(action) ||
      std::holds_alternative<model::RemoveBinary>(action)) {
    return name_of_release(target_of(action));
  }
  if (std::holds_alternative<model::RunHook>(action)) {
    return "hook " + target_of(action);
  }
  return std::holds_alternative<model::LinkBinary>(action) ? "link" : "systemd";
}

std::string settling_text(milliseconds past, milliseconds settle) {
  const auto in_seconds = [](milliseconds time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
  };
  if (settle < std::chrono::seconds{1}) {
    return "settling";
  }
  return "settling " + std::to_string(in_seconds(std::min(past, settle))) + "/" +
         std::to_string(in_seconds(settle)) + " s";
}

}  // namespace

Live::Live(const model::Desired& desired, Shows shows, milliseconds now) : m_shows{shows} {
  for (const auto& service : desired.services) {
    m_settle[service.name] = service.health.settle;
  }
  if (shows == Shows::everything) {
    m_looking_since = now;
  }
}

// --- events --------------------------------------------------------------------------------------

void Live::planned(const model::Plan& plan, milliseconds now) {
  m_tasks.clear();
  m_downloads.clear();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& action = plan.steps[i].action;
    if (m_shows == Shows::downloads && !std::holds_alternative<model::InstallBinary>(action)) {
      continue;
    }
    const std::string name = visible(task_name(action));
    auto task = std::find_if(
        m_tasks.begin(), m_tasks.end(), [&name](const Task& known) { return known.name == name; });
    if (task == m_tasks.end()) {
      task = m_tasks.insert(m_tasks.end(), Task{});
      task->name = name;
      task->is_quiet = std::holds_alternative<model::ReloadManager>(action);
      m_name_width = std::max(m_name_width, display_width(name));
    }
    task->steps.insert(i);
  }
  m_looking_since =
      m_shows == Shows::everything && m_tasks.empty() ? std::optional{now} : std::nullopt;
}

Live::Task* Live::task_of(std::size_t index) {
  const auto task = std::find_if(m_tasks.begin(), m_tasks.end(), [index](const Task& known) {
    return known.steps.contains(index);
  });
  return task == m_tasks.end() ? nullptr : &*task;
}

void Live::started(std::size_t index, const model::Step& step, milliseconds now) {
  if (Task* task = task_of(index)) {
    task->state = State::working;
    task->words = phrases_of(step.action).at_work;
    task->gate.reset();
    task->since = now;
  }
}

void Live::gate(const std::string& service, model::Gate gate, milliseconds now) {
  for (Task& task : m_tasks) {
    if (task.name == service) {
      task.gate = gate;
      task.settling_since = gate == model::Gate::settling ? now : task.settling_since;
    }
  }
}

void Live::ended(std::size_t index, const model::StepReport& report, milliseconds now) {
  Task* task = task_of(index);
  if (task == nullptr) {
    return;
  }
  task->steps.erase(index);
  task->took += report.took;
  task->gate.reset();
  if (report.outcome == model::Outcome::failed) {
    task->state = State::failed;
    task->words = short_title_of(report.step.action) + " failed";
  } else if (report.outcome == model::Outcome::skipped) {
    task->words = task->state == State::failed ? task->words : "skipped";
    task->state = task->state == State::failed ? State::failed : State::skipped;
  } else if (task->state == State::working) {
    task->state = task->steps.empty() ? State::done : State::waiting;
    task->words = phrases_of(report.step.action).done;
  }
  if (!task->steps.empty()) {
    return;
  }
  if (m_shows == Shows::everything && (!task->is_quiet || task->state == State::failed)) {
    m_finished.push_back(*task);
  }
  m_tasks.erase(m_tasks.begin() + (task - m_tasks.data()));
  if (m_tasks.empty() && m_shows == Shows::everything) {
    m_looking_since = now;
  }
}

void Live::download(const model::Release& release,
                    std::uint64_t received,
                    std::optional<std::uint64_t> total,
                    milliseconds now) {
  Download& download = m_downloads[name_of_release(release.name)];
  if (received < download.received) {
    download.samples.clear();  // begun anew
  }
  download.received = received;
  download.total = total;
  download.samples.push_back({now, received});
  while (download.samples.size() > 2 && now - download.samples[1].at >= k_rate_window) {
    download.samples.pop_front();
  }
}

// --- lines ---------------------------------------------------------------------------------------

Style Live::style_of(State state) {
  switch (state) {
    case State::waiting:
      return Style::faint;
    case State::working:
      return Style::plain;
    case State::done:
      return Style::good;
    case State::failed:
      return Style::bad;
    case State::skipped:
      return Style::caution;
  }
  return Style::plain;
}

std::string Live::phrase(const Task& task, milliseconds now) const {
  if (task.state == State::waiting) {
    return "waiting";
  }
  if (task.state != State::working || !task.gate) {
    return task.words;
  }
  switch (*task.gate) {
    case model::Gate::starting:
      return "coming up";
    case model::Gate::settling: {
      const auto settle = m_settle.find(task.name);
      return settling_text(now - task.settling_since,
                           settle == m_settle.end() ? milliseconds{0} : settle->second);
    }
    case model::Gate::checking:
      return "checking its health";
  }
  return task.words;
}

std::string Live::row(const Cell& name,
                      const Cell& words,
                      const std::string& time,
                      const Screen& screen) const {
  const std::size_t width = screen.width;
  const std::size_t names = std::min(m_name_width, width * 2 / 5);
  const std::size_t others = names + k_gap;
  const std::size_t left = width > others ? width - others : 0;
  const std::size_t for_words =
      std::min(k_words_width, left > k_time_width + k_gap ? left - k_time_width - k_gap : left);
  std::string out = paint(pad(cut_inside(name.text, names), names), name.style, screen.colour);
  if (left == 0) {
    return out;
  }
  out += std::string(k_gap, ' ');
  out += paint(cut(words.text, for_words), words.style, screen.colour);
  const std::size_t time_at = others + for_words + k_gap;
  if (!time.empty() && time_at + time.size() <= width) {
    out.append(for_words - std::min(for_words, display_width(words.text)) + k_gap, ' ');
    out += paint(time, Style::faint, screen.colour);
  }
  return out;
}

std::string Live::line(const Task& task, milliseconds now, const Screen& screen) const {
  const auto download = m_downloads.find(task.name);
  if (download == m_downloads.end()) {
    return row({task.name},
               {phrase(task, now), style_of(task.state)},
               task.state == State::working ? span_text(now - task.since) : "",
               screen);
  }
  const auto& [received, total, samples] = download->second;
  if (total && received >= *total) {
    return row({task.name}, {"verifying"}, span_text(now - task.since), screen);
  }
  const auto past = now - samples.front().at;
  const std::uint64_t got = received - samples.front().received;
  const std::uint64_t rate =
      past < k_least_window ? 0 : got * 1000 / static_cast<std::uint64_t>(past.count());
  return progress_line(pad(task.name, std::min(m_name_width, screen.width / 4)),
                       received,
                       total,
                       rate,
                       screen.width);
}

bool Live::is_shown(const Task& task) const {
  if (m_shows == Shows::downloads) {
    return m_downloads.contains(task.name);
  }
  return !task.is_quiet || task.state == State::working || task.state == State::failed;
}

/// Those at work before those that wait, but in the plan's order.
std::vector<const Live::Task*> Live::chosen(std::vector<const Task*> tasks, std::size_t height) {
  if (tasks.size() <= height) {
    return tasks;
  }
  std::stable_partition(
      tasks.begin(), tasks.end(), [](const Task* task) { return task->state != State::waiting; });
  tasks.resize(height > 0 ? height - 1 : 0);
  std::sort(tasks.begin(), tasks.end());  // all of one vector: the plan's order
  return tasks;
}

std::vector<std::string> Live::lines(milliseconds now,
                                     const Screen& screen,
                                     std::size_t height) const {
  if (height == 0) {
    return {};
  }
  if (m_looking_since) {
    const auto past = now - *m_looking_since;
    const std::string words = "looking at the chain and this host  " + span_text(past);
    return past < k_worth_a_word
               ? std::vector<std::string>{}
               : std::vector{paint(cut(words, screen.width), Style::faint, screen.colour)};
  }
  std::vector<const Task*> shown;
  for (const Task& task : m_tasks) {
    if (is_shown(task)) {
      shown.push_back(&task);
    }
  }
  const auto tasks = chosen(shown, height);
  std::vector<std::string> all;
  std::transform(tasks.begin(), tasks.end(), std::back_inserter(all), [&](const Task* task) {
    return line(*task, now, screen);
  });
  if (tasks.size() < shown.size()) {
    const std::string rest = "... " + std::to_string(shown.size() - tasks.size()) + " more";
    all.push_back(paint(cut(rest, screen.width), Style::faint, screen.colour));
  }
  return all;
}

std::vector<std::string> Live::take_finished(const Screen& screen) {
  std::vector<std::string> all;
  for (const Task& task : std::exchange(m_finished, {})) {
    all.push_back(row({task.name},
                      {task.words, style_of(task.state)},
                      task.state == State::skipped ? "" : took_text(task.took),
                      screen));
  }
  return all;
}

}  // namespace lavavisor::view
