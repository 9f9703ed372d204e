// A state machine: jobs, ends of children and the clock move it, all in the main thread.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/child_service.hpp"

#include "base/log.hpp"
#include "base/quantity.hpp"
#include "model/running.hpp"

#include <signal.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <utility>

namespace lavavisor::process {
namespace {

using base::Result;
using std::chrono::milliseconds;

constexpr milliseconds k_sweep_limit{2'000};  // a killed process ends, unless the kernel is stuck
constexpr milliseconds k_nothing_due{3'600'000};

}  // namespace

ChildService::ChildService(ChildSettings settings,
                           ChildUnits& units,
                           ports::Clock& clock,
                           std::function<Result<base::Fd>()> input,
                           std::function<void()> on_change)
    : m_settings{std::move(settings)},
      m_units{units},
      m_clock{clock},
      m_input{std::move(input)},
      m_on_change{std::move(on_change)},
      m_words{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

// --- the ports -----------------------------------------------------------------------------------

Result<std::map<std::string, model::ServiceState>> ChildService::states(
    const std::set<std::string>& services) {
  const std::lock_guard lock{m_mutex};
  m_seen = m_changes;
  std::map<std::string, model::ServiceState> states;
  if (services.contains(m_settings.service)) {
    states.emplace(m_settings.service, state());
  }
  return states;
}

void ChildService::wait_for_change(milliseconds limit, std::stop_token stop) {
  std::unique_lock lock{m_mutex};
  m_moved.wait_for(lock, std::move(stop), limit, [this] { return m_changes != m_seen; });
}

Result<void> ChildService::enable(const std::string& /*service*/) {
  return {};
}

Result<void> ChildService::disable(const std::string& /*service*/) {
  return {};
}

std::vector<Result<void>> ChildService::run(const std::vector<ports::Job>& jobs) {
  std::vector<Result<void>> results;
  for (const auto& job : jobs) {
    std::unique_lock lock{m_mutex};
    m_answer.reset();
    m_job = job.kind;
    m_job_begun = false;
    poke();
    m_moved.wait(lock, [this] { return m_answer || std::holds_alternative<Over>(m_state); });
    results.push_back(
        std::exchange(m_answer, std::nullopt).value_or(base::fail("lavavisor is stopping")));
  }
  return results;
}

void ChildService::turn_began() {
  const std::lock_guard lock{m_mutex};
  m_in_turn = true;
}

void ChildService::turn_ended() {
  const std::lock_guard lock{m_mutex};
  m_in_turn = false;
  poke();
}

// --- the main thread -----------------------------------------------------------------------------

void ChildService::take_word() {
  const std::lock_guard lock{m_mutex};
  eventfd_t count = 0;
  ::eventfd_read(m_words.get(), &count);
  if (m_job && !m_job_begun) {
    take_job();
  }
  finish_if_for_good();
}

void ChildService::take_ends(const std::vector<Ended>& ends) {
  const std::lock_guard lock{m_mutex};
  for (const auto& end : ends) {
    const auto* up = std::get_if<Up>(&m_state);
    const auto* ending = std::get_if<Ending>(&m_state);
    if ((up != nullptr && up->run.pid == end.pid) ||
        (ending != nullptr && ending->run.pid == end.pid)) {
      gone(end);
    }
  }
  sweep();
}

milliseconds ChildService::take_time() {
  const std::lock_guard lock{m_mutex};
  kill_overdue();
  sweep();
  const auto* waiting = std::get_if<Waiting>(&m_state);
  if (waiting != nullptr && m_clock.steady() >= waiting->until) {
    start_again();
  }
  milliseconds due = m_clock.steady() + k_nothing_due;
  if (const auto* ending = std::get_if<Ending>(&m_state)) {
    due = ending->kill_at;
  } else if (const auto* sweeping = std::get_if<Sweeping>(&m_state)) {
    due = sweeping->until;
  } else if (const auto* still_waiting = std::get_if<Waiting>(&m_state)) {
    due = still_waiting->until;
  }
  return std::max(due - m_clock.steady(), milliseconds{0});
}

void ChildService::forward(int signal) {
  const std::lock_guard lock{m_mutex};
  if (const auto* up = std::get_if<Up>(&m_state)) {
    ::kill(up->run.pid, signal);
  }
}

void ChildService::stop() {
  const std::lock_guard lock{m_mutex};
  if (std::exchange(m_stopping, true)) {
    return;
  }
  if (m_job) {
    answer(base::fail("lavavisor is stopping"));
  }
  if (auto* up = std::get_if<Up>(&m_state)) {
    end(std::move(up->run), Next::exit);
  } else if (auto* ending = std::get_if<Ending>(&m_state)) {
    ending->next = Next::exit;
  } else if (auto* sweeping = std::get_if<Sweeping>(&m_state)) {
    sweeping->next = Next::exit;
  } else {
    enter(Over{0});
  }
}

pid_t ChildService::leader() const {
  const std::lock_guard lock{m_mutex};
  if (const auto* up = std::get_if<Up>(&m_state)) {
    return up->run.pid;
  }
  const auto* ending = std::get_if<Ending>(&m_state);
  return ending == nullptr ? 0 : ending->run.pid;
}

pid_t ChildService::running() const {
  const std::lock_guard lock{m_mutex};
  const auto* up = std::get_if<Up>(&m_state);
  return up == nullptr ? 0 : up->run.pid;
}

std::optional<int> ChildService::exit_code() const {
  const std::lock_guard lock{m_mutex};
  const auto* over = std::get_if<Over>(&m_state);
  return over == nullptr ? std::nullopt : std::optional{over->code};
}

// --- transitions ---------------------------------------------------------------------------------

void ChildService::enter(State state) {
  m_state = std::move(state);
  ++m_changes;
  m_moved.notify_all();
}

void ChildService::poke() {
  ::eventfd_write(m_words.get(), 1);
}

void ChildService::answer(Result<void> result) {
  m_job.reset();
  m_answer = std::move(result);
  ++m_changes;
  m_moved.notify_all();
}

void ChildService::take_job() {
  m_job_begun = !std::holds_alternative<Sweeping>(m_state);
  if (!m_job_begun) {
    return;  // once that is over
  }
  if (m_stopping) {
    answer(base::fail("lavavisor is stopping"));
    return;
  }
  auto* up = std::get_if<Up>(&m_state);
  if (*m_job == ports::Job::Kind::stop) {
    up != nullptr ? end(std::move(up->run), Next::rest) : rest();
    return;
  }
  if (up != nullptr && *m_job == ports::Job::Kind::start) {
    answer({});
    return;
  }
  auto ready = prepare();
  if (!ready) {
    answer(tl::make_unexpected(ready.error()));  // what runs goes on
  } else if (up != nullptr) {
    m_next = std::move(*ready);
    end(std::move(up->run), Next::start);
  } else if (m_ended_for_good && ready->seen.unit_digest == m_last_digest) {
    answer(base::fail("lavap has ended and is not to be restarted"));
  } else {
    m_restarts = 0;
    answer(start(std::move(ready)));
  }
}

void ChildService::rest() {
  m_restarts = 0;
  enter(Off{});
  answer({});
}

/// Tell it to end as lavap ends well: it saves its reward proofs on SIGINT only.
void ChildService::end(ChildRun run, Next next) {
  base::log_info("stopping lavap (pid " + std::to_string(run.pid) + ")");
  ::kill(run.pid, SIGINT);
  enter(Ending{std::move(run), m_clock.steady() + m_settings.stop_timeout, next});
}

void ChildService::kill_overdue() {
  auto* ending = std::get_if<Ending>(&m_state);
  if (ending != nullptr && m_clock.steady() >= ending->kill_at) {
    base::log_warn("lavap (pid " + std::to_string(ending->run.pid) + ") did not end within " +
                   base::format_duration(m_settings.stop_timeout) + " and is killed");
    ::kill(-ending->run.pid, SIGKILL);
    ending->kill_at = m_clock.steady() + k_sweep_limit;
  }
}

Result<ReadyRun> ChildService::prepare() const {
  auto input = m_input();
  if (!input) {
    return tl::make_unexpected(input.error());
  }
  return make_ready(m_units.text_of(m_settings.service),
                    m_settings.directory,
                    m_settings.command,
                    {{}, std::move(*input), m_settings.core});
}

Result<void> ChildService::start(Result<ReadyRun> ready) {
  m_ended_for_good = false;
  auto run = ready ? launch(std::move(*ready), m_settings.ignored_signals, m_clock)
                   : tl::make_unexpected(ready.error());
  if (!run) {
    enter(Off{});
    return tl::make_unexpected(run.error());
  }
  base::log_info("lavap started (pid " + std::to_string(run->pid) + ", " + run->seen.exe.string() +
                 ")");
  m_last_end.reset();
  m_last_digest = run->seen.unit_digest;
  enter(Up{std::move(*run)});
  return {};
}

void ChildService::start_again() {
  ++m_restarts;
  if (const auto started = start(prepare()); !started) {
    base::log_error(started.error().message);
    come_back(milliseconds{0});
  }
  m_on_change();
}

/// The child is gone; what it left behind goes, too, before anything else is started.
void ChildService::gone(const Ended& end) {
  m_last_end = end;
  auto* up = std::get_if<Up>(&m_state);
  auto* ending = std::get_if<Ending>(&m_state);
  const auto& run = up != nullptr ? up->run : ending->run;
  const auto lasted = m_clock.steady() - run.began;
  const auto words = "lavap (pid " + std::to_string(end.pid) + ") " + words_of(end);
  if (up != nullptr) {
    base::log_warn(words + " after " + base::format_duration(lasted));
  } else {
    base::log_info(words);
  }
  const Next next = up != nullptr ? Next::rest : ending->next;
  enter(Sweeping{next, up != nullptr, m_clock.steady() + k_sweep_limit, lasted});
}

void ChildService::sweep() {
  const auto* sweeping = std::get_if<Sweeping>(&m_state);
  if (sweeping == nullptr || (kill_adopted() && m_clock.steady() < sweeping->until)) {
    return;
  }
  go_on(Sweeping{*sweeping});
  if (m_job && !m_job_begun) {
    take_job();
  }
}

void ChildService::go_on(const Sweeping& swept) {
  if (swept.next == Next::exit) {
    enter(Over{exit_code_of(*m_last_end)});
    return;
  }
  if (swept.by_itself) {
    come_back(swept.lasted);
    m_on_change();
    return;
  }
  if (swept.next == Next::rest) {
    rest();
    return;
  }
  m_restarts = 0;
  auto ready = std::exchange(m_next, std::nullopt);
  answer(start(ready ? Result<ReadyRun>{std::move(*ready)} : prepare()));
}

bool ChildService::comes_back() const {
  switch (m_settings.restart) {
    case RestartPolicy::always:
      return true;
    case RestartPolicy::on_failure:
      return !m_last_end || exit_code_of(*m_last_end) != 0;
    case RestartPolicy::never:
      return false;
  }
  return true;
}

void ChildService::come_back(milliseconds lasted) {
  if (!comes_back()) {
    m_ended_for_good = true;
    enter(Off{});
    finish_if_for_good();
    return;
  }
  const auto pause = m_crashes.pause_after(lasted);
  base::log_info("starting lavap again in " + base::format_duration(pause));
  enter(Waiting{m_clock.steady() + pause});
}

/// Not within a turn: it may be about to go back to the release before.
void ChildService::finish_if_for_good() {
  if (m_ended_for_good && !m_in_turn && !m_job && std::holds_alternative<Off>(m_state)) {
    enter(Over{m_last_end ? exit_code_of(*m_last_end) : 1});
  }
}

bool ChildService::is_about_to_come_back() const {
  const auto* swept = std::get_if<Sweeping>(&m_state);
  return std::holds_alternative<Waiting>(m_state) ||
         (swept != nullptr && swept->by_itself && comes_back());
}

// --- how it is -----------------------------------------------------------------------------------

model::ServiceState ChildService::state() const {
  model::ServiceState state;
  state.load_state = "loaded";
  state.restarts = m_restarts;
  state.result = !m_last_end               ? "success"
                 : m_last_end->signal != 0 ? "signal"
                 : m_last_end->code != 0   ? "exit-code"
                                           : "success";
  const auto with = [&state](const char* active, const char* sub) {
    state.active_state = active;
    state.sub_state = sub;
  };
  if (const auto* up = std::get_if<Up>(&m_state)) {
    with("active", "running");
    state.process = seen_now(up->run);
  } else if (is_about_to_come_back()) {
    with("activating", "auto-restart");
  } else if (std::holds_alternative<Ending>(m_state) || std::holds_alternative<Sweeping>(m_state)) {
    with("deactivating", "stop-sigterm");
  } else if (m_ended_for_good && state.result != "success") {
    with("failed", "failed");
  } else {
    with("inactive", "dead");
  }
  return state;
}

}  // namespace lavavisor::process
