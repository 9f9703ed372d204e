// A turn has adapters of its own; between turns only the chain's connections and the watches live.
// SPDX-License-Identifier: Apache-2.0
#include "cli/turns.hpp"

#include "adapters/chain/http_chain_query.hpp"
#include "adapters/process/system_clock.hpp"
#include "base/idle_memory.hpp"
#include "base/log.hpp"
#include "cli/announcer.hpp"
#include "cli/audience.hpp"
#include "cli/courier.hpp"
#include "cli/last_look.hpp"
#include "cli/reporter.hpp"
#include "cli/session.hpp"
#include "cli/supervised.hpp"
#include "cli/timekeeper.hpp"
#include "model/layout.hpp"
#include "observe/chain_judgement.hpp"
#include "reconcile/chain_watch.hpp"
#include "reconcile/settle.hpp"
#include "view/sentence.hpp"

#include <algorithm>
#include <build_info.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace lavavisor::cli {
namespace {

using reconcile::Wake;
using reconcile::WakeBox;

/// A chain that has not been asked.
class NotAsked final : public ports::ChainQuery {
 public:
  std::vector<base::Result<model::EndpointAnswer>> ask(const model::ChainSettings& chain,
                                                       std::stop_token /*stop*/) override {
    const base::Result<model::EndpointAnswer> nothing = base::fail("was not asked yet");
    return {chain.endpoints.size(), nothing};
  }
};

/// The thread that asks the chain, with the connections that it keeps.
class ChainThread {
 public:
  ChainThread(const model::Desired& desired, WakeBox& wakes)
      : m_watch{m_query, desired.chain, desired.interval, [&wakes] {
                  wakes.notify(Wake::chain_news);
                }} {}

  reconcile::ChainWatch& watch() { return m_watch; }

 private:
  chain::HttpChainQuery m_query{k_version};
  reconcile::ChainWatch m_watch;
};

std::string first_error(const std::vector<config::Finding>& findings) {
  const auto error = std::find_if(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.severity == config::Finding::Severity::error;
  });
  return error->file + ":" + std::to_string(error->line) + ":" + std::to_string(error->column) +
         ": " + error->message;
}

class ConfiguredTurns final : public reconcile::Turns {
 public:
  ConfiguredTurns(TurnsSetup setup,
                  model::Desired desired,
                  WakeBox& wakes,
                  ports::Supervisor& supervisor)
      : m_setup{std::move(setup)},
        m_desired{std::move(desired)},
        m_wakes{wakes},
        m_supervisor{supervisor},
        m_chain{std::in_place, m_desired, wakes},
        m_watches{m_setup.watch(m_desired, wakes)},
        m_courier{std::make_unique<Courier>(m_desired)},
        m_record{run_record(m_desired, m_setup.trigger)},
        m_last_look{m_setup.unit_changes},
        m_starts_at_once{m_setup.starts_at_once} {
    m_setup.board.take_up(m_desired, m_record);
  }

  base::Result<bool> read_again() override {
    m_next.reset();
    auto loaded = m_setup.load();
    if (!loaded.desired) {
      return base::fail(first_error(loaded.findings));
    }
    if (loaded.desired->directory != m_desired.directory) {
      return base::fail("directory changed to " + loaded.desired->directory.string() +
                        "; restart lavavisor to move there");
    }
    if (*loaded.desired == m_desired) {
      m_record = run_record(m_desired, m_setup.trigger);  // its commit may be another one
      m_setup.board.take_up(m_desired, m_record);
      return false;
    }
    m_next = std::move(loaded.desired);
    return true;
  }

  /// The chain's answers stay while the same is asked: a hanging endpoint delays nothing now
  /// either.
  void take_up() override {
    const bool asks_the_same =
        m_next->chain == m_desired.chain && m_next->interval == m_desired.interval;
    m_watches.reset();
    const bool tells_the_same = m_next->notify == m_desired.notify;
    m_desired = *std::exchange(m_next, std::nullopt);
    m_record = run_record(m_desired, m_setup.trigger);
    m_setup.board.take_up(m_desired, m_record);
    if (!tells_the_same) {
      m_courier = std::make_unique<Courier>(m_desired);
    }
    m_learnt.failures.clear();
    m_last_look.forget();
    m_watches = m_setup.watch(m_desired, m_wakes);
    if (!asks_the_same) {
      m_chain.emplace(m_desired, m_wakes);
    }
  }

  void start_afresh() override {
    m_learnt.failures.clear();
    m_last_look.forget();
    m_chain->watch().ask_now();
  }

  reconcile::TurnResult turn(std::stop_token stop) override {
    m_setup.before_turn(m_desired);
    if (std::exchange(m_starts_at_once, false)) {
      return start_at_once(std::move(stop));
    }
    if (auto still = rest(stop)) {
      return std::move(*still);
    }
    m_rests = false;
    m_last_look.begin(m_desired, std::chrono::steady_clock::now());
    return settle(std::move(stop));
  }

  std::chrono::milliseconds interval() const override { return m_desired.interval; }

 private:
  /// A turn for which the last look will do; none: it has to be looked again.
  std::optional<reconcile::TurnResult> rest(const std::stop_token& stop) {
    if (m_last_look.is_forgotten()) {
      return std::nullopt;
    }
    const auto began = std::chrono::steady_clock::now();
    const auto answers = m_chain->watch().ask(m_desired.chain, stop);
    const auto at = m_clock.now();
    const auto* pass =
        m_last_look.still_holds(observe::judge(m_desired.chain, answers, at), at, began);
    if (pass == nullptr) {
      return std::nullopt;
    }
    m_setup.board.pass_ended({pass->observed, pass->plan}, reconcile::k_converged, since(began));
    if (!std::exchange(m_rests, true)) {
      base::release_idle_memory();  // of the watches, too, which have begun meanwhile
    }
    return reconcile::TurnResult{
        false, view::sentence(m_desired, pass->observed, pass->plan, pass->report)};
  }

  reconcile::TurnResult settle(std::stop_token stop) {
    return turn_of(m_desired, m_chain->watch(), {m_setup.is_told, true, &m_said}, std::move(stop));
  }

  /// Nothing that is missing is worth a word yet: the next turn fetches it.
  reconcile::TurnResult start_at_once(std::stop_token stop) {
    model::Desired now = m_desired;
    now.binary.auto_download = false;
    NotAsked chain;
    auto result = turn_of(now, chain, {m_setup.is_told, false, nullptr}, std::move(stop));
    m_wakes.notify(Wake::chain_news);
    return result;
  }

  /// Every turn has a host of its own: a state.db that was moved or a bus that was restarted since
  /// the last one makes no difference.
  reconcile::TurnResult turn_of(const model::Desired& desired,
                                ports::ChainQuery& chain,
                                Reticence reticence,
                                std::stop_token stop) {
    auto host = m_setup.host(desired, stop);
    complain(host.complaints());
    const auto own = host.sensors();
    const ports::Sensors sensors{
        chain, own.binaries, own.prober, own.units, own.services, own.ledger, own.clock};
    const auto began = std::chrono::steady_clock::now();
    const bool tells_what_is_wrong = reticence.tells_notices;
    Supervised supervised{desired, m_supervisor};
    BoardListener board{m_setup.board};
    Announcer announcer{desired.notify, host.outbox(), own.ledger, own.clock, [this] {
                          m_courier->nudge();
                        }};
    Timekeeper timekeeper{desired, host.journal(), own.clock};
    Reporter reporter{host.journal(),
                      own.clock,
                      m_record,
                      Record::when_something_happens,
                      m_setup.progress,
                      std::move(reticence)};
    Audience audience{{&supervised, &board, &announcer, &timekeeper, &reporter}};
    const auto settled = reconcile::settle(
        desired, sensors, host.actuators(), audience, m_learnt, desired.interval, stop);
    const auto* result = reconcile::result_word(settled);
    reporter.close(result);
    if (tells_what_is_wrong) {
      announcer.close(settled.last);
    }
    m_setup.board.pass_ended(look_after(desired, sensors, settled.last, m_learnt, stop),
                             result,
                             since(began),
                             own.ledger);
    m_last_look.end(settled);
    base::release_idle_memory();
    return {settled.failed,
            view::sentence(desired, settled.last.observed, settled.last.plan, settled.last.report)};
  }

  static std::chrono::microseconds since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 began);
  }

  /// What is the same as in the turn before is not logged again.
  void complain(const std::vector<std::string>& complaints) {
    for (const auto& complaint : complaints) {
      if (std::find(m_complaints.begin(), m_complaints.end(), complaint) == m_complaints.end()) {
        base::log_warn(complaint);
      }
    }
    m_complaints = complaints;
  }

  TurnsSetup m_setup;
  model::Desired m_desired;
  WakeBox& m_wakes;
  ports::Supervisor& m_supervisor;
  std::optional<ChainThread> m_chain;
  std::shared_ptr<void> m_watches;
  std::unique_ptr<Courier> m_courier;
  model::RunRecord m_record;             ///< of runs with this configuration
  std::optional<model::Desired> m_next;  ///< what read_again() found
  model::Learnt m_learnt;
  LastLook m_last_look;
  bool m_rests = false;  ///< the last look did for the last turn
  process::SystemClock m_clock;
  std::set<std::string> m_said;           ///< notices of the turn before
  std::vector<std::string> m_complaints;  ///< of the host, in the turn before
  bool m_starts_at_once;
};

}  // namespace

std::unique_ptr<reconcile::Turns> make_turns(TurnsSetup setup,
                                             model::Desired desired,
                                             WakeBox& wakes,
                                             ports::Supervisor& supervisor) {
  return std::make_unique<ConfiguredTurns>(std::move(setup), std::move(desired), wakes, supervisor);
}

}  // namespace lavavisor::cli
