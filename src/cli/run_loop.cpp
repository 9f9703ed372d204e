// `lavavisor run`: the reconcile loop as a long-lived service.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/http_chain_query.hpp"
#include "adapters/process/config_watch.hpp"
#include "adapters/process/signals.hpp"
#include "adapters/process/system_clock.hpp"
#include "adapters/systemd/notify.hpp"
#include "base/log.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/reporter.hpp"
#include "cli/session.hpp"
#include "cli/supervised.hpp"
#include "cli/unit_watch.hpp"
#include "config/load.hpp"
#include "reconcile/chain_watch.hpp"
#include "reconcile/loop.hpp"
#include "view/sentence.hpp"

#include <algorithm>
#include <build_info.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lavavisor::cli {
namespace {

using reconcile::Wake;
using reconcile::WakeBox;

std::vector<std::filesystem::path> files_of(const model::Desired& desired) {
  std::vector<std::filesystem::path> files = {desired.file};
  for (const auto& service : desired.services) {
    if (!service.config_path.empty()) {
      files.push_back(service.config_path);
    }
  }
  return files;
}

/// The thread that asks the chain, with the connections that it keeps.
class ChainThread {
 public:
  ChainThread(const model::Desired& desired, WakeBox& wakes)
      : m_query{k_version}, m_watch{m_query, desired.chain, desired.interval, [&wakes] {
                                      wakes.notify(Wake::chain_news);
                                    }} {}

  reconcile::ChainWatch& watch() { return m_watch; }

 private:
  chain::HttpChainQuery m_query;
  reconcile::ChainWatch m_watch;
};

/// The threads that watch this host for one configuration.
class HostWatches {
 public:
  HostWatches(const model::Desired& desired, WakeBox& wakes)
      : m_units{desired,
                [&wakes] {
                  wakes.notify(Wake::unit_stopped);
                }},
        m_files{files_of(desired), [&wakes] {
                  wakes.notify(Wake::config_changed);
                }} {}

 private:
  UnitWatch m_units;
  process::ConfigWatch m_files;
};

class HostTurns final : public reconcile::Turns {
 public:
  HostTurns(const Options& options,
            model::Desired desired,
            WakeBox& wakes,
            ports::Supervisor& supervisor)
      : m_options{options},
        m_desired{std::move(desired)},
        m_wakes{wakes},
        m_supervisor{supervisor},
        m_chain{std::in_place, m_desired, wakes},
        m_watches{std::in_place, m_desired, wakes} {}

  base::Result<bool> read_again() override {
    m_next.reset();
    auto loaded = config::load(m_desired.file, config::process_environment());
    if (!loaded.desired) {
      return base::fail(first_error(loaded.findings));
    }
    if (loaded.desired->directory != m_desired.directory) {
      return base::fail("directory changed to " + loaded.desired->directory.string() +
                        "; restart lavavisor to move there");
    }
    if (*loaded.desired == m_desired) {
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
    m_desired = *std::exchange(m_next, std::nullopt);
    m_learnt.failures.clear();
    m_watches.emplace(m_desired, m_wakes);
    if (!asks_the_same) {
      m_chain.emplace(m_desired, m_wakes);
    }
  }

  void start_afresh() override {
    m_learnt.failures.clear();
    m_chain->watch().ask_now();
  }

  /// Every turn has a host of its own: a state.db that was moved or a bus that was restarted since
  /// the last one makes no difference.
  reconcile::TurnResult turn(std::stop_token stop) override {
    auto host = Host::for_writing(m_desired, stop);
    const auto own = host.sensors();
    const ports::Sensors sensors{
        m_chain->watch(), own.binaries, own.prober, own.units, own.services, own.ledger, own.clock};
    Reporter reporter{host.journal(),
                      host.clock(),
                      run_record(m_desired, "run"),
                      Record::when_something_happens,
                      Progress{m_options},
                      &m_said};
    Supervised listener{reporter, m_desired, m_supervisor};
    const auto settled = reconcile::settle(m_desired,
                                           sensors,
                                           host.actuators(),
                                           listener,
                                           m_learnt,
                                           m_desired.interval,
                                           std::move(stop));
    reporter.close(reconcile::result_word(settled));
    return {
        settled.failed,
        view::sentence(m_desired, settled.last.observed, settled.last.plan, settled.last.report)};
  }

  std::chrono::milliseconds interval() const override { return m_desired.interval; }

 private:
  static std::string first_error(const std::vector<config::Finding>& findings) {
    const auto error = std::find_if(findings.begin(), findings.end(), [](const auto& finding) {
      return finding.severity == config::Finding::Severity::error;
    });
    return error->file + ":" + std::to_string(error->line) + ":" + std::to_string(error->column) +
           ": " + error->message;
  }

  const Options& m_options;
  model::Desired m_desired;
  WakeBox& m_wakes;
  ports::Supervisor& m_supervisor;
  std::optional<ChainThread> m_chain;
  std::optional<HostWatches> m_watches;
  std::optional<model::Desired> m_next;  ///< what read_again() found
  model::Learnt m_learnt;
  std::set<std::string> m_said;  ///< notices of the turn before
};

}  // namespace

int run_loop(const Options& options) {
  return with_locked_directory(options, [&options](const model::Desired& desired) {
    WakeBox wakes;
    const process::Signals signals{[&wakes] {
      wakes.notify(Wake::reload_asked);
    }};
    systemd::Notify supervisor;
    process::SystemClock clock;
    HostTurns turns{options, desired, wakes, supervisor};
    base::log_info("lavavisor " + std::string{k_version} + " looks after " +
                   std::to_string(desired.services.size()) +
                   (desired.services.size() == 1 ? " service on " : " services on ") +
                   desired.chain.id);
    reconcile::loop(turns, wakes, supervisor, clock, signals.token());
    base::log_info("lavavisor ends; the services go on");
    return static_cast<int>(k_success);
  });
}

}  // namespace lavavisor::cli
