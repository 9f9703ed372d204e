// Whether what the last turn saw still holds: while it does, nobody has to look again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "model/desired.hpp"
#include "model/observed.hpp"
#include "reconcile/settle.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lavavisor::cli {

/// Counts what a watch heard of the units that may have changed how they are.
using UnitChanges = std::shared_ptr<std::atomic<unsigned>>;

/// For one thread. What is remembered is a turn that found nothing to do, to wait for or to tell.
/// It holds while the chain gives the same versions, no unit was heard of, and no file or folder
/// that it depends on has another stat(2); after 5 minutes it is looked again in any case, for
/// whatever escapes these.
class LastLook {
 public:
  /// Without `changes` nobody hears of units, and nothing is ever remembered.
  explicit LastLook(UnitChanges changes) : m_changes{std::move(changes)} {}

  /// A turn is about to look at `desired`'s host.
  void begin(const model::Desired& desired, std::chrono::steady_clock::time_point now);

  /// It came to this.
  void end(const reconcile::Settled& settled);

  void forget() { m_pass.reset(); }
  bool is_forgotten() const { return !m_pass; }

  /// That pass, as seen with the chain's answers of now; null when it holds no longer.
  const reconcile::Pass* still_holds(const model::ChainObservation& chain,
                                     base::TimePoint at,
                                     std::chrono::steady_clock::time_point now);

 private:
  /// What stat(2) says of each file and folder that a look depends on, by path.
  using Stamps = std::map<std::string, std::optional<base::FileStamp>>;

  static Stamps stamps_of(const model::Desired& desired);

  UnitChanges m_changes;
  std::optional<reconcile::Pass> m_pass;
  Stamps m_stamps;       ///< from before it looked
  unsigned m_heard = 0;  ///< likewise
  std::chrono::steady_clock::time_point m_began;
};

}  // namespace lavavisor::cli
