// Sources of the fake machine: downloaded, unpacked, compiled.
// SPDX-License-Identifier: Apache-2.0
#include "fakes/ports.hpp"

namespace lavavisor::fakes {
namespace {

/// The release in a path upgrades/.v<release>.source or upgrades/.v<release>.build.
Release release_of(const model::Path& path) {
  return Release{path.stem().string().substr(2)};
}

}  // namespace

Result<ports::Fetched> FakeReleases::fetch_source(const ports::FetchRequest& request) {
  const auto published = m.sources.find(request.release);
  if (published == m.sources.end()) {
    return base::fail("source of release " + request.release.name + " is not there (404)");
  }
  if (!published->second.fetch_error.empty()) {
    return base::fail(published->second.fetch_error);
  }
  const auto sha256 = published->second.sha256(request.release);
  if (!request.sha256.empty() && request.sha256 != sha256) {
    return base::fail("its SHA-256 is " + sha256 + ", not " + request.sha256);
  }
  if (auto done = m.effect("fetch source " + request.release.name); !done) {
    return tl::make_unexpected(done.error());
  }
  m.archives[request.release] = published->second;
  return ports::Fetched{
      sha256, 150, request.sha256.empty() ? "sha256sum.txt" : "binary.build.sha256"};
}

Result<model::Path> FakeSources::unpack(const model::Path& archive,
                                        const model::Path& folder,
                                        std::stop_token) {
  const auto release = release_of(archive);
  if (auto done = m.effect("unpack " + release.name); !done) {
    return tl::make_unexpected(done.error());
  }
  m.unpacked[release] = m.archives.at(release);
  return folder / ("lava-" + release.name);
}

void FakeSources::remove(const model::Path& folder) {
  const auto release = release_of(folder);
  if (m.unpacked.contains(release)) {
    (void)m.effect("remove source " + release.name);  // this disk lets go of everything
    m.unpacked.erase(release);
  }
}

Result<ports::Compiled> FakeCompiler::compile(const ports::CompileRequest& request,
                                              std::stop_token) {
  const auto& source = m.unpacked.at(request.release);
  if (!source.build_error.empty()) {
    return base::fail(source.build_error);
  }
  if (auto done = m.effect("compile " + request.release.name); !done) {
    return tl::make_unexpected(done.error());
  }
  m.packages.push_back(request.package);
  m.built[request.release] = source.program;
  return ports::Compiled{source.program.sha256(request.release), 150};
}

}  // namespace lavavisor::fakes
