// `lavavisor run`: the reconcile loop as a long-lived service.
// SPDX-License-Identifier: Apache-2.0
#include "cli/run_loop.hpp"

#include "adapters/http/pulse.hpp"
#include "adapters/process/binary_watch.hpp"
#include "adapters/process/config_watch.hpp"
#include "adapters/process/signals.hpp"
#include "adapters/process/system_clock.hpp"
#include "adapters/systemd/notify.hpp"
#include "base/log.hpp"
#include "cli/board.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"
#include "cli/turns.hpp"
#include "cli/unit_watch.hpp"
#include "cli/web.hpp"

#include <atomic>
#include <build_info.hpp>
#include <filesystem>
#include <memory>
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

/// The threads that watch this host for one configuration.
class HostWatches {
 public:
  HostWatches(const model::Desired& desired, WakeBox& wakes, UnitChanges changes)
      : m_units{desired,
                [&wakes] { wakes.notify(Wake::unit_stopped); },
                [changes = std::move(changes)] {
                  ++*changes;
                }},
        m_files{files_of(desired),
                [&wakes] {
                  wakes.notify(Wake::config_changed);
                }},
        m_binaries{desired.directory, [&wakes] {
                     wakes.notify(Wake::binary_arrived);
                   }} {}

 private:
  UnitWatch m_units;
  process::ConfigWatch m_files;
  process::BinaryWatch m_binaries;
};

TurnsSetup setup_of(const Options& options,
                    const std::function<config::Loaded()>& load,
                    Board& board,
                    Web& web) {
  auto changes = std::make_shared<std::atomic<unsigned>>(0);
  return {.trigger = "run",
          .load = load,
          .host = [](const model::Desired& now,
                     std::stop_token stop) { return Host::for_writing(now, std::move(stop)); },
          .watch =
              [changes](const model::Desired& now, WakeBox& wakes) {
                return std::make_shared<HostWatches>(now, wakes, changes);
              },
          .unit_changes = changes,
          .is_told = {},
          .progress = Progress{options, Progress::Place::loop},
          .board = board,
          .before_turn = [&web](const model::Desired& now) { web.follow(now.metrics.listen); },
          .starts_at_once = false};
}

}  // namespace

int run_loop_of(const Options& options, const std::function<config::Loaded()>& load) {
  const auto loaded = load();
  show_findings(options, loaded.findings);
  if (!loaded.desired) {
    return k_usage;
  }
  return with_locked_directory(*loaded.desired, [&](const model::Desired& desired) {
    WakeBox wakes;
    const process::Signals signals{[&wakes] {
      wakes.notify(Wake::reload_asked);
    }};
    systemd::Notify systemd;
    process::SystemClock clock;
    http::Pulse supervisor{clock, systemd};
    Board board{std::string{k_version}, host_name(), clock};
    Web web{board, supervisor, [&board] {
              return board.overview().last_pass.has_value();
            }};
    const auto turns = make_turns(setup_of(options, load, board, web), desired, wakes, supervisor);
    base::log_info("lavavisor " + std::string{k_version} + " looks after " +
                   std::to_string(desired.services.size()) +
                   (desired.services.size() == 1 ? " service on " : " services on ") +
                   desired.chain.id);
    reconcile::loop(*turns, wakes, supervisor, clock, signals.token());
    base::log_info("lavavisor ends; the services go on");
    return static_cast<int>(k_success);
  });
}

int run_loop(const Options& options) {
  return run_loop_of(options, [file = config_file(options)] {
    return config::load(file, config::process_environment());
  });
}

}  // namespace lavavisor::cli
