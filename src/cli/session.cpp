// The frame around every command that changes things.
// SPDX-License-Identifier: Apache-2.0
#include "cli/session.hpp"

#include "adapters/process/directory_lock.hpp"
#include "adapters/process/git_state.hpp"
#include "adapters/process/signals.hpp"
#include "adapters/process/system_clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cli/announcer.hpp"
#include "cli/audience.hpp"
#include "cli/courier.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/reporter.hpp"
#include "cli/terminal.hpp"
#include "cli/textfile.hpp"
#include "cli/timekeeper.hpp"
#include "view/report.hpp"

#include <unistd.h>

#include <iostream>
#include <utility>
#include <variant>

namespace lavavisor::cli {
namespace {

int refuse_second(const model::Desired& desired, const process::LockHeld& held) {
  const std::string holder = held.pid ? "pid " + std::to_string(*held.pid) : "another process";
  std::cerr << "lavavisor: " << desired.directory.string() << " is held by another lavavisor ("
            << holder << "); nothing was changed\n";
  return k_locked;
}

}  // namespace

int with_locked_directory(const model::Desired& desired,
                          const std::function<int(const model::Desired&)>& body) {
  auto outcome = process::DirectoryLock::acquire(desired.directory);
  if (const auto* held = std::get_if<process::LockHeld>(&outcome)) {
    return refuse_second(desired, *held);
  }
  if (const auto* error = std::get_if<base::Error>(&outcome)) {
    return complain(*error);
  }
  return body(desired);
}

int with_locked_directory(const Options& options,
                          const std::function<int(const model::Desired&)>& body) {
  const auto desired = load_config(options);
  return desired ? with_locked_directory(*desired, body) : static_cast<int>(k_usage);
}

Host writing_host(const model::Desired& desired, std::stop_token stop) {
  auto host = Host::for_writing(desired, std::move(stop));
  for (const auto& complaint : host.complaints()) {
    base::log_warn(complaint);
  }
  return host;
}

model::RunRecord run_record(const model::Desired& desired, std::string_view trigger) {
  model::RunRecord run;
  run.trigger = trigger;
  run.config_sha256 = desired.config_sha256;
  const auto git = process::git_state_of(desired);
  run.config_commit = git.commit;
  run.config_dirty = git.dirty;
  return run;
}

view::Look look_after(const model::Desired& desired,
                      const ports::Sensors& sensors,
                      const reconcile::Pass& pass,
                      const model::Learnt& learnt,
                      std::stop_token stop) {
  if (pass.plan.steps.empty()) {
    return {pass.observed, pass.plan};
  }
  auto now = reconcile::preview(desired, sensors, learnt, std::move(stop));
  return {std::move(now.observed), std::move(now.plan)};
}

int settle_and_report(const Options& options,
                      const model::Desired& desired,
                      std::string_view trigger) {
  const process::Signals signals;
  auto host = writing_host(desired, signals.token());
  const auto record = run_record(desired, trigger);
  const auto sensors = host.sensors();
  Announcer announcer{desired.notify, host.outbox(), sensors.ledger, sensors.clock};
  Timekeeper timekeeper{desired, host.journal(), sensors.clock};
  Reporter reporter{
      host.journal(), sensors.clock, record, Record::always, Progress{options, desired}};
  Audience audience{{&announcer, &timekeeper, &reporter}};
  model::Learnt learnt;
  const auto settled = reconcile::settle(
      desired, sensors, host.actuators(), audience, learnt, reconcile::k_never, signals.token());
  const auto* result = reconcile::result_word(settled);
  reporter.close(result);
  announcer.close(settled.last);
  print_report(options, desired, settled.last, result);
  if (!desired.metrics.textfile.empty()) {
    write_textfile(desired,
                   look_after(desired, sensors, settled.last, learnt, signals.token()),
                   result,
                   record,
                   sensors.ledger,
                   sensors.clock);
  }
  deliver_due(desired, signals.token());
  const bool asked_for = trigger == "rollback";
  const bool failed =
      settled.failed || (settled.rolled_back && !asked_for) || settled.last.report.interrupted;
  return exit_code_of(failed, settled.last);
}

int show_preview(const Options& options, const PreviewView& view) {
  const auto desired = load_config(options);
  if (!desired) {
    return k_usage;
  }
  auto host = Host::for_reading(*desired);
  const auto pass = reconcile::preview(*desired, host.sensors(), {}, {});
  std::cout << (options.json ? view.json(*desired, pass.observed, pass.plan)
                             : view.text(*desired, pass.observed, pass.plan, view_screen(options)));
  return k_success;
}

int with_memory(const Options& options,
                const std::function<int(const model::Desired&, const model::Memory&)>& body) {
  const auto desired = load_config(options);
  if (!desired) {
    return k_usage;
  }
  auto host = Host::for_reading(*desired);
  const auto memory = host.ledger_reader().memory();
  return memory ? body(*desired, *memory) : complain(memory.error());
}

void print_report(const Options& options,
                  const model::Desired& desired,
                  const reconcile::Pass& pass,
                  std::string_view result) {
  if (options.json) {
    std::cout << view::report_json(desired, pass.observed, pass.plan, pass.report, result);
  } else {
    std::cout << view::report_text(
        desired, pass.observed, pass.plan, pass.report, result, view_screen(options));
  }
  std::cout << std::flush;
}

int exit_code_of(bool failed, const reconcile::Pass& pass) {
  if (failed && !reconcile::only_lacks_versions(pass)) {
    return k_failed;
  }
  return pass.observed.chain.versions ? k_success : k_untrusted_chain;
}

int complain(const base::Error& error) {
  std::cerr << "lavavisor: " << base::printable(error.message, 4 * error.message.size()) << "\n";
  return k_failed;
}

int refuse(const base::Error& error) {
  complain(error);
  return k_usage;
}

view::Colour view_colour(const Options& options) {
  return colour_stdout(options) ? view::Colour::yes : view::Colour::no;
}

view::Screen view_screen(const Options& options) {
  view::Screen screen{view_colour(options)};
  const auto size = terminal_size(STDOUT_FILENO);
  screen.width = size ? size->columns : 0;
  screen.now = process::SystemClock{}.now();
  return screen;
}

}  // namespace lavavisor::cli
