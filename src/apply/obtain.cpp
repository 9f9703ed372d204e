// Each way ends in a staged file, and leaves nothing else but what an interrupted download goes on
// with.
// SPDX-License-Identifier: Apache-2.0
#include "apply/obtain.hpp"

#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "model/layout.hpp"

#include <map>
#include <string_view>
#include <utility>

namespace lavavisor::apply {
namespace {

using base::fail;
using base::Result;
using model::BinarySource;
using model::Path;
using model::Release;

constexpr std::string_view k_nothing = "nothing";  ///< Fetched::vouched_by

/// What a build works with: all of it beside the binaries, on their file system.
struct BuildPlaces {
  Path archive;
  Path folder;  ///< gone at the end
  Path staged;
  Path log;
};

BuildPlaces places_of(const Path& directory, const Release& release) {
  const Path upgrades = model::upgrades_dir(directory);
  const std::string stem = ".v" + release.name;
  return {upgrades / (stem + ".source"),
          upgrades / (stem + ".build"),
          upgrades / (stem + ".built"),
          upgrades / (stem + ".build.log")};
}

std::string pin_of(const std::map<Release, std::string>& pins, const Release& release) {
  const auto pin = pins.find(release);
  return pin == pins.end() ? std::string{} : pin->second;
}

/// One release on its way to a staged binary.
struct Way {
  const model::Desired& desired;
  const Release& release;
  const ports::Actuators& actuators;
  const ports::OnProgress& on_progress;
  std::stop_token stop;

  const model::BinaryPolicy& policy() const { return desired.binary; }

  Result<Obtained> by_download() const {
    ports::FetchRequest request;
    request.release = release;
    request.settings = policy().release;
    request.verify = policy().verify;
    request.sha256 = pin_of(policy().sha256, release);
    request.staged = model::partial_file(desired.directory, release);
    const auto fetched = actuators.releases.fetch(request, on_progress, stop);
    if (!fetched) {
      return tl::make_unexpected(fetched.error());
    }
    base::fault_point();
    if (fetched->vouched_by != k_nothing) {
      base::log_debug("release " + release.name + " is verified by " + fetched->vouched_by);
    }
    return probed({request.staged, fetched->sha256, BinarySource::downloaded, {}}, "verified");
  }

  Result<Obtained> by_build() const {
    const auto places = places_of(desired.directory, release);
    base::log_info("building release " + release.name + " from source");
    if (auto fetched = fetch_source(places); !fetched) {
      return tl::make_unexpected(fetched.error());
    }
    base::fault_point();
    const auto compiled = compile(places);
    actuators.sources.remove(places.folder);
    if (!stop.stop_requested()) {
      actuators.binaries.discard(places.archive);
    }
    if (!compiled) {
      return fail("release " + release.name + " can't be built", compiled.error());
    }
    base::fault_point();
    return probed({places.staged, compiled->sha256, BinarySource::built, {}}, "built");
  }

  Result<Obtained> by_either() const {
    auto downloaded = by_download();
    if (downloaded) {
      actuators.binaries.discard(places_of(desired.directory, release).archive);
    }
    if (downloaded || stop.stop_requested()) {
      return downloaded;
    }
    base::log_warn("a binary can't be downloaded, so it is built from source: " +
                   downloaded.error().message);
    auto built = by_build();
    if (!built) {
      return fail(downloaded.error().message + "; and " + built.error().message);
    }
    actuators.binaries.discard(model::partial_file(desired.directory, release));
    return built;
  }

 private:
  Result<void> fetch_source(const BuildPlaces& places) const {
    ports::FetchRequest request;
    request.release = release;
    request.settings = policy().release;
    request.settings.url = policy().build.url;
    request.verify = policy().verify;
    request.sha256 = pin_of(policy().build.sha256, release);
    if (request.sha256.empty() && policy().method == model::Method::build) {
      request.sha256 = pin_of(policy().sha256, release);
    }
    request.staged = places.archive;
    request.asset = ports::Asset::source;
    const auto fetched = actuators.releases.fetch(request, on_progress, stop);
    if (!fetched) {
      return tl::make_unexpected(fetched.error());
    }
    if (fetched->vouched_by == k_nothing) {
      base::log_warn("nothing vouches for the source of release " + release.name +
                     ": its digest is " + fetched->sha256);
    } else {
      base::log_debug("the source of release " + release.name + " is verified by " +
                      fetched->vouched_by);
    }
    return {};
  }

  Result<ports::Compiled> compile(const BuildPlaces& places) const {
    const auto source = actuators.sources.unpack(places.archive, places.folder / "source", stop);
    if (!source) {
      return tl::make_unexpected(source.error());
    }
    base::fault_point();
    ports::CompileRequest request;
    request.release = release;
    request.source = *source;
    request.scratch = places.folder / "scratch";
    request.package = package_of(policy().build, release);
    request.go = policy().build.go;
    request.user = model::probe_user(desired);
    request.staged = places.staged;
    request.log = places.log;
    request.max_size = policy().release.max_size;
    request.limit = policy().release.timeout;
    return actuators.compiler.compile(request, stop);
  }

  Result<Obtained> probed(Obtained obtained, const std::string& so_far) const {
    const auto reported = actuators.prober.probe(obtained.staged, model::probe_user(desired));
    if (!reported) {
      actuators.binaries.discard(obtained.staged);
      return fail("release " + release.name + " is " + so_far + ", but unfit", reported.error());
    }
    obtained.reported = *reported;
    return obtained;
  }
};

}  // namespace

std::string package_of(const model::BuildSettings& build, const Release& release) {
  if (!build.package.empty()) {
    return build.package;
  }
  return release < Release{"0.22.0"} ? "cmd/lavad" : "cmd/lavap";
}

Result<Obtained> obtain(const model::Desired& desired,
                        const Release& release,
                        const ports::Actuators& actuators,
                        const ports::OnProgress& on_progress,
                        std::stop_token stop) {
  const Way way{desired, release, actuators, on_progress, std::move(stop)};
  // A build that was killed may have left it, whichever way is gone now.
  actuators.sources.remove(places_of(desired.directory, release).folder);
  switch (desired.binary.method) {
    case model::Method::release:
      return way.by_download();
    case model::Method::build:
      return way.by_build();
    case model::Method::automatic:
      return way.by_either();
  }
  return fail("binary.method has no meaning");
}

}  // namespace lavavisor::apply
