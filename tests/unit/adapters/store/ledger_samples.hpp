// Values for the ledger's tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/observed.hpp"
#include "model/report.hpp"

#include <string>

namespace lavavisor::store {

inline base::TimePoint at(std::int64_t microseconds) {
  return base::TimePoint{std::chrono::microseconds{microseconds}};
}

inline model::LastKnown known(model::Version provider,
                              model::Version consumer,
                              std::int64_t seen_at) {
  return {.versions = {.provider = {.target = provider, .min = {1, 0, 0}},
                       .consumer = {.target = consumer, .min = {1, 2, 0}}},
          .height = 4'711,
          .seen_at = at(seen_at)};
}

inline model::BinaryRecord binary(const std::string& release) {
  return {.release = {release},
          .sha256 = std::string(64, 'a'),
          .stamp = {.device = ~0ULL,  // beyond what SQLite counts
                    .inode = 1ULL << 63U,
                    .size = 150'000'000,
                    .modified = 1'795'336'863'123'456'789,
                    .changed = -1},
          .source = model::BinarySource::downloaded,
          .reported = {6, 1, 0},
          .verified_at = at(77)};
}

inline model::RunRecord run(const std::string& started) {
  model::RunRecord record;
  record.started = started;
  record.trigger = "apply";
  record.config_sha256 = std::string(64, 'c');
  record.config_commit = "abc123";
  return record;
}

inline model::ActionRecord action(const std::string& status) {
  return {.kind = "restart_service",
          .target = "provider-eth1",
          .reason = "the chain asks for 6.3.0",
          .status = status,
          .error = status == "failed" ? "it did not come up" : "",
          .ms = status == "started" ? 0 : 1'234};
}

}  // namespace lavavisor::store
