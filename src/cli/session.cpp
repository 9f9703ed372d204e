// The frame around every command that changes things.
// SPDX-License-Identifier: Apache-2.0
#include "cli/session.hpp"

#include "adapters/process/directory_lock.hpp"
#include "adapters/process/signals.hpp"
#include "base/log.hpp"
#include "cli/exit_code.hpp"
#include "cli/git_commit.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/reporter.hpp"
#include "view/report.hpp"

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
  run.config_commit = git_commit_of(desired.file);
  return run;
}

int settle_and_report(const Options& options,
                      const model::Desired& desired,
                      std::string_view trigger) {
  const process::Signals signals;
  auto host = writing_host(desired, signals.token());
  Reporter reporter{host.journal(),
                    host.clock(),
                    run_record(desired, trigger),
                    Record::always,
                    Progress{options}};
  model::Learnt learnt;
  const auto settled = reconcile::settle(desired,
                                         host.sensors(),
                                         host.actuators(),
                                         reporter,
                                         learnt,
                                         reconcile::k_never,
                                         signals.token());
  const auto* result = reconcile::result_word(settled);
  reporter.close(result);
  print_report(options, desired, settled.last, result);
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
                             : view.text(*desired, pass.observed, pass.plan, view_colour(options)));
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
        desired, pass.observed, pass.plan, pass.report, result, view_colour(options));
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
  std::cerr << "lavavisor: " << error.message << "\n";
  return k_failed;
}

int refuse(const base::Error& error) {
  complain(error);
  return k_usage;
}

view::Colour view_colour(const Options& options) {
  return colour_stdout(options) ? view::Colour::yes : view::Colour::no;
}

}  // namespace lavavisor::cli
