// Who may write what: too little and lavavisor can't work, too much and others decide what it runs.
// SPDX-License-Identifier: Apache-2.0
#include "base/rights.hpp"
#include "doctor/sections.hpp"

#include <sys/stat.h>

namespace lavavisor::doctor {
namespace {

/// What a user who is not root does about it. What is the whole host's is not given away: who may
/// write units is as good as root.
Mend instead_of_root(const Desired& desired, const NamedFile& named, const Facts& facts) {
  const auto& [key, file] = named;
  const std::string as_root = "run lavavisor (and its doctor) as root, or ";
  if (key == "systemd.unit_dir") {
    return {as_root + "set systemd.scope = \"user\""};
  }
  if (key == "binary.link" || key == "metrics.textfile") {
    return {as_root + "set " + key + " to a place of " + facts.user + "'s"};
  }
  const auto below = file.nearest.lexically_relative(desired.directory);
  if (below.empty() || *below.begin() == "..") {
    return {as_root + "set directory to a place of " + facts.user + "'s"};
  }
  return {as_root + "give it to " + facts.user,
          "sudo chown " + quoted(facts.user) + " " + quoted(file.nearest.string())};
}

/// "lava may not write to /x, which belongs to root"
Check writable(const Desired& desired, const NamedFile& named, const Facts& facts) {
  const auto& file = named.file;
  const About about{"permissions.write", named.key};
  if (!file.trouble.empty()) {
    return about.skipped(file.path.string() + ": " + file.trouble, {"look as root"});
  }
  const auto path = file.path.string();
  if (file.writable && (!file.is_directory || file.executable)) {
    return about.ok(file.exists ? path + " can be written" : path + " can be made");
  }
  const auto nearest = file.nearest.string();
  const auto finding =
      facts.user + " may not write to " + nearest + ", which belongs to " + file.owner_name;
  if (facts.is_root) {
    return about.problem(finding, {"see how it is mounted", "findmnt --target " + quoted(nearest)});
  }
  return about.problem(finding, instead_of_root(desired, named, facts));
}

/// Who else may change `file`, and a command against that; none = nobody, or it is as it should be.
std::optional<Check> exposure(const model::PathFacts& file, const Facts& facts) {
  const auto path = file.path.string();
  const About about{"permissions.exposed", path};
  if (!file.exists || !file.trouble.empty()) {
    return std::nullopt;
  }
  const auto hand = base::other_hand({file.owner, file.group, file.mode, false}, {base::Trusted{}});
  if (!hand || (*hand != base::Hand::everybody && !facts.is_root)) {
    return std::nullopt;
  }
  const auto words = base::hand_words(*hand, file.owner_name);
  const auto command = base::hand_mend(*hand) + " " + quoted(path);
  return *hand == base::Hand::owner
             ? about.warning(words,
                             {"give it to root, unless you trust that user like root", command})
             : about.problem(words, {"take that right away", command});
}

Checks exposures(const Facts& facts) {
  Checks checks;
  for (const auto& file : facts.trusted) {
    if (auto check = exposure(file, facts)) {
      checks.push_back(std::move(*check));
    }
  }
  if (checks.empty()) {
    checks.push_back(About{"permissions.exposed", "configuration and directory"}.ok(
        "nobody else may change what decides what runs here"));
  }
  return checks;
}

Check secret(const NamedFile& named) {
  const auto& file = named.file;
  const auto path = file.path.string();
  const About about{"permissions.secret", named.key};
  const Mend close{"let its owner alone read it", "chmod 600 " + quoted(path)};
  if (!file.trouble.empty()) {
    return about.skipped(path + ": " + file.trouble, {"look as root"});
  }
  if (!file.exists) {
    return about.problem(path + " is not there", {"write the secret into it, mode 0600"});
  }
  if ((file.mode & S_IROTH) != 0) {
    return about.problem(path + " can be read by every user of this host", close);
  }
  return file.readable ? about.ok(path + " can be read, and not by everybody")
                       : about.problem(path + " can't be read", {"let who runs lavavisor read it"});
}

}  // namespace

Checks check_permissions(const Desired& desired, const Facts& facts) {
  Checks checks = {About{"permissions.user", "doctor"}.ok("judges by the rights of " + facts.user +
                                                          ", as lavavisor would have them")};
  for (const auto& named : facts.written) {
    checks.push_back(writable(desired, named, facts));
  }
  for (auto& check : exposures(facts)) {
    checks.push_back(std::move(check));
  }
  for (const auto& named : facts.secret_files) {
    checks.push_back(secret(named));
  }
  return checks;
}

Checks check_state(const Desired& desired, const Facts& facts) {
  Checks checks;
  const About ledger{"state.ledger", "state.db"};
  checks.push_back(facts.memory ? ledger.ok("can be read, or is not there yet")
                   : facts.is_root
                       ? ledger.problem(facts.memory.error().message,
                                        {"move it away; history and quarantine begin anew then"})
                       : ledger.skipped(facts.memory.error().message, {"look as root"}));
  const About lock{"state.lock", desired.directory.string()};
  if (!facts.lock_holder) {
    checks.push_back(lock.ok("no other lavavisor is at work there"));
  } else {
    const auto pid =
        *facts.lock_holder == 0 ? "" : " (pid " + std::to_string(*facts.lock_holder) + ")";
    checks.push_back(lock.ok("another lavavisor is at work there" + pid));
  }
  return checks;
}

}  // namespace lavavisor::doctor
