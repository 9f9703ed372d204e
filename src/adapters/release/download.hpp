// One file: fetched in as many tries as it takes, gone on with where it was cut, verified.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/http_get.hpp"
#include "adapters/release/partial_file.hpp"
#include "adapters/release/retries.hpp"
#include "ports/release_source.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace lavavisor::release {

struct DownloadOrder {
  std::string url;
  std::string sha256;          ///< "" = nothing vouches for it
  std::uint64_t max_size = 0;  ///< bytes
  model::Path staged;
  mode_t mode = 0755;  ///< once it is verified
};

struct Downloaded {
  std::string sha256;
  std::uint64_t size = 0;
};

class Download : private Sink {
 public:
  Download(DownloadOrder order,
           HttpGet& http,
           const ports::OnProgress& on_progress,
           const Tuning& tuning,
           const TimeLimit& limit,
           std::stop_token stop);

  /// Run it to its end. What failed verification is gone afterwards; what was cut stays.
  Tried<Downloaded> run();

 private:
  enum class Verdict { good, wrong_after_resume };

  Tried<void> complete();
  Tried<void> try_once();
  Tried<Verdict> verify();

  Tried<void> begin(const Head& head) override;
  Tried<void> take(std::string_view bytes) override;
  void between() override;

  Tried<void> begin_rest(const Head& head);
  Tried<void> judge_end(const Head& head);
  Failure too_large(std::uint64_t size) const;
  void report();

  DownloadOrder m_order;
  HttpGet& m_http;
  const ports::OnProgress& m_on_progress;
  Tuning m_tuning;
  TimeLimit m_limit;
  std::stop_token m_stop;
  PartialFile m_file;
  bool m_resumed = false;    ///< its bytes are of more than one answer
  bool m_restarted = false;  ///< it came out wrong after a resume before
  std::string m_digest;
  std::uint64_t m_reported = 0;
  std::chrono::steady_clock::time_point m_reported_at;
};

}  // namespace lavavisor::release
