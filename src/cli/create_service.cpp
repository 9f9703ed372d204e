// `lavavisor create-service`: one [[service]] more in config.toml, and its files.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/directory_lock.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_config.hpp"
#include "cli/reporter.hpp"
#include "cli/session.hpp"
#include "cli/site.hpp"
#include "compat/add_service.hpp"
#include "compat/service_name.hpp"
#include "plan/make_plan.hpp"
#include "plan/only_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>
#include <set>
#include <string>
#include <utility>
#include <variant>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;
using base::Result;

model::ServiceType type_of(const ServiceOptions& said) {
  return said.type == "consumer" ? model::ServiceType::consumer : model::ServiceType::provider;
}

fs::path file_of(const ServiceOptions& said) {
  std::error_code error;
  return fs::absolute(said.file, error).lexically_normal();
}

/// Keeps another create-service from editing the same file until this object goes.
base::Fd hold_folder(const fs::path& folder) {
  base::Fd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd) {
    ::flock(fd.get(), LOCK_EX);
  }
  return fd;
}

Result<compat::ServiceDraft> draft_of(const Options& options,
                                      const std::string& chain,
                                      const model::Desired& desired) {
  const auto& said = options.service;
  compat::ServiceDraft draft;
  draft.type = type_of(said);
  draft.config = file_of(said);
  auto name = compat::service_name({draft.type, said.from, chain, draft.config},
                                   compat::named_services(desired));
  if (!name) {
    return tl::make_unexpected(name.error());
  }
  draft.name = std::move(*name);
  draft.from = said.from;
  draft.geolocation = said.geolocation;
  draft.keyring_backend = said.keyring_backend;
  draft.node = options.site.node;
  draft.log_level = said.log_level;
  draft.chain_id = options.site.chain_id;
  draft.parallel_connections = said.parallel_connections;
  draft.user = said.user;
  draft.create_link = said.create_link;
  return draft;
}

/// Give the file that was just written to whose it was `before`; not what others may have put in
/// its place meanwhile.
void give_back(const fs::path& file, const struct stat& before) {
  const base::Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  struct stat now {};
  if (fd && ::fstat(fd.get(), &now) == 0 && S_ISREG(now.st_mode) && now.st_nlink == 1) {
    [[maybe_unused]] const auto kept = ::fchown(fd.get(), before.st_uid, before.st_gid);
  }
}

/// Write `text` over config.toml, whose mode and owner stay.
Result<void> replace_config(const fs::path& file, const std::string& text) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    return base::fail("cannot look at " + file.string());
  }
  const auto target = fs::weakly_canonical(file);  // a link to it, as GitOps tools make, stays one
  auto written =
      base::write_file_atomically(target, text, {status.st_mode & 07777U, status.st_gid});
  if (written && ::geteuid() == 0) {
    give_back(target, status);
  }
  return written;
}

/// A user who is not there yet is no reason to wait with the files.
void tell_missing(const std::set<std::string>& missing, const std::string& user) {
  if (missing.contains(user)) {
    base::log_warn("the user " + user + " does not exist on this host yet; create it (useradd " +
                   "--system --create-home " + user + "), or name another by --user");
  }
}

/// Write the YAML copy and the unit, and nothing else.
int write_files(const Options& options, model::Desired desired, const std::string& service) {
  desired.systemd.create_link = options.service.create_link;
  auto host = Host::for_files(desired);
  Reporter reporter{host.journal(),
                    host.clock(),
                    run_record(desired, "create-service"),
                    Record::when_something_happens,
                    Progress{options, Progress::Place::alone}};
  auto pass = reconcile::preview(desired, host.sensors(), {}, {});
  const auto missing = std::exchange(pass.observed.missing_users, {});
  pass.plan = plan::only_files(plan::make_plan(desired, pass.observed), service);
  reporter.planned(pass.observed, pass.plan);
  pass.report = apply::apply(pass.plan, desired, host.actuators(), reporter, {});
  const bool failed = reconcile::failed(pass);
  const auto* result = failed ? "failed" : pass.plan.steps.empty() ? "converged" : "changed";
  reporter.close(result);
  print_report(options, desired, pass, result);
  tell_missing(missing, model::service_named(desired, service).user);
  return exit_code_of(failed, pass);
}

/// The files of a service that stands in config.toml: those of a loop that runs are the loop's.
int write_or_leave(const Options& options,
                   const model::Desired& desired,
                   const std::string& service) {
  auto lock = process::DirectoryLock::acquire(desired.directory);
  if (const auto* held = std::get_if<process::LockHeld>(&lock)) {
    const auto holder =
        held->pid ? "the lavavisor that is at work there (pid " + std::to_string(*held->pid) + ")"
                  : std::string{"the lavavisor that is at work there"};
    std::cerr << "lavavisor: " << holder << " sees to it, if it is start or run; else apply does\n";
    return k_success;
  }
  if (const auto* error = std::get_if<base::Error>(&lock)) {
    return complain(*error);
  }
  return write_files(options, desired, service);
}

/// config.toml with the service in it.
Result<compat::Edited> edited_config(const model::Desired& before,
                                     const compat::ServiceDraft& draft) {
  const auto text = base::read_file(before.file);
  if (!text) {
    return tl::make_unexpected(text.error());
  }
  return compat::add_service({before.file, *text, config::process_environment().home}, draft);
}

int add(const Options& options, const std::string& chain, const model::Desired& before) {
  const auto draft = draft_of(options, chain, before);
  if (!draft) {
    return refuse(draft.error());
  }
  const auto edited = edited_config(before, *draft);
  if (!edited) {
    return refuse(edited.error());
  }
  const auto environment = config::process_environment();
  const auto loaded = config::load_text(before.file, edited->text, environment);
  show_findings(options, loaded.findings);
  if (!loaded.desired) {
    return refuse({"so " + draft->name + " is not written to " + before.file.string()});
  }
  if (edited->changed) {
    if (auto written = replace_config(before.file, edited->text); !written) {
      return complain(written.error());
    }
  }
  std::cerr << "lavavisor: " << draft->name << (edited->changed ? " is written to " : " is in ")
            << before.file.string() << "\n";
  return write_or_leave(options, *loaded.desired, draft->name);
}

}  // namespace

int create_service(const Options& options) {
  const auto chain = compat::first_chain(file_of(options.service), type_of(options.service));
  if (!chain) {
    return refuse(chain.error());
  }
  const auto site = open_site(options);
  if (!site) {
    return site.error();
  }
  const auto held = hold_folder(site->directory);
  const auto now = load_site(options, site->directory);
  return now.desired ? add(options, *chain, *now.desired) : static_cast<int>(k_usage);
}

}  // namespace lavavisor::cli
