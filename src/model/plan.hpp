// The way from observed to desired, as data: steps with their reasons, and what is held back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/version.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lavavisor::model {

/// Download, verify, probe and install a release. Fails when it reports less than `min`.
struct InstallBinary {
  Release release;
  std::optional<Version> min;
  /// The unfit file that it replaces; any other that stands there by then came meanwhile.
  std::optional<base::FileStamp> replaces = std::nullopt;
  bool operator==(const InstallBinary&) const = default;
};
struct RemoveBinary {
  Release release;
  bool operator==(const RemoveBinary&) const = default;
};
struct LinkBinary {
  Release release;
  bool operator==(const LinkBinary&) const = default;
};
/// Copy the service's lavap YAML.
struct WriteConfig {
  std::string service;
  bool operator==(const WriteConfig&) const = default;
};
struct WriteUnit {
  std::string service;
  std::string text;
  std::string before;  ///< what it replaces; "" = nothing
  bool operator==(const WriteUnit&) const = default;
};
struct RemoveUnit {
  std::string service;
  bool operator==(const RemoveUnit&) const = default;
};
struct ReloadManager {
  bool operator==(const ReloadManager&) const = default;
};
struct EnableUnit {
  std::string service;
  bool operator==(const EnableUnit&) const = default;
};
struct DisableUnit {
  std::string service;
  bool operator==(const DisableUnit&) const = default;
};
struct StopUnit {
  std::string service;
  bool operator==(const StopUnit&) const = default;
};
/// Start the service and await that it is healthy.
struct StartUnit {
  std::string service;
  Release release;
  bool operator==(const StartUnit&) const = default;
};
/// Restart the service and await that it is healthy. With `from`, this is an upgrade.
struct RestartUnit {
  std::string service;
  Release release;
  std::optional<Release> from;
  bool operator==(const RestartUnit&) const = default;
};
enum class HookPoint { pre_upgrade, post_upgrade };
struct RunHook {
  HookPoint point = HookPoint::pre_upgrade;
  std::string from;
  std::string to;
  std::vector<std::string> services;
  bool operator==(const RunHook&) const = default;
};

using Action = std::variant<InstallBinary,
                            RemoveBinary,
                            LinkBinary,
                            WriteConfig,
                            WriteUnit,
                            RemoveUnit,
                            ReloadManager,
                            EnableUnit,
                            DisableUnit,
                            StopUnit,
                            StartUnit,
                            RestartUnit,
                            RunHook>;

enum class Cause {
  missing,        ///< not there yet
  asked,          ///< the file changed
  drifted,        ///< the world changed though the file did not
  adopted,        ///< it is somebody else's, and the file says that it is to be taken over
  chain_moved,    ///< the chain asks for another version
  pinned,         ///< the file pins another release
  rolled_back,    ///< the release that runs is quarantined
  unwanted,       ///< it left the file
  disabled,       ///< enabled = false
  down,           ///< it is not running
  stale_process,  ///< the process is older than its unit or its binary
  stale_manager,  ///< the service manager has not read the unit as it is now
  superseded,     ///< an old version beyond binary.keep
};

struct Reason {
  Cause cause = Cause::missing;
  std::string from;  ///< of a version change: the release before; "" = none
  std::string to;    ///< of a version change: the release after
  bool operator==(const Reason&) const = default;
};

struct Step {
  Action action;
  Reason reason;
  /// Indices of earlier steps that must have succeeded. Starts (or restarts) that stand next to one
  /// another in the plan are done together.
  std::vector<std::size_t> needs;
  bool operator==(const Step&) const = default;
};

/// Why something that would be done is not.
struct Held {
  enum class Why {
    download_off,  ///< auto_download = false and the release is not installed
    fetch_failed,  ///< it could not be had; tried again at `until`
    quarantined,
    outside_window,
    target_delay,
    capped,        ///< max_version
    halted,        ///< on_failure = "halt" after a failed upgrade
    no_downgrade,  ///< the chain's target is below what runs
  };
  std::string service;  ///< "" = the host's link
  Why why = Why::download_off;
  std::string release;  ///< which is held back
  std::string detail;   ///< words from outside: the fetch error, the quarantine's reason; for
                        ///< download_off where the binary is waited for
  std::optional<base::TimePoint> until;
  bool operator==(const Held&) const = default;
};

/// Which row of the version table chose a release.
enum class Rule {
  pinned,
  satisfied,        ///< what runs reports at least the target
  above_target,     ///< what runs is above the target and may stay
  target_release,   ///< the release for the target
  target_short,     ///< the release for the target reports less, but at least min
  best_installed,   ///< the highest installed below the target
  kept,             ///< what runs is compliant, and nothing better can be had
  newer_installed,  ///< only a release above the target is installed
  version_before,   ///< rolled back to the one before, though it is not compliant
  no_chain,         ///< no versions known: what runs or is installed
  held,             ///< it would move, but is held back
};

/// What was decided for one service (or for the link, `service` = "").
struct Selection {
  std::string service;
  std::optional<Release> release;  ///< none: no usable one
  Rule rule = Rule::kept;
  std::optional<RoleVersions> versions;  ///< those it was measured against
  std::optional<Version> reported;       ///< of `release`, once known
  bool compliant = true;                 ///< reported >= min, as far as known
};

/// A thing the operator must see: warnings go on, problems make the pass a failed one.
struct Notice {
  enum class Kind {
    pin_below_min,        ///< warning: subject = release
    no_release_reports,   ///< warning: subject = target, detail = release used in its place
    major_jump,           ///< warning: subject = target of a new major version, detail = what runs
    endpoint_outvoted,    ///< warning: subject = endpoint, detail = what it said
    chain_untrusted,      ///< warning: detail = why; last known versions are used if there are any
    crash_loop,           ///< warning: subject = service
    unusable_binary,      ///< warning: subject = release, detail = why
    no_version,           ///< problem: no release for service = subject; detail = what was wanted
    below_min,            ///< problem: subject = release, nothing compliant for service = detail
    foreign_unit,         ///< problem: subject = service, detail = what stands there
    foreign_link,         ///< problem: subject = path, detail = what stands there
    missing_user,         ///< problem: subject = service, detail = user
    manager_unreachable,  ///< problem: detail = why
  };
  Kind kind = Kind::no_version;
  std::string subject;
  std::string detail;
  bool operator==(const Notice&) const = default;
};

/// True for the kinds that make a pass fail.
constexpr bool is_problem(Notice::Kind kind) {
  return kind >= Notice::Kind::no_version;
}

/// A release that the plan itself condemns (it crash-loops after its upgrade).
struct Condemned {
  Release release;
  std::string reason;
  bool operator==(const Condemned&) const = default;
};

struct Plan {
  std::vector<Step> steps;
  std::vector<Held> held;
  std::vector<Notice> notices;
  std::vector<Selection> selections;  ///< one per service in the file's order, and one for the link
  std::vector<Condemned> condemned;
};

}  // namespace lavavisor::model
