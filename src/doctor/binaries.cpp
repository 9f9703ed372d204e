// Whether what is installed can run here, what the word `lavap` means, and where more comes from.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "doctor/sections.hpp"

#include <algorithm>
#include <map>

namespace lavavisor::doctor {
namespace {

/// The machines that one meets (elf.h, EM_*).
std::string machine_name(const model::Elf& elf) {
  static const std::map<unsigned, std::string> k_names = {{3, "x86"},
                                                          {21, "PowerPC 64"},
                                                          {22, "S/390"},
                                                          {40, "ARM"},
                                                          {62, "x86-64"},
                                                          {183, "AArch64"},
                                                          {243, "RISC-V"},
                                                          {258, "LoongArch"}};
  const auto known = k_names.find(elf.machine);
  return known == k_names.end() ? "machine " + std::to_string(elf.machine) : known->second;
}

std::string words(const model::Elf& elf) {
  return machine_name(elf) + ", " + std::to_string(elf.word_size) + " bits" +
         (elf.big_endian ? ", big endian" : "");
}

bool same_machine(const model::Elf& a, const model::Elf& b) {
  return a.machine == b.machine && a.word_size == b.word_size && a.big_endian == b.big_endian;
}

Mend another_build(const BinaryFacts& binary) {
  return {"remove it and let lavavisor install the release for this host",
          "rm " + quoted(binary.file.path.string())};
}

Check program(const BinaryFacts& binary, const Facts& facts) {
  const About about{"binaries.program", binary.release.name};
  const auto path = binary.file.path.string();
  if (!binary.file.trouble.empty()) {
    return about.skipped(path + ": " + binary.file.trouble, {"look as root"});
  }
  if (!binary.elf) {
    return binary.file.readable
               ? about.problem(path + " " + binary.elf.error().message, another_build(binary))
               : about.skipped(path + " can't be read", {"look as root"});
  }
  if (facts.host_elf && !same_machine(*binary.elf, *facts.host_elf)) {
    return about.problem(
        "is built for " + words(*binary.elf) + ", and this host is " + words(*facts.host_elf),
        another_build(binary));
  }
  if (binary.elf->interpreter_missing) {
    return about.problem(
        "needs the loader " + base::printable(binary.elf->interpreter) + ", which this host lacks",
        another_build(binary));
  }
  if ((binary.file.mode & 0111U) == 0) {
    return about.problem("is not executable", {"make it so", "chmod 0755 " + quoted(path)});
  }
  if (!binary.blocked.empty()) {
    const auto& [user, barrier] = *binary.blocked.begin();
    return about.problem(
        "user " + user + " can't run it: " + barrier.string() + " is closed to them",
        {"open it, or choose a directory that they may enter",
         "chmod o+x " + quoted(barrier.string())});
  }
  return about.ok("is built for this host, and its users may run it");
}

Check release_host(const Desired& /*desired*/, const ReleaseHost& host, const Facts& facts) {
  const About about{"sources.release", host.release.name};
  const auto installed =
      facts.binaries && std::any_of(facts.binaries->begin(),
                                    facts.binaries->end(),
                                    [&](const auto& each) { return each.release == host.release; });
  const Mend mend{"see whether that address is right and this host may reach it",
                  "curl -sSIL " + quoted(host.url)};
  const auto failed = [&](const std::string& why) {
    return installed ? about.warning(why + "; it is installed already", mend)
                     : about.problem(why, mend);
  };
  if (!host.look.status) {
    return failed(host.url + ": " + host.look.status.error().message);
  }
  const auto status = *host.look.status;
  return status >= 200 && status <= 299
             ? about.ok("can be had from where releases come from")
             : failed(host.url + " answered HTTP status " + std::to_string(status));
}

Check go_command(const Desired& desired, const Facts& facts) {
  const About about{"sources.go", desired.binary.build.go};
  if (!facts.go_commands.empty()) {
    return about.ok("found as " + facts.go_commands.front().string());
  }
  const Mend mend{
      "install Go as new as lava's go.mod asks (https://go.dev/dl), or set "
      "binary.build.go to its path"};
  return desired.binary.method == model::Method::build
             ? about.problem("is not found, and releases are built here", mend)
             : about.warning(
                   "is not found: a release that can't be downloaded can't be built either", mend);
}

/// Where the word `lavap` leads a person at a shell.
Check on_path(const Desired& desired, const Facts& facts) {
  const auto& link = desired.binary.link;
  const About about{"binaries.path", link.string()};
  const auto folder = link.parent_path();
  const bool in_path = std::find(facts.path_folders.begin(), facts.path_folders.end(), folder) !=
                       facts.path_folders.end();
  if (!in_path) {
    return about.warning(
        "lies in no folder of PATH",
        {"add that folder to PATH", "export PATH=" + quoted(folder.string()) + ":$PATH"});
  }
  if (facts.first_on_path && *facts.first_on_path != link) {
    return about.warning("the word lavap means " + facts.first_on_path->string() +
                             ", which stands before it in PATH",
                         {"remove that one, or set binary.link to it", "command -v lavap"});
  }
  return about.ok("is what the word lavap means");
}

}  // namespace

Checks check_binaries(const Desired& desired, const Facts& facts) {
  if (!facts.binaries) {
    return {About{"binaries.program", "releases"}.skipped(facts.binaries.error().message,
                                                          {"look as root"})};
  }
  Checks checks;
  for (const auto& binary : *facts.binaries) {
    checks.push_back(program(binary, facts));
  }
  if (checks.empty()) {
    const About about{"binaries.program", "releases"};
    checks.push_back(
        desired.binary.auto_download
            ? about.ok("none is installed yet; apply does it")
            : about.problem("none is installed, and binary.auto_download is off",
                            {"set binary.auto_download = true, or put a lavap to " +
                             (desired.directory / "upgrades/v<version>/lavap").string()}));
  }
  return checks;
}

Checks check_link(const Desired& desired, const Facts& facts) {
  if (desired.binary.link.empty()) {
    return {};
  }
  Checks checks;
  const About about{"binaries.link", desired.binary.link.string()};
  checks.push_back(facts.link.foreign.empty()
                       ? about.ok(facts.link.release
                                      ? "leads to release " + facts.link.release->name
                                      : "is not there yet")
                       : about.problem("is not lavavisor's: " + facts.link.foreign,
                                       {"move that away, or set binary.link to another place"}));
  checks.push_back(on_path(desired, facts));
  return checks;
}

Checks check_sources(const Desired& desired, const Facts& facts) {
  Checks checks;
  if (facts.release_host) {
    checks.push_back(release_host(desired, *facts.release_host, facts));
  }
  if (desired.binary.method != model::Method::release) {
    checks.push_back(go_command(desired, facts));
  }
  return checks;
}

}  // namespace lavavisor::doctor
