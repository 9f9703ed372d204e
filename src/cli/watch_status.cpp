// One thread looks, waits and draws; another one asks the chain.
// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_status.hpp"

#include "adapters/chain/http_chain_query.hpp"
#include "adapters/process/signals.hpp"
#include "base/log.hpp"
#include "base/write_all.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"
#include "cli/terminal.hpp"
#include "config/load.hpp"
#include "reconcile/chain_watch.hpp"
#include "reconcile/reconcile.hpp"
#include "view/status.hpp"
#include "view/watch.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <build_info.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace lavavisor::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds k_look_every{2'000};
constexpr milliseconds k_least_rest{250};  // between two looks, however much happens
constexpr milliseconds k_slice{200};       // until keys and the terminal's size are noticed
constexpr int k_costs = 5;                 // a look that takes long is repeated more rarely

/// Looks at the host again and again with what a look needs to know of the one before.
class Looker {
 public:
  Looker(config::Loaded loaded, std::filesystem::path file)
      : m_file{std::move(file)}, m_desired{std::move(*loaded.desired)} {}

  reconcile::Pass look(std::stop_token stop) {
    read_again();
    if (!m_chain) {
      m_chain.emplace(m_query, m_desired.chain, m_desired.interval, [this] { m_news = true; });
    }
    if (!m_host) {
      m_host.emplace(Host::for_reading(m_desired));
    }
    const auto own = m_host->sensors();
    const ports::Sensors sensors{
        *m_chain, own.binaries, own.prober, own.units, own.services, own.ledger, own.clock};
    auto pass = reconcile::preview(m_desired, sensors, {}, std::move(stop));
    m_news = false;
    if (!pass.observed.manager) {
      m_host.reset();  // its connection may be the reason
    }
    return pass;
  }

  /// Wait for `limit`, or until something is known to have changed: then true.
  bool wait(milliseconds limit, std::stop_token stop) {
    const auto end = Clock::now() + limit;
    if (m_host) {
      m_host->sensors().services.wait_for_change(limit, std::move(stop));
    } else {
      ::poll(nullptr, 0, static_cast<int>(limit.count()));
    }
    return m_news || (m_host && Clock::now() < end);
  }

  const model::Desired& desired() const { return m_desired; }

  /// What is wrong with the configuration as it is now; "" = nothing.
  const std::string& trouble() const { return m_trouble; }

 private:
  void read_again() {
    auto loaded = config::load(m_file, config::process_environment());
    m_trouble = loaded.desired ? "" : "the file is broken now; this is for the one before it";
    if (!loaded.desired || *loaded.desired == m_desired) {
      return;
    }
    m_chain.reset();
    m_host.reset();
    m_desired = std::move(*loaded.desired);
  }

  std::filesystem::path m_file;
  model::Desired m_desired;
  std::string m_trouble;
  chain::HttpChainQuery m_query{k_version};
  std::atomic<bool> m_news{false};
  std::optional<reconcile::ChainWatch> m_chain;
  std::optional<Host> m_host;
};

/// Ctrl-Z waits until it is asked for: the terminal is to be given back before.
class HeldStop {
 public:
  HeldStop() {
    ::sigemptyset(&m_set);
    ::sigaddset(&m_set, SIGTSTP);
    ::pthread_sigmask(SIG_BLOCK, &m_set, &m_before);
  }
  ~HeldStop() { ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
  HeldStop(const HeldStop&) = delete;
  HeldStop& operator=(const HeldStop&) = delete;

  bool take() const {
    const timespec at_once{};
    return ::sigtimedwait(&m_set, nullptr, &at_once) == SIGTSTP;
  }

 private:
  sigset_t m_set{};
  sigset_t m_before{};
};

/// The terminal's other page, without a cursor, until it goes out of scope (xterm's control
/// sequences, which all terminals took over).
class OtherPage {
 public:
  OtherPage() { base::write_all(STDOUT_FILENO, "\x1b[?1049h\x1b[?25l"); }
  ~OtherPage() { base::write_all(STDOUT_FILENO, "\x1b[?25h\x1b[?1049l"); }
  OtherPage(const OtherPage&) = delete;
  OtherPage& operator=(const OtherPage&) = delete;
};

/// Where the status goes, and how often.
class Output {
 public:
  explicit Output(const Options& options)
      : m_options{options}, m_is_page{can_draw(STDOUT_FILENO) && !options.json} {
    if (m_is_page) {
      base::log_inside([](const std::function<void()>&) {});  // the page says it, too
      m_page.emplace();
    }
  }
  ~Output() {
    if (m_is_page) {
      base::log_inside({});
    }
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void show(const Looker& looker, const reconcile::Pass& pass) {
    m_is_page ? draw(looker, pass) : print_news(looker, pass);
  }

  /// True when the terminal has another size than the page was drawn for.
  bool is_outgrown() const { return m_is_page && terminal_size(STDOUT_FILENO) != m_size; }

  /// Give the terminal back and stop, as Ctrl-Z asks.
  void stop_for_now() {
    m_page.reset();
    ::raise(SIGSTOP);
    if (m_is_page) {
      m_page.emplace();
    }
  }

  bool is_closed() const { return m_is_closed || is_reader_gone(); }

 private:
  static bool is_reader_gone() {
    pollfd out{STDOUT_FILENO, 0, 0};
    return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
  }

  void write(const std::string& text) {
    m_is_closed = !base::write_all(STDOUT_FILENO, text) || m_is_closed;
  }

  void draw(const Looker& looker, const reconcile::Pass& pass) {
    m_size = terminal_size(STDOUT_FILENO);
    const auto lines = view::watch_page(looker.desired(),
                                        pass.observed,
                                        pass.plan,
                                        looker.trouble(),
                                        view_screen(m_options),
                                        m_size ? m_size->rows : 0);
    std::string frame{"\x1b[H"};
    for (std::size_t i = 0; i < lines.size(); ++i) {
      frame.append(i == 0 ? "" : "\n").append(lines[i]).append("\x1b[K");
    }
    write(frame + "\x1b[J");
  }

  void print_news(const Looker& looker, const reconcile::Pass& pass) {
    auto essence = view::watch_essence(looker.desired(), pass.observed, pass.plan);
    if (essence == m_said) {
      return;
    }
    if (m_options.json) {
      write(view::on_one_line(view::status_json(looker.desired(), pass.observed, pass.plan)));
    } else {
      write((m_said.empty() ? "" : "\n") + base::format_time(pass.observed.at) + "\n" +
            view::status_text(looker.desired(), pass.observed, pass.plan, view_screen(m_options)));
    }
    m_said = std::move(essence);
  }

  const Options& m_options;
  bool m_is_page;
  bool m_is_closed = false;
  std::optional<OtherPage> m_page;
  std::optional<TerminalSize> m_size;
  std::string m_said;  ///< the essence of what was printed last
};

/// Wait until it is time to look again; the page is kept in order meanwhile.
void rest(Looker& looker,
          Output& output,
          const HeldStop& held,
          const reconcile::Pass& pass,
          milliseconds limit,
          std::stop_token stop) {
  const auto began = Clock::now();
  bool changed = false;
  while (!stop.stop_requested() && !output.is_closed()) {
    const auto past = std::chrono::duration_cast<milliseconds>(Clock::now() - began);
    if (past >= limit || (changed && past >= k_least_rest)) {
      return;
    }
    changed = looker.wait(std::min(k_slice, limit - past), stop) || changed;
    if (changed && past < k_least_rest) {
      ::poll(nullptr, 0, static_cast<int>((k_least_rest - past).count()));
    }
    if (held.take()) {
      output.stop_for_now();
    }
    if (output.is_outgrown()) {
      output.show(looker, pass);
    }
  }
}

}  // namespace

int watch_status(const Options& options) {
  const auto file = config_file(options);
  auto loaded = config::load(file, config::process_environment());
  show_findings(options, loaded.findings);
  if (!loaded.desired) {
    return k_usage;
  }
  const HeldStop held;
  const process::Signals signals;
  const auto stop = signals.token();
  Looker looker{std::move(loaded), file};
  Output output{options};
  while (!stop.stop_requested() && !output.is_closed()) {
    const auto began = Clock::now();
    const auto pass = looker.look(stop);
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - began);
    if (stop.stop_requested()) {
      break;
    }
    output.show(looker, pass);
    rest(looker, output, held, pass, std::max(k_look_every, k_costs * took), stop);
  }
  return k_success;
}

}  // namespace lavavisor::cli
