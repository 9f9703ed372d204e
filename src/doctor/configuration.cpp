// The file itself: what validate warns of, and what it names.
// SPDX-License-Identifier: Apache-2.0
#include "doctor/sections.hpp"

namespace lavavisor::doctor {
namespace {

Check valid(const Desired& desired) {
  const auto count = desired.services.size();
  return About{"config.valid", desired.file.string()}.ok("valid, " + std::to_string(count) +
                                                         (count == 1 ? " service" : " services") +
                                                         " on " + desired.chain.id);
}

Check named_file(const NamedFile& named) {
  const About about{"config.file", named.key};
  const auto& file = named.file;
  const auto path = file.path.string();
  if (!file.trouble.empty()) {
    return about.skipped(path + ": " + file.trouble, {"look as root"});
  }
  if (!file.exists) {
    return about.problem("names " + path + ", which is not there",
                         {"put the file there, or correct " + named.key});
  }
  if (!file.readable || file.is_directory) {
    return about.problem("names " + path + ", which can't be read as a file",
                         {"let " + file.owner_name + " or who runs lavavisor read it"});
  }
  return about.ok(path + " can be read");
}

Check hook(const HookProgram& program) {
  const About about{"config.hook", program.key};
  return program.found
             ? about.ok(program.word + " can be executed")
             : about.problem("names " + program.word + ", which is no program that can be executed",
                             {"install it or make it executable; until then no upgrade begins"});
}

}  // namespace

Checks check_configuration(const Desired& desired, const Facts& facts) {
  Checks checks = {valid(desired)};
  for (const auto& warning : facts.config_warnings) {
    checks.push_back(About{"config.warning", warning.place}.warning(
        warning.message, {warning.hint.empty() ? "see lavavisor validate" : warning.hint}));
  }
  for (const auto& named : facts.named_files) {
    checks.push_back(named_file(named));
  }
  for (const auto& program : facts.hooks) {
    checks.push_back(hook(program));
  }
  return checks;
}

}  // namespace lavavisor::doctor
