// All ports of lavavisor, served by one fake machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fakes/machine.hpp"
#include "ports/actuators.hpp"
#include "ports/sensors.hpp"

namespace lavavisor::fakes {

class FakeChainQuery : public ports::ChainQuery {
 public:
  explicit FakeChainQuery(Machine& machine) : m{machine} {}
  std::vector<Result<model::EndpointAnswer>> ask(const model::ChainSettings& chain,
                                                 std::stop_token stop) override;

 private:
  Machine& m;
};

class FakeBinaries : public ports::BinaryInventory,
                     public ports::BinaryProber,
                     public ports::BinaryStore {
 public:
  explicit FakeBinaries(Machine& machine) : m{machine} {}
  Result<std::vector<ports::InstalledFile>> installed(const model::Path& directory) override;
  Result<std::string> hash(const model::Path& file) override;
  model::LinkState linked(const model::Path& directory, const model::Path& link) override;
  Result<model::Version> probe(const model::Path& binary, const std::string& user) override;
  Result<ports::Claimed> claim(const model::Path& directory,
                               const Release& release,
                               std::stop_token stop) override;
  Result<base::FileStamp> install(const model::Path& directory,
                                  const Release& release,
                                  const model::Path& staged) override;
  void discard(const model::Path& staged) override;
  Result<void> remove(const model::Path& directory, const Release& release) override;
  Result<void> link(const model::Path& directory,
                    const Release& release,
                    const model::Path& link) override;

 private:
  Machine& m;
};

class FakeReleases : public ports::ReleaseSource {
 public:
  explicit FakeReleases(Machine& machine) : m{machine} {}
  Result<ports::Fetched> fetch(const ports::FetchRequest& request,
                               const ports::OnProgress& on_progress,
                               std::stop_token stop) override;

 private:
  Result<ports::Fetched> fetch_source(const ports::FetchRequest& request);

  Machine& m;
};

class FakeSources : public ports::SourceArchive {
 public:
  explicit FakeSources(Machine& machine) : m{machine} {}
  Result<model::Path> unpack(const model::Path& archive,
                             const model::Path& folder,
                             std::stop_token stop) override;
  void remove(const model::Path& folder) override;

 private:
  Machine& m;
};

class FakeCompiler : public ports::Compiler {
 public:
  explicit FakeCompiler(Machine& machine) : m{machine} {}
  Result<ports::Compiled> compile(const ports::CompileRequest& request,
                                  std::stop_token stop) override;

 private:
  Machine& m;
};

class FakeUnits : public ports::UnitInventory, public ports::UnitDirectory {
 public:
  explicit FakeUnits(Machine& machine) : m{machine} {}
  Result<std::map<std::string, model::UnitFile>> units(
      const ports::UnitPlaces& places, const std::set<std::string>& wanted) override;
  std::set<std::string> missing_users(const std::set<std::string>& users) override;
  Result<void> write_unit(const ports::UnitPlaces& places,
                          const std::string& service,
                          const std::string& text) override;
  Result<void> write_config(const ports::UnitPlaces& places,
                            const std::string& service,
                            const std::string& text,
                            const std::string& user) override;
  Result<void> remove_unit(const ports::UnitPlaces& places, const std::string& service) override;

 private:
  Machine& m;
};

class FakeServices : public ports::ServiceProbe, public ports::ServiceManager {
 public:
  explicit FakeServices(Machine& machine) : m{machine} {}
  Result<std::map<std::string, model::ServiceState>> states(
      const std::set<std::string>& services) override;
  void wait_for_change(milliseconds limit, std::stop_token stop) override;
  Result<void> reload() override;
  Result<void> enable(const std::string& service) override;
  Result<void> disable(const std::string& service) override;
  std::vector<Result<void>> run(const std::vector<ports::Job>& jobs) override;

 private:
  Machine& m;
};

class FakeHealth : public ports::HealthProbe {
 public:
  explicit FakeHealth(Machine& machine) : m{machine} {}
  Result<void> check(const model::Health& health,
                     const std::string& user,
                     milliseconds limit,
                     std::stop_token stop) override;

 private:
  Machine& m;
};

class FakeHooks : public ports::HookRunner {
 public:
  explicit FakeHooks(Machine& machine) : m{machine} {}
  Result<void> run(const std::vector<std::string>& argv,
                   const std::map<std::string, std::string>& environment,
                   milliseconds timeout,
                   std::stop_token stop) override;

 private:
  Machine& m;
};

class FakeLedger : public ports::LedgerReader, public ports::Ledger {
 public:
  explicit FakeLedger(Machine& machine) : m{machine} {}
  Result<model::Memory> memory() override;
  Result<std::vector<model::RunRecord>> runs(std::size_t limit) override;
  Result<model::Totals> totals() override { return model::Totals{}; }
  Result<std::vector<model::RunningSince>> timeline() override {
    return std::vector<model::RunningSince>{};
  }
  Result<void> remember_chain(const model::LastKnown& known) override;
  Result<void> record_binary(const model::BinaryRecord& binary) override;
  Result<void> forget_binary(const Release& release) override;
  Result<void> quarantine(const Release& release, const model::Quarantine& entry) override;
  Result<void> clear_quarantine(const Release& release) override;
  Result<void> remember_upgrade(const std::string& service, const model::Upgrade& upgrade) override;

 private:
  Result<void> write(const std::string& line);

  Machine& m;
};

class FakeClock : public ports::Clock {
 public:
  explicit FakeClock(Machine& machine) : m{machine} {}
  TimePoint now() override { return m.now(); }
  milliseconds steady() override { return m.steady(); }

 private:
  Machine& m;
};

/// The ports of one machine, as observe and apply take them.
struct Ports {
  explicit Ports(Machine& machine);

  FakeChainQuery chain;
  FakeBinaries binaries;
  FakeReleases releases;
  FakeSources sources;
  FakeCompiler compiler;
  FakeUnits units;
  FakeServices services;
  FakeHealth health;
  FakeHooks hooks;
  FakeLedger ledger;
  FakeClock clock;

  ports::Sensors sensors() { return {chain, binaries, binaries, units, services, ledger, clock}; }
  ports::Actuators actuators() {
    return {releases,
            sources,
            compiler,
            binaries,
            binaries,
            units,
            services,
            services,
            health,
            hooks,
            ledger,
            clock};
  }
};

}  // namespace lavavisor::fakes
