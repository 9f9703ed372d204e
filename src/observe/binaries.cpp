// A binary is hashed and probed once; afterwards its stat signature vouches for it.
// SPDX-License-Identifier: Apache-2.0
#include "observe/binaries.hpp"

#include "base/log.hpp"
#include "model/pins.hpp"

namespace lavavisor::observe {
namespace {

using base::Result;
using model::BinaryRecord;

Result<void> match_pin(const model::BinaryPolicy& policy,
                       const model::Release& release,
                       const std::string& sha256,
                       model::BinarySource source) {
  const auto* pin = model::binary_pin(policy, release, source);
  if (pin != nullptr && *pin != sha256) {
    return base::fail("its SHA-256 is " + sha256 + ", but [binary.sha256] asks for " + *pin);
  }
  return {};
}

Result<BinaryRecord> examine(const model::Desired& desired,
                             ports::BinaryInventory& inventory,
                             ports::BinaryProber& prober,
                             const ports::InstalledFile& file,
                             const BinaryRecord* known,
                             base::TimePoint now) {
  const auto path = model::binary_file(desired.directory, file.release);
  const auto sha256 = inventory.hash(path);
  if (!sha256) {
    return base::fail("cannot be hashed", sha256.error());
  }
  if (known != nullptr && known->sha256 == *sha256) {
    BinaryRecord renewed = *known;
    renewed.stamp = file.stamp;
    return renewed;
  }
  if (known != nullptr && known->source != model::BinarySource::placed) {
    return base::fail("it changed after it was verified: its SHA-256 was " + known->sha256 +
                      " and is " + *sha256);
  }
  if (auto matches = match_pin(desired.binary, file.release, *sha256, model::BinarySource::placed);
      !matches) {
    return tl::make_unexpected(matches.error());
  }
  const auto reported = prober.probe(path, model::probe_user(desired));
  if (!reported) {
    return tl::make_unexpected(reported.error());
  }
  return BinaryRecord{
      file.release, *sha256, file.stamp, model::BinarySource::placed, *reported, now};
}

}  // namespace

std::map<model::Release, model::Binary> observe_binaries(
    const model::Desired& desired,
    ports::BinaryInventory& inventory,
    ports::BinaryProber& prober,
    const std::map<model::Release, BinaryRecord>& known,
    base::TimePoint now) {
  std::map<model::Release, model::Binary> binaries;
  const auto files = inventory.installed(desired.directory);
  if (!files) {
    base::log_warn("installed binaries can't be listed: " + files.error().message);
    return binaries;
  }
  for (const auto& file : *files) {
    const auto found = known.find(file.release);
    const BinaryRecord* record = found == known.end() ? nullptr : &found->second;
    Result<BinaryRecord> fit = record != nullptr && record->stamp == file.stamp
                                   ? Result<BinaryRecord>{*record}
                                   : examine(desired, inventory, prober, file, record, now);
    if (fit) {
      if (auto matches = match_pin(desired.binary, file.release, fit->sha256, fit->source);
          !matches) {
        fit = tl::make_unexpected(matches.error());
      }
    }
    binaries.emplace(
        file.release,
        model::Binary{file.release, file.stamp.size, std::move(fit), file.held, file.stamp});
  }
  return binaries;
}

}  // namespace lavavisor::observe
