// One host in memory: its chain, releases, disk, service manager, ledger and clock. What changes it
// is logged as an effect, and every effect can be made to fail or to be the last before a power
// cut. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/desired.hpp"
#include "model/layout.hpp"
#include "model/observed.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace lavavisor::fakes {

using base::Result;
using base::TimePoint;
using model::Release;
using std::chrono::milliseconds;

/// Thrown where the power goes (or the process is killed); caught by the test that ordered it.
struct PowerLoss : std::runtime_error {
  PowerLoss() : std::runtime_error{"power loss"} {}
};

/// How the services of a release behave.
struct Conduct {
  std::optional<milliseconds> lives =
      std::nullopt;               ///< each process crashes after so long; none = runs on
  unsigned crashes = ~0U;         ///< so many processes do, the next one runs on
  bool starts = true;             ///< false: its start jobs fail, and the unit is `failed`
  unsigned unhealthy_checks = 0;  ///< so many health checks fail first
};

/// A binary: its digest is made from its name and edition.
struct Program {
  std::string reports;  ///< what `lavap version` prints; "" = it prints nothing that is a version
  Conduct conduct = {};
  unsigned edition = 1;  ///< another one has other bytes

  std::string sha256(const Release& release) const;
};

struct Published {
  Program program;
  std::string fetch_error;  ///< "" = it can be downloaded
};

/// What a release is built from.
struct PublishedSource {
  Program program;
  std::string fetch_error;  ///< "" = it can be downloaded
  std::string build_error;  ///< "" = it can be built

  std::string sha256(const Release& release) const {
    return program.sha256({release.name + "-source"});
  }
};

struct BinaryOnDisk {
  Program program;
  base::FileStamp stamp;
  bool held = false;
};

struct UnitOnDisk {
  std::optional<std::string> text;
  TimePoint modified;
  std::optional<std::string> config;
  bool linked = false;
  bool enabled = false;
  std::string foreign;
};

/// A process as /proc shows it.
struct Running {
  pid_t pid = 0;
  TimePoint started_at;
  Release release;
  std::string unit_digest;
  std::string sha256;
  std::uint64_t inode = 0;
};

/// What the service manager has in its memory of a unit: gone after a power cut.
struct Loaded {
  std::string text;
  TimePoint modified;
  std::string active_state = "inactive";
  std::string sub_state = "dead";
  std::string result = "success";
  unsigned restarts = 0;
  unsigned crashes = 0;  ///< since the last job
  std::optional<Running> process;
  std::optional<TimePoint> next;  ///< when it crashes, or is restarted
};

struct FakeChain {
  std::string network = "lava-testnet-2";
  std::string target = "6.1.0";
  std::string min = "5.5.1";
  std::optional<std::string> down;           ///< why nothing answers; none = it answers
  std::map<std::string, std::string> liars;  ///< endpoint -> the target that it gives instead
};

class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // --- the world, open to the test's hands -------------------------------------------------------
  FakeChain chain;
  std::map<Release, Published> published;
  std::map<Release, BinaryOnDisk> binaries;
  std::map<Release, Program> staged;
  std::map<Release, PublishedSource> sources;
  std::map<Release, PublishedSource> archives;  ///< sources that were downloaded
  std::map<Release, PublishedSource> unpacked;
  std::map<Release, Program> built;
  std::vector<std::string> packages;  ///< that were compiled
  model::LinkState link;
  std::map<std::string, UnitOnDisk> units;
  std::map<std::string, Loaded> manager;
  std::optional<std::string> manager_down;  ///< why the service manager can't be asked
  model::Memory memory;
  std::optional<std::string> ledger_down;  ///< why the ledger can be neither read nor written
  std::set<std::string> missing_users;
  std::map<std::string, unsigned> probes;  ///< by path
  std::map<std::string, unsigned> hashes;  ///< by path
  std::optional<std::string> hook_error;
  std::vector<std::map<std::string, std::string>> hook_calls;
  std::function<void(const std::string&)> on_effect;  ///< told before each effect
  std::set<Release> claims;                           ///< releases that somebody obtains now
  std::function<void()> on_claim;  ///< told when one is to be claimed: what others do meanwhile

  /// Publish a release that reports `version` and behaves so.
  void publish(const std::string& release, const std::string& version, Conduct conduct = {});

  /// Put a binary in place by hand.
  void place(const std::string& release, const std::string& version, Conduct conduct = {});

  /// Write a unit's file by hand, as an editor does.
  void edit_unit(const std::string& service, const std::string& text);

  // --- time --------------------------------------------------------------------------------------
  TimePoint now() const { return m_now; }
  milliseconds steady() const;

  /// Let time pass: services crash and are restarted meanwhile.
  void advance(milliseconds duration);

  /// Let time pass until a service changes its state or `limit` is over.
  void wait_for_change(milliseconds limit);

  // --- effects -----------------------------------------------------------------------------------

  /// One change of the world: fails when it was told to, throws when the power is to go before it,
  /// and is logged otherwise.
  Result<void> effect(const std::string& line);

  /// All effects so far, and those that are not the ledger's.
  const std::vector<std::string>& effects() const { return m_effects; }
  std::vector<std::string> deeds() const;
  void forget_effects() { m_effects.clear(); }

  /// Let the next effect that is `line` fail once with `error`.
  void fail_on(const std::string& line, const std::string& error) { m_failures[line] = error; }
  /// Let the effect after `count` more ones fail once; true until it did.
  void fail_after(std::size_t count, const std::string& error);
  bool has_failed() const { return m_has_failed; }

  /// Throw PowerLoss in place of the effect after `count` more ones.
  void power_loss_after(std::size_t count) { m_until_loss = count; }
  void no_power_loss() { m_until_loss.reset(); }

  /// After a power cut: processes and the manager's memory are gone, enabled units start.
  void boot();

  // --- the service manager -----------------------------------------------------------------------

  /// Read the unit's file where it was not read yet, as systemd does for a unit that it is asked
  /// for.
  Loaded* load(const std::string& service);
  void reload_all();
  Result<void> start(const std::string& service);
  void stop(const std::string& service);
  bool needs_reload(const std::string& service) const;

  std::uint64_t next_inode() { return ++m_inode; }

  /// The lasting state as text, without times and process ids: equal states are equal texts.
  std::string snapshot() const;

 private:
  void spawn(const std::string& service, Loaded& unit);
  void change(const std::string& service, Loaded& unit);
  std::optional<TimePoint> next_change() const;

  static constexpr std::chrono::sys_days k_start{std::chrono::year{2026} / 11 / 22};

  TimePoint m_now{k_start};
  std::vector<std::string> m_effects;
  std::map<std::string, std::string> m_failures;
  std::optional<std::size_t> m_until_loss;
  std::optional<std::size_t> m_until_failure;
  std::string m_failure;
  bool m_has_failed = false;
  pid_t m_pid = 1000;
  std::uint64_t m_inode = 0;
};

}  // namespace lavavisor::fakes
