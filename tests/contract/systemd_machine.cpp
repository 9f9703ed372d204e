// Units for contract tests on a real systemd: made through UnitFiles, removed at the end.
// SPDX-License-Identifier: Apache-2.0
#include "contract/systemd_machine.hpp"

namespace lavavisor::systemd {

namespace fs = std::filesystem;

namespace {

ports::UnitPlaces places_of(model::Scope scope) {
  ports::UnitPlaces places;
  places.directory = scope == model::Scope::user ? "/root/.lavavisor" : "/var/lib/lavavisor";
  places.systemd.scope = scope;
  places.systemd.unit_dir = unit_folders(scope).front();
  return places;
}

}  // namespace

Machine::Machine(model::Scope scope)
    : places{places_of(scope)}, files{unit_folders(scope)}, manager{places, unit_folders(scope)} {
  fs::create_directories(binary().parent_path());
  fs::copy_file("/bin/sleep", binary(), fs::copy_options::overwrite_existing);
}

Machine::~Machine() {
  if (const auto made = files.units(places, {})) {
    for (const auto& [name, file] : *made) {
      (void)manager.run({{ports::Job::Kind::stop, name}});
      (void)files.remove_unit(places, name);
    }
  }
  (void)manager.reload();
  fs::remove_all(places.directory);
}

fs::path Machine::binary() const {
  return model::binary_file(places.directory, model::Release{"6.2.5"});
}

std::string Machine::unit_text(const std::string& name, const std::string& more) const {
  const bool user = places.systemd.scope == model::Scope::user;
  return "# Managed by lavavisor\n[Unit]\nDescription=" + name +
         "\nStartLimitIntervalSec=0\n\n[Service]\nType=exec\nExecStart=" + binary().string() +
         " infinity\nEnvironment=LAVAVISOR_UNIT=digest-of-" + name + "\n" + more +
         "\n[Install]\nWantedBy=" + (user ? "default" : "multi-user") +
         ".target\n\n[X-Lavavisor]\nService=" + name + "\n";
}

void Machine::install(const std::string& name, const std::string& more) {
  const auto written = files.write_unit(places, name, unit_text(name, more));
  ASSERT_TRUE(written) << written.error().message;
  const auto reloaded = manager.reload();
  ASSERT_TRUE(reloaded) << reloaded.error().message;
}

model::UnitFile Machine::file(const std::string& name) {
  auto found = files.units(places, {name});
  EXPECT_TRUE(found) << found.error().message;
  return found ? found->at(name) : model::UnitFile{};
}

model::ServiceState Machine::state(const std::string& name) {
  auto found = manager.states({name});
  EXPECT_TRUE(found) << found.error().message;
  return found && found->count(name) != 0 ? found->at(name) : model::ServiceState{};
}

base::Result<void> Machine::job(ports::Job::Kind kind, const std::string& name) {
  return manager.run({{kind, name}}).front();
}

model::ServiceState Machine::await(const std::string& name,
                                   const std::function<bool(const model::ServiceState&)>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  auto seen = state(name);
  while (!holds(seen) && std::chrono::steady_clock::now() < deadline) {
    manager.wait_for_change(std::chrono::seconds{2}, {});
    seen = state(name);
  }
  return seen;
}

}  // namespace lavavisor::systemd
