// The service manager of wrap: one service, which runs as our child.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/child_run.hpp"
#include "adapters/process/child_units.hpp"
#include "adapters/process/crash_pacing.hpp"
#include "adapters/process/ended.hpp"
#include "base/fd.hpp"
#include "ports/services.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lavavisor::process {

/// Whether a child that ended by itself comes back.
enum class RestartPolicy { always, on_failure, never };

struct ChildSettings {
  std::string service;               ///< its name among the units
  model::Path directory;             ///< where its binaries are
  std::vector<std::string> command;  ///< behind the program
  RestartPolicy restart = RestartPolicy::always;
  std::chrono::milliseconds stop_timeout{60'000};  ///< from SIGINT to SIGKILL
  std::vector<int> ignored_signals;                ///< which we were told to ignore (nohup(1))
  rlimit core{};                                   ///< the child's RLIMIT_CORE
};

/// Its states are named as systemd's are. The ports' methods are for one thread that is not the
/// main one; what is said to be for the main thread must come from there.
class ChildService final : public ports::ServiceProbe, public ports::ServiceManager {
 public:
  /// `input` makes the stdin of each start (none = ours); `on_change` is called when the child
  /// ended by itself, and when it is back.
  ChildService(ChildSettings settings,
               ChildUnits& units,
               ports::Clock& clock,
               std::function<base::Result<base::Fd>()> input,
               std::function<void()> on_change);

  base::Result<std::map<std::string, model::ServiceState>> states(
      const std::set<std::string>& services) override;
  void wait_for_change(std::chrono::milliseconds limit, std::stop_token stop) override;
  base::Result<void> reload() override { return {}; }
  base::Result<void> enable(const std::string& service) override;
  base::Result<void> disable(const std::string& service) override;
  std::vector<base::Result<void>> run(const std::vector<ports::Job>& jobs) override;

  /// The pid of the child while it is to run; 0 = it does not. For any thread.
  pid_t running() const;

  /// A turn of the loop lasts from one to the other: a child that is not to come back is the end of
  /// everything only outside of it, since the turn may yet bring it back with another release.
  void turn_began();
  void turn_ended();

  // --- for the main thread -----------------------------------------------------------------------

  /// Readable when take_word() has something to do.
  int words() const { return m_words.get(); }
  void take_word();

  /// Take note of children that ended.
  void take_ends(const std::vector<Ended>& ends);

  /// Do what is due by now; how long until there may be more.
  std::chrono::milliseconds take_time();

  /// Pass a signal on to the child, if it runs.
  void forward(int signal);

  /// End the child, and with it everything. Asked again, it changes nothing.
  void stop();

  /// The child's pid while it has one; 0 = none.
  pid_t leader() const;

  /// Once all is over, what to exit with: the child's own code (128 + signal), 0 where none ran
  /// when the end was asked for.
  std::optional<int> exit_code() const;

 private:
  using Milliseconds = std::chrono::milliseconds;

  enum class Next { start, rest, exit };
  struct Off {};  ///< nothing runs, nothing is due
  struct Up {     ///< it runs
    ChildRun run;
  };
  struct Ending {  ///< it was told to end
    ChildRun run;
    Milliseconds kill_at{0};
    Next next = Next::rest;
  };
  struct Sweeping {  ///< it is gone; what it left behind is awaited
    Next next = Next::rest;
    bool by_itself = false;
    Milliseconds until{0};
    Milliseconds lasted{0};  ///< how long it ran
  };
  struct Waiting {  ///< it crashed and comes back
    Milliseconds until{0};
  };
  struct Over {  ///< so is everything
    int code = 0;
  };
  using State = std::variant<Off, Up, Ending, Sweeping, Waiting, Over>;

  void enter(State state);
  void take_job();
  void rest();
  void answer(base::Result<void> result);
  void end(ChildRun run, Next next);
  void kill_overdue();
  base::Result<ReadyRun> prepare() const;
  base::Result<void> start(base::Result<ReadyRun> ready);
  void start_again();
  void gone(const Ended& end);
  void sweep();
  void go_on(const Sweeping& swept);
  void come_back(Milliseconds lasted);
  bool comes_back() const;
  bool is_about_to_come_back() const;
  void finish_if_for_good();
  model::ServiceState state() const;
  void poke();

  const ChildSettings m_settings;
  ChildUnits& m_units;
  ports::Clock& m_clock;
  const std::function<base::Result<base::Fd>()> m_input;
  const std::function<void()> m_on_change;
  const base::Fd m_words;

  mutable std::mutex m_mutex;  ///< over all that follows
  std::condition_variable_any m_moved;
  State m_state = Off{};
  std::optional<ports::Job::Kind> m_job;  ///< asked for, not yet answered
  bool m_job_begun = false;
  std::optional<base::Result<void>> m_answer;
  std::optional<ReadyRun> m_next;   ///< for the restart that is under way
  std::optional<Ended> m_last_end;  ///< of the newest run, once it has ended
  std::string m_last_digest;        ///< of the unit that the newest run was started from
  bool m_ended_for_good = false;
  bool m_in_turn = false;
  bool m_stopping = false;
  CrashPacing m_crashes;
  unsigned m_restarts = 0;      ///< since the last job
  unsigned long m_changes = 0;  ///< of the state
  unsigned long m_seen = 0;     ///< `m_changes` when states() was last asked
};

}  // namespace lavavisor::process
