// Chain, binaries, releases, health and hooks of the fake machine.
// SPDX-License-Identifier: Apache-2.0
#include "fakes/ports.hpp"

namespace lavavisor::fakes {
namespace {

/// The release in a path upgrades/v<release>/lavap or upgrades/.v<release>.<what>.
Release release_in(const model::Path& path) {
  std::string name =
      path.filename() == "lavap" ? path.parent_path().filename().string() : path.stem().string();
  return Release{name.substr(name.find('v') + 1)};
}

Result<model::Version> version_printed_by(const Program& program) {
  if (program.reports.empty()) {
    return base::fail("it printed no version");
  }
  return model::parse_version(program.reports);
}

class FakeClaim : public ports::Claim {
 public:
  FakeClaim(Machine& machine, Release release) : m{machine}, m_release{std::move(release)} {
    m.claims.insert(m_release);
  }
  FakeClaim(const FakeClaim&) = delete;
  FakeClaim& operator=(const FakeClaim&) = delete;
  ~FakeClaim() override { m.claims.erase(m_release); }

 private:
  Machine& m;
  Release m_release;
};

}  // namespace

Ports::Ports(Machine& machine)
    : chain{machine},
      binaries{machine},
      releases{machine},
      sources{machine},
      compiler{machine},
      units{machine},
      services{machine},
      health{machine},
      hooks{machine},
      ledger{machine},
      clock{machine} {}

std::vector<Result<model::EndpointAnswer>> FakeChainQuery::ask(const model::ChainSettings& chain,
                                                               std::stop_token) {
  std::vector<Result<model::EndpointAnswer>> answers;
  for (const auto& endpoint : chain.endpoints) {
    if (m.chain.down) {
      answers.push_back(base::fail(*m.chain.down));
      continue;
    }
    const auto liar = m.chain.liars.find(endpoint.text);
    const auto& target = liar == m.chain.liars.end() ? m.chain.target : liar->second;
    answers.push_back(model::EndpointAnswer{
        m.chain.network, 100, m.now(), false, target, m.chain.min, target, m.chain.min});
  }
  return answers;
}

Result<std::vector<ports::InstalledFile>> FakeBinaries::installed(const model::Path&) {
  std::vector<ports::InstalledFile> files;
  for (const auto& [release, binary] : m.binaries) {
    files.push_back({release, binary.stamp, binary.held});
  }
  return files;
}

Result<std::string> FakeBinaries::hash(const model::Path& file) {
  ++m.hashes[file.string()];
  if (file.string().starts_with("/proc/")) {
    for (const auto& [service, unit] : m.manager) {
      if (unit.process && file == "/proc/" + std::to_string(unit.process->pid) + "/exe") {
        return unit.process->sha256;
      }
    }
    return base::fail(file.string() + " is gone");
  }
  const auto release = release_in(file);
  const auto binary = m.binaries.find(release);
  if (binary == m.binaries.end()) {
    return base::fail(file.string() + " does not exist");
  }
  return binary->second.program.sha256(release);
}

model::LinkState FakeBinaries::linked(const model::Path&, const model::Path&) {
  return m.link;
}

Result<model::Version> FakeBinaries::probe(const model::Path& binary, const std::string&) {
  ++m.probes[binary.string()];
  const auto release = release_in(binary);
  if (binary.extension() == ".partial") {
    return version_printed_by(m.staged.at(release));
  }
  if (binary.extension() == ".built") {
    return version_printed_by(m.built.at(release));
  }
  return version_printed_by(m.binaries.at(release).program);
}

/// Where the real one would wait, which a machine without a second thread can't, it is interrupted.
Result<ports::Claimed> FakeBinaries::claim(const model::Path&,
                                           const Release& release,
                                           std::stop_token) {
  if (m.on_claim) {
    m.on_claim();
  }
  if (m.claims.contains(release)) {
    return base::fail("release " + release.name +
                      ": interrupted while another lavavisor obtains it");
  }
  const auto found = m.binaries.find(release);
  return ports::Claimed{
      std::make_unique<FakeClaim>(m, release),
      found == m.binaries.end() ? std::nullopt : std::optional{found->second.stamp}};
}

Result<base::FileStamp> FakeBinaries::install(const model::Path&,
                                              const Release& release,
                                              const model::Path& staged) {
  if (auto done = m.effect("install " + release.name); !done) {
    return tl::make_unexpected(done.error());
  }
  auto& shelf = staged.extension() == ".built" ? m.built : m.staged;
  const auto program = shelf.extract(release_in(staged));
  m.binaries[release] = {program.mapped(), {1, m.next_inode(), 150, 0, 0}};
  return m.binaries[release].stamp;
}

void FakeBinaries::discard(const model::Path& staged) {
  const auto release = release_in(staged);
  if (staged.extension() == ".source") {
    m.archives.erase(release);
  } else if (m.effect("discard " + release.name)) {
    (staged.extension() == ".built" ? m.built : m.staged).erase(release);
  }
}

Result<void> FakeBinaries::remove(const model::Path&, const Release& release) {
  auto done = m.effect("remove binary " + release.name);
  if (done) {
    m.binaries.erase(release);
  }
  return done;
}

Result<void> FakeBinaries::link(const model::Path&, const Release& release, const model::Path&) {
  auto done = m.effect("link " + release.name);
  if (done) {
    m.link.release = release;
  }
  return done;
}

Result<ports::Fetched> FakeReleases::fetch(const ports::FetchRequest& request,
                                           const ports::OnProgress& on_progress,
                                           std::stop_token stop) {
  if (request.asset == ports::Asset::source) {
    return fetch_source(request);
  }
  const auto published = m.published.find(request.release);
  if (published == m.published.end()) {
    return base::fail("release " + request.release.name + " is not there (404)");
  }
  if (!published->second.fetch_error.empty()) {
    return base::fail(published->second.fetch_error);
  }
  if (stop.stop_requested()) {
    return base::fail("interrupted");
  }
  const auto sha256 = published->second.program.sha256(request.release);
  if (!request.sha256.empty() && request.sha256 != sha256) {
    return base::fail("its SHA-256 is " + sha256 + ", not " + request.sha256);
  }
  if (auto done = m.effect("fetch " + request.release.name); !done) {
    return tl::make_unexpected(done.error());
  }
  on_progress({150, 150});
  m.staged[request.release] = published->second.program;
  return ports::Fetched{sha256, 150, "sha256sum.txt"};
}

Result<void> FakeHealth::check(const model::Health& health,
                               const std::string&,
                               milliseconds,
                               std::stop_token) {
  if (health.http.empty() && health.tcp.empty() && health.command.empty()) {
    return {};
  }
  for (auto& [service, unit] : m.manager) {
    if (!unit.process) {
      continue;
    }
    auto& conduct = m.binaries.at(unit.process->release).program.conduct;
    if (conduct.unhealthy_checks > 0) {
      --conduct.unhealthy_checks;
      return base::fail(health.http + " answered 503");
    }
  }
  return {};
}

Result<void> FakeHooks::run(const std::vector<std::string>& argv,
                            const std::map<std::string, std::string>& environment,
                            milliseconds,
                            std::stop_token) {
  if (auto done = m.effect("hook " + argv.front()); !done) {
    return done;
  }
  m.hook_calls.push_back(environment);
  if (m.hook_error) {
    return base::fail(*m.hook_error);
  }
  return {};
}

}  // namespace lavavisor::fakes
