// What is true now, at one instant: chain, disk, service manager, and what the ledger remembers.
// What could not be learnt is an Error, not a guess.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/version.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::model {

using base::Result;
using base::TimePoint;

// --- chain ---------------------------------------------------------------------------------------

struct RoleVersions {
  Version target;
  Version min;  ///< <= target

  bool operator==(const RoleVersions&) const = default;
};

struct ChainVersions {
  RoleVersions provider;
  RoleVersions consumer;

  bool operator==(const ChainVersions&) const = default;
};

/// What one endpoint said, decoded but not yet believed.
struct EndpointAnswer {
  std::string network;
  std::int64_t height = 0;  ///< of the block that the versions were read at
  TimePoint block_time;     ///< of the newest block
  bool catching_up = false;
  std::string provider_target;  ///< the four version strings as they came
  std::string provider_min;
  std::string consumer_target;
  std::string consumer_min;

  bool operator==(const EndpointAnswer&) const = default;
};

/// One endpoint's part in the verdict: why it was not believed, or what it said.
struct EndpointVerdict {
  std::string endpoint;  ///< as the operator wrote it
  Result<ChainVersions> said;
  std::int64_t height = 0;
  std::optional<TimePoint> block_time = std::nullopt;  ///< of its newest block; none: no answer
};

struct ChainObservation {
  std::vector<EndpointVerdict> endpoints;  ///< one per configured endpoint, in order
  Result<ChainVersions> versions;          ///< what enough of them agree on, or why there is none
  std::int64_t height = 0;                 ///< the highest among those that agree
  unsigned agreed = 0;                     ///< how many gave these versions
};

// --- disk ----------------------------------------------------------------------------------------

enum class BinarySource { downloaded, placed, built };

/// What was recorded when a binary was verified.
struct BinaryRecord {
  Release release;
  std::string sha256;
  base::FileStamp stamp;
  BinarySource source = BinarySource::placed;
  Version reported;
  TimePoint verified_at;

  bool operator==(const BinaryRecord&) const = default;
};

/// One file upgrades/v<release>/lavap. Unusable ones (wrong digest, no answer) say why.
struct Binary {
  Release release;
  std::uint64_t size = 0;
  Result<BinaryRecord> record;  ///< verified now or unchanged since; or why it can't be used
  bool held = false;            ///< another process (a wrapper) runs it and wants it to stay
  base::FileStamp stamp = {};   ///< of the file that was looked at
};

/// What stands at the path of `binary.link`.
struct LinkState {
  std::optional<Release> release;  ///< it is a link to this release of ours
  std::string foreign;             ///< it may not be replaced, and why; "" = it may
};

// --- units ---------------------------------------------------------------------------------------

/// The unit's files on disk.
struct UnitFile {
  std::optional<std::string> text;           ///< of <directory>/services/<name>.service
  TimePoint modified;                        ///< of that file or of the YAML copy, the later
  std::optional<std::string> config_sha256;  ///< of the copied lavap YAML
  bool linked = false;                       ///< unit_dir/<name>.service leads to it
  bool enabled = false;                      ///< a .wants/.requires link of its targets leads to it
  std::string foreign;  ///< a unit of that name that is not ours: what; "" = none
};

/// The main process of a running service, read from /proc/PID.
struct Process {
  pid_t pid = 0;
  TimePoint started_at;
  std::filesystem::path exe;  ///< /proc/PID/exe without " (deleted)"
  bool exe_replaced = false;  ///< the file at `exe` is no longer the one that runs
  std::string unit_digest;    ///< its LAVAVISOR_UNIT environment variable; "" = has none

  bool operator==(const Process&) const = default;
};

/// What the service manager says of a unit (org.freedesktop.systemd1(5)).
struct ServiceState {
  std::string load_state;     ///< loaded, not-found, masked, bad-setting ...
  std::string active_state;   ///< active, reloading, inactive, failed, activating, deactivating
  std::string sub_state;      ///< running, dead, auto-restart ...
  std::string result;         ///< success, exit-code, signal, timeout ...
  bool needs_reload = false;  ///< NeedDaemonReload
  unsigned restarts = 0;      ///< NRestarts: automatic ones since it was last started by a job
  std::string log;            ///< how to read what it says: "journalctl -u x.service"; "" = no way
  std::optional<Process> process;

  bool operator==(const ServiceState&) const = default;
};

struct UnitState {
  UnitFile file;
  std::optional<ServiceState> service;  ///< none: scope "none", or the manager does not know it
};

// --- memory --------------------------------------------------------------------------------------

struct LastKnown {
  ChainVersions versions;
  std::int64_t height = 0;
  TimePoint seen_at;
};

struct Quarantine {
  std::string reason;
  TimePoint at;
  std::string sha256;  ///< the digest of the binary that failed
  unsigned tries = 1;  ///< how often it failed its gate
};

/// A service's last change of release; written before its restart.
struct Upgrade {
  Release from;
  Release to;
  TimePoint at;
};

/// The newest run in the journal.
struct LastRun {
  std::string trigger;               ///< apply, run, rollback ...
  std::string started;               ///< RFC 3339
  std::string finished;              ///< RFC 3339; "" = it was interrupted, or is at work
  std::string result;                ///< converged, changed, failed, rolled_back; "" likewise
  std::string config_commit;         ///< Git commit of the configuration; "" = none
  std::optional<bool> config_dirty;  ///< the tree differed from it; none = not known
};

/// Why a release can't be had at present.
struct FetchFailure {
  std::string error;
  TimePoint retry_at;  ///< TimePoint::max() = not by this process
  unsigned tries = 1;  ///< in a row
};

/// What this process learnt in earlier passes and the ledger does not hold.
struct Learnt {
  std::map<Release, FetchFailure> failures;
  std::map<Release, Quarantine> quarantine;  ///< which the ledger could not take
};

/// What earlier passes left behind: from the ledger, but `failures`, which the process keeps.
struct Memory {
  std::optional<LastKnown> last_known;
  std::map<Version, TimePoint> target_since;  ///< when each target was first seen
  std::map<Release, Quarantine> quarantine;
  std::map<std::string, Upgrade> upgrades;  ///< by service
  std::optional<LastRun> last_run;
  std::map<std::string, std::string> running;  ///< release by service as last recorded; "" = down
  std::map<Release, BinaryRecord> binaries;
  std::map<Release, FetchFailure> failures;
};

// --- all of it -----------------------------------------------------------------------------------

struct Observed {
  TimePoint at;
  ChainObservation chain;
  std::map<Release, Binary> binaries;
  LinkState link;
  std::map<std::string, UnitState>
      units;                   ///< by service; also those that lavavisor made and the file lacks
  base::Result<void> manager;  ///< why the service manager can't be asked
  std::set<std::string> missing_users;  ///< desired users that this host does not have
  Memory memory;
};

}  // namespace lavavisor::model
