// `lavavisor wrap` and `pod`: run's pipeline, with one child process in place of systemd.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/pulse.hpp"
#include "adapters/process/binary_watch.hpp"
#include "adapters/process/child_service.hpp"
#include "adapters/process/config_watch.hpp"
#include "adapters/process/init.hpp"
#include "adapters/process/keyring_password.hpp"
#include "adapters/process/system_clock.hpp"
#include "adapters/release/file_binaries.hpp"
#include "adapters/store/store.hpp"
#include "adapters/systemd/notify.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/quantity.hpp"
#include "cli/board.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"
#include "cli/turns.hpp"
#include "cli/web.hpp"
#include "cli/wrap_turns.hpp"
#include "compat/wrapped.hpp"
#include "model/layout.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <build_info.hpp>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

namespace lavavisor::cli {
namespace {

using base::Result;
using reconcile::Wake;
using reconcile::WakeBox;
using std::chrono::milliseconds;

constexpr milliseconds k_loop_end{10'000};  // the longest that the end waits for the loop
constexpr milliseconds k_last_words{1'000};

enum class MayBuild { no, yes };

/// Descriptors 0 to 2 are there, so that nothing else of ours takes their place.
void fill_standard_descriptors() {
  while (true) {
    const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd > STDERR_FILENO || fd < 0) {
      ::close(fd);
      return;
    }
    ::fcntl(fd, F_SETFD, 0);
  }
}

/// What the child gets of secrets, and of limits that secrets changed here.
struct Given {
  std::optional<process::Secret> password;
  rlimit core{};
};

Result<Given> take_password(const WrapOptions& wrap) {
  Given given;
  ::getrlimit(RLIMIT_CORE, &given.core);
  if (!wrap.enter_keyring_password && wrap.keyring_password_file.empty()) {
    return given;
  }
  const auto core = process::forbid_core_dumps();
  if (!core) {
    return tl::make_unexpected(core.error());
  }
  given.core = *core;
  auto password = wrap.enter_keyring_password
                      ? process::prompt_for_password(STDIN_FILENO, STDERR_FILENO)
                      : process::password_from_file(wrap.keyring_password_file);
  if (!password) {
    return tl::make_unexpected(password.error());
  }
  given.password = std::move(*password);
  return given;
}

process::RestartPolicy restart_policy(const std::string& word) {
  static const std::map<std::string, process::RestartPolicy> k_policies = {
      {"always", process::RestartPolicy::always},
      {"on-failure", process::RestartPolicy::on_failure},
      {"never", process::RestartPolicy::never}};
  return k_policies.at(word);
}

process::ChildSettings child_settings(const model::Desired& desired,
                                      const WrapOptions& wrap,
                                      milliseconds stop_timeout,
                                      const process::InitSignals& signals,
                                      const rlimit& core) {
  const auto& service = desired.services.front();
  process::ChildSettings settings;
  settings.service = service.name;
  settings.directory = desired.directory;
  settings.command.assign(service.command.begin() + 1, service.command.end());
  settings.restart = restart_policy(wrap.restart);
  settings.stop_timeout = stop_timeout;
  settings.ignored_signals = signals.ignored();
  settings.core = core;
  return settings;
}

/// The threads that watch this host for wrap.
class WrapWatches {
 public:
  WrapWatches(const model::Desired& desired, WakeBox& wakes)
      : m_binaries{desired.directory, [&wakes] {
                     wakes.notify(Wake::binary_arrived);
                   }} {
    if (!desired.file.empty()) {
      m_file.emplace(std::vector{desired.file}, [&wakes] { wakes.notify(Wake::config_changed); });
    }
  }

 private:
  process::BinaryWatch m_binaries;
  std::optional<process::ConfigWatch> m_file;
};

/// Installing and starting; what systemd would keep of units is nothing to tell of here.
bool is_deed(const model::Action& action) {
  return !std::holds_alternative<model::WriteUnit>(action) &&
         !std::holds_alternative<model::ReloadManager>(action);
}

/// True when what is installed leaves no doubt what to start: there is one binary, or it is known
/// from before which one the chain wants. Else the chain is waited for, for a moment.
bool can_start_at_once(const model::Desired& desired) {
  release::FileBinaryInventory inventory;
  const auto installed = inventory.installed(desired.directory);
  if (!installed || installed->empty()) {
    return false;
  }
  store::StoreReader ledger{model::state_file(desired.directory)};
  const auto memory = ledger.memory();
  return installed->size() == 1 || std::holds_alternative<model::Release>(desired.binary.version) ||
         (memory && memory->last_known);
}

/// True when units stand in the directory: others run what is installed there, and prune it.
bool is_shared_with_units(const model::Path& directory) {
  std::error_code ignored;
  const std::filesystem::directory_iterator entries{model::services_dir(directory), ignored};
  return std::any_of(begin(entries), end(entries), [](const auto& entry) {
    return entry.path().extension() == ".service";
  });
}

/// What `request` asks for on this host. In a container (pod) there is nobody else: what mounts its
/// volumes makes folders that everybody may write, as Kubernetes does for a ConfigMap.
config::Loaded load_wrapped(const compat::WrapRequest& request, MayBuild may_build) {
  auto environment = config::process_environment();
  environment.exposed =
      may_build == MayBuild::no ? config::Exposed::warned : config::Exposed::refused;
  auto loaded = compat::wrapped(request, environment);
  if (loaded.desired && may_build == MayBuild::no) {
    loaded.desired->binary.method = model::Method::release;
  }
  if (loaded.desired && is_shared_with_units(loaded.desired->directory)) {
    loaded.desired->binary.keep = std::numeric_limits<unsigned>::max();
  }
  return loaded;
}

/// All that `wrap` is made of once its arguments are understood.
class Wrap {
 public:
  Wrap(const Options& options,
       std::string trigger,
       std::function<config::Loaded()> load,
       const model::Desired& desired,
       milliseconds stop_timeout,
       const process::InitSignals& signals,
       Given given)
      : m_signals{signals},
        m_given{std::move(given)},
        m_listen{options.wrap.listen},
        m_child{child_settings(desired, options.wrap, stop_timeout, signals, m_given.core),
                m_units,
                m_clock,
                [this] { return input(); },
                [this] {
                  m_wakes.notify(Wake::unit_stopped);
                }},
        m_turns{make_turns(setup(options, std::move(trigger), std::move(load), desired),
                           desired,
                           m_wakes,
                           m_pulse),
                m_child},
        m_web{m_board, m_pulse, [this] {
                return m_turns.is_ready();
              }} {}

  /// Serve at the address of --listen, if there is one: it beats the configuration's.
  Result<void> listen() { return m_listen.empty() ? Result<void>{} : m_web.listen(m_listen); }

  /// Until all is over; what to exit with. The loop goes on in a thread of its own meanwhile.
  int run() {
    std::packaged_task<void()> loop{[this] {
      reconcile::loop(m_turns, m_wakes, m_pulse, m_clock, m_stop.get_token());
    }};
    auto ended = loop.get_future();
    std::thread thread{std::move(loop)};
    const auto end_loop = [this] {
      m_stop.request_stop();
    };
    const int code = process::look_after(m_child, m_signals, end_loop);
    end_loop();
    m_has_ended = ended.wait_for(k_loop_end) == std::future_status::ready;
    m_has_ended ? thread.join() : thread.detach();
    return code;
  }

  /// False after a run() whose loop would not end; then this must not be destroyed.
  bool has_ended() const { return m_has_ended; }

 private:
  TurnsSetup setup(const Options& options,
                   std::string trigger,
                   std::function<config::Loaded()> load,
                   const model::Desired& desired) {
    return {
        .trigger = std::move(trigger),
        .load = std::move(load),
        .host =
            [this](const model::Desired& now, std::stop_token stop) {
              return Host::for_child(now, {m_units, m_units, m_child, m_child}, std::move(stop));
            },
        .watch = [](const model::Desired& now,
                    WakeBox& wakes) { return std::make_shared<WrapWatches>(now, wakes); },
        .unit_changes = {},
        .is_told = is_deed,
        .progress = Progress{options, Progress::Place::among_others},
        .board = m_board,
        .before_turn =
            [this](const model::Desired& now) {
              m_web.follow(m_listen.empty() ? now.metrics.listen : m_listen);
            },
        .starts_at_once = can_start_at_once(desired)};
  }

  Result<base::Fd> input() const {
    return m_given.password ? process::stdin_with(*m_given.password) : Result<base::Fd>{base::Fd{}};
  }

  const process::InitSignals& m_signals;
  const Given m_given;
  const std::string m_listen;  ///< "" = as the configuration says
  process::SystemClock m_clock;
  systemd::Notify m_notify;
  http::Pulse m_pulse{m_clock, m_notify};
  Board m_board{std::string{k_version}, host_name(), m_clock};
  WakeBox m_wakes;
  std::stop_source m_stop;
  process::ChildUnits m_units{m_clock};
  process::ChildService m_child;
  WrapTurns m_turns;
  Web m_web;
  bool m_has_ended = true;
};

/// A reader of our stderr that stalls holds up nothing, not even the end.
[[noreturn]] void leave(int code) {
  base::flush_log(k_last_words);
  std::_Exit(code);
}

void warn_of(const model::Desired& desired) {
  if (desired.chain.id.empty()) {
    base::log_warn(
        "no chain id is given, so endpoints are believed whatever network they serve; "
        "say --chain-id");
  }
  if (::geteuid() == 0) {
    base::log_warn("lavap runs as root, as lavavisor does; run it as a user of its own");
  }
}

/// Listen, make the directory, and run until all is over; what to exit with.
int run(const Options& options,
        const std::string& trigger,
        const std::function<config::Loaded()>& load,
        const model::Desired& desired,
        milliseconds stop_timeout,
        const process::InitSignals& signals,
        Given given) {
  Wrap all{options, trigger, load, desired, stop_timeout, signals, std::move(given)};
  if (auto listens = all.listen(); !listens) {
    base::log_error(listens.error().message);
    return k_usage;
  }
  if (auto made = base::make_directories(desired.directory); !made) {
    base::log_error(made.error().message);
    return k_failed;
  }
  base::log_info("lavavisor " + std::string{k_version} + " looks after " +
                 desired.services.front().name + " in " + desired.directory.string());
  warn_of(desired);
  const int code = all.run();
  if (!all.has_ended()) {
    base::log_warn("the loop did not end in time and is left behind");
    leave(code);
  }
  return code;
}

int supervise(const Options& options,
              compat::WrapRequest request,
              MayBuild may_build,
              const std::string& trigger) {
  const auto& wrap = options.wrap;
  const auto stop_timeout = base::parse_duration(wrap.stop_timeout);
  if (!stop_timeout) {
    return refuse({"--stop-timeout: " + stop_timeout.error().message});
  }
  const auto load = [request = std::move(request), may_build] {
    return load_wrapped(request, may_build);
  };
  const auto loaded = load();
  show_findings(options, loaded.findings);
  if (!loaded.desired) {
    return k_usage;
  }
  fill_standard_descriptors();
  auto given = take_password(wrap);
  if (!given) {
    return refuse(given.error());
  }
  const process::InitSignals signals;
  base::log_among_others();
  leave(run(options, trigger, load, *loaded.desired, *stop_timeout, signals, std::move(*given)));
}

compat::WrapRequest request_of(const Options& options) {
  compat::WrapRequest request;
  request.cmd = options.wrap.cmd;
  request.auto_download = options.site.auto_download;
  request.directory = options.site.directory;
  request.node = options.site.node;
  request.chain_id = options.site.chain_id;
  request.config = options.config;
  return request;
}

}  // namespace

int wrap(const Options& options) {
  return supervise(options, request_of(options), MayBuild::yes, "wrap");
}

int pod(const Options& options) {
  auto request = request_of(options);
  request.auto_download = true;
  return supervise(options, std::move(request), MayBuild::no, "pod");
}

}  // namespace lavavisor::cli
