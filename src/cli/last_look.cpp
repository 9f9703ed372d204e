// Links are looked at themselves: what they lead to has entries of its own here.
// SPDX-License-Identifier: Apache-2.0
#include "cli/last_look.hpp"

#include "model/layout.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes k_look_anyway{5};

std::optional<base::FileStamp> stamp_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    return std::nullopt;
  }
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return base::FileStamp{status.st_dev,
                         status.st_ino,
                         static_cast<std::uint64_t>(status.st_size),
                         nanoseconds(status.st_mtim),
                         nanoseconds(status.st_ctim)};
}

/// Found nothing to do, to wait for or to tell.
bool is_at_rest(const reconcile::Settled& settled) {
  const auto& plan = settled.last.plan;
  return !settled.failed && !settled.rolled_back && settled.last.report.steps.empty() &&
         !settled.last.report.interrupted && plan.steps.empty() && plan.held.empty() &&
         plan.notices.empty() && plan.condemned.empty() && settled.last.observed.chain.versions;
}

bool is_another(const std::pair<const std::string, std::optional<base::FileStamp>>& entry) {
  return stamp_of(entry.first) != entry.second;
}

bool is_same(const model::ChainObservation& one, const model::ChainObservation& other) {
  return one.versions && other.versions && *one.versions == *other.versions &&
         one.agreed == other.agreed;
}

}  // namespace

LastLook::Stamps LastLook::stamps_of(const model::Desired& desired) {
  Stamps stamps;
  const auto add = [&stamps](std::string path) {
    auto stamp = stamp_of(path);
    stamps.emplace(std::move(path), stamp);
  };
  const auto& unit_dir = desired.systemd.unit_dir;
  for (const auto& service : desired.services) {
    const std::string unit = model::below(unit_dir, model::unit_name(service.name));
    add(unit);
    add(unit + ".d");
    add(model::unit_file(desired.directory, service.name));
    add(model::lavap_config_file(desired.directory, service.name));
  }
  for (const auto& folder : {unit_dir,
                             unit_dir / "multi-user.target.wants",
                             unit_dir / "default.target.wants",
                             model::services_dir(desired.directory),
                             model::lavap_config_dir(desired.directory),
                             model::upgrades_dir(desired.directory),
                             model::state_file(desired.directory),
                             desired.binary.link,
                             model::Path{"/etc/passwd"}}) {
    add(folder.string());
  }
  std::error_code error;
  fs::directory_iterator release{model::upgrades_dir(desired.directory), error};
  for (; !error && release != fs::directory_iterator{}; release.increment(error)) {
    add(release->path().string());
    add(release->path().string() + "/lavap");
  }
  return stamps;
}

void LastLook::begin(const model::Desired& desired, std::chrono::steady_clock::time_point now) {
  forget();
  if (m_changes) {
    m_heard = m_changes->load();
    m_stamps = stamps_of(desired);
    m_began = now;
  }
}

void LastLook::end(const reconcile::Settled& settled) {
  if (m_changes && is_at_rest(settled)) {
    m_pass = settled.last;
  }
}

const reconcile::Pass* LastLook::still_holds(const model::ChainObservation& chain,
                                             base::TimePoint at,
                                             std::chrono::steady_clock::time_point now) {
  if (!m_pass || now - m_began >= k_look_anyway || m_changes->load() != m_heard ||
      !is_same(m_pass->observed.chain, chain) ||
      std::any_of(m_stamps.begin(), m_stamps.end(), is_another)) {
    return nullptr;
  }
  m_pass->observed.chain = chain;
  m_pass->observed.at = at;
  return &*m_pass;
}

}  // namespace lavavisor::cli
