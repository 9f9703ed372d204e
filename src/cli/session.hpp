// What commands have in common: the lock, the run in the history, the report, the exit code.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/host.hpp"
#include "cli/options.hpp"
#include "model/desired.hpp"
#include "model/report.hpp"
#include "reconcile/settle.hpp"
#include "view/overview.hpp"
#include "view/screen.hpp"

#include <functional>
#include <stop_token>
#include <string_view>

namespace lavavisor::cli {

/// Create and lock the directory of `desired`, and hand over; the exit code of `body`, or why it
/// could not begin (k_failed, k_locked).
int with_locked_directory(const model::Desired& desired,
                          const std::function<int(const model::Desired&)>& body);

/// The same for the configuration that `options` name; k_usage where it can't be loaded.
int with_locked_directory(const Options& options,
                          const std::function<int(const model::Desired&)>& body);

/// The host for a command that changes things; what it has to do without is logged.
Host writing_host(const model::Desired& desired, std::stop_token stop = {});

/// The run's row for the history.
model::RunRecord run_record(const model::Desired& desired, std::string_view trigger);

/// How things are after `pass`: what it saw, or where it did something what is there now.
view::Look look_after(const model::Desired& desired,
                      const ports::Sensors& sensors,
                      const reconcile::Pass& pass,
                      const model::Learnt& learnt,
                      std::stop_token stop);

/// Reconcile until settled, in the history as `trigger`, interruptible by SIGINT and SIGTERM; print
/// the report; the exit code.
int settle_and_report(const Options& options,
                      const model::Desired& desired,
                      std::string_view trigger);

/// A view of what is and what would be done, as text and as JSON.
struct PreviewView {
  std::string (*text)(const model::Desired&,
                      const model::Observed&,
                      const model::Plan&,
                      const view::Screen&);
  std::string (*json)(const model::Desired&, const model::Observed&, const model::Plan&);
};

/// Load the configuration, look, plan, and print `view` of it; k_success, or k_usage.
int show_preview(const Options& options, const PreviewView& view);

/// Hand the memory of earlier runs to `body`; its exit code, or why it can't be had.
int with_memory(const Options& options,
                const std::function<int(const model::Desired&, const model::Memory&)>& body);

/// Print the report as text or JSON.
void print_report(const Options& options,
                  const model::Desired& desired,
                  const reconcile::Pass& pass,
                  std::string_view result);

/// The exit code for what a look or a reconcile came to: failed before untrusted before success.
int exit_code_of(bool failed, const reconcile::Pass& pass);

/// Say `error` on stderr; k_failed.
int complain(const base::Error& error);

/// The same of what was asked for wrongly; k_usage.
int refuse(const base::Error& error);

/// Whether views are coloured on stdout.
view::Colour view_colour(const Options& options);

/// What views on stdout are written for.
view::Screen view_screen(const Options& options);

}  // namespace lavavisor::cli
