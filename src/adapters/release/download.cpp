// A part on disk is gone on with only where server and note agree; the digest has the last word.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/download.hpp"

#include "adapters/release/url.hpp"
#include "base/quantity.hpp"

#include <utility>

namespace lavavisor::release {
namespace {

constexpr std::chrono::milliseconds k_progress_every{100};

tl::unexpected<Failure> start_over(std::string why) {
  return failed(Failure::Kind::start_over, std::move(why));
}

}  // namespace

Download::Download(DownloadOrder order,
                   HttpGet& http,
                   const ports::OnProgress& on_progress,
                   const Tuning& tuning,
                   const TimeLimit& limit,
                   std::stop_token stop)
    : m_order(std::move(order)),
      m_http(http),
      m_on_progress(on_progress),
      m_tuning(tuning),
      m_limit(limit),
      m_stop(std::move(stop)),
      m_file(m_order.staged) {}

Tried<Downloaded> Download::run() {
  m_file.resume(m_order.url, m_order.sha256);
  m_resumed = m_file.size() > 0;
  for (;;) {
    if (auto done = complete(); !done) {
      return tl::make_unexpected(done.error());
    }
    report();
    const auto size = m_file.size();
    const auto verdict = verify();
    if (!verdict) {
      return tl::make_unexpected(verdict.error());
    }
    if (*verdict == Verdict::good) {
      return Downloaded{m_digest, size};
    }
  }
}

/// Have all bytes on disk, in as many tries as the tuning allows.
Tried<void> Download::complete() {
  if (m_file.is_whole() && !m_order.sha256.empty()) {
    return {};  // only its verification was missing
  }
  Retries retries{m_tuning, m_limit, m_stop};
  for (;;) {
    const auto done = try_once();
    if (done) {
      return {};
    }
    if (done.error().kind == Failure::Kind::start_over) {
      m_file.discard();
      m_resumed = false;
    }
    if (auto end = retries.after(done.error())) {
      return tl::make_unexpected(*end);
    }
  }
}

Tried<void> Download::try_once() {
  if (m_file.origin().validator.empty() && m_order.sha256.empty()) {
    m_file.discard();  // nothing would tell whether the rest belongs to it
  }
  const GetRequest request{
      .url = m_order.url, .from = m_file.size(), .if_range = m_file.origin().validator};
  const auto head = m_http.get(request, *this);
  return head ? judge_end(*head) : tl::make_unexpected(head.error());
}

/// The answer came whole; whether the file is, too.
Tried<void> Download::judge_end(const Head& head) {
  if (head.status == 416) {
    const auto range = parse_content_range(head.content_range);
    const auto total = range && range->total ? range->total : m_file.origin().size;
    return total == m_file.size()
               ? Tried<void>{}
               : start_over(shown(m_order.url) + ": answered HTTP 416 to the rest of the file");
  }
  const auto total = m_file.origin().size;
  if (total && m_file.size() < *total) {
    return failed(Failure::Kind::transient,
                  shown(m_order.url) + ": sent " + std::to_string(m_file.size()) + " of " +
                      std::to_string(*total) + " bytes");
  }
  if (m_file.size() == 0) {
    m_file.discard();
    return failed(Failure::Kind::permanent, shown(m_order.url) + ": the file is empty");
  }
  return {};
}

/// Judge the whole file by its digest. Wrong pieces, or ones that the disk lost, may come of a
/// resume, so then it is fetched once more from zero; else a wrong digest is final.
Tried<Download::Verdict> Download::verify() {
  const auto digest = m_file.digest(m_stop);
  if (!digest && digest.error().kind != Failure::Kind::start_over) {
    return tl::make_unexpected(digest.error());
  }
  m_digest = digest.value_or("");
  if (digest && (m_order.sha256.empty() || m_digest == m_order.sha256)) {
    if (auto sealed = m_file.seal(m_order.mode); !sealed) {
      return tl::make_unexpected(sealed.error());
    }
    return Verdict::good;
  }
  m_file.discard();
  if (std::exchange(m_resumed, false) && !std::exchange(m_restarted, true)) {
    return Verdict::wrong_after_resume;
  }
  return failed(Failure::Kind::permanent,
                !digest ? shown(m_order.url) + ": " + digest.error().message
                        : "checksum mismatch: expected " + m_order.sha256 + ", got " + m_digest +
                              " (from " + shown(m_order.url) + ")");
}

Tried<void> Download::begin(const Head& head) {
  if (head.status == 206) {
    return begin_rest(head);
  }
  if (head.length && *head.length > m_order.max_size) {
    m_file.discard();
    return tl::make_unexpected(too_large(*head.length));
  }
  m_resumed = false;
  return m_file.begin({.url = m_order.url,
                       .validator = strong_validator(head),
                       .sha256 = m_order.sha256,
                       .size = head.length});
}

/// A 206: it must be the rest of what is on disk, of the same file.
Tried<void> Download::begin_rest(const Head& head) {
  if (m_file.size() == 0) {
    return failed(Failure::Kind::permanent, "answered with a part of the file (HTTP 206) unasked");
  }
  const Origin& origin = m_file.origin();
  const auto range = parse_content_range(head.content_range);
  if (!range || range->first != m_file.size() ||
      (range->total && origin.size && range->total != origin.size)) {
    return start_over("answered with the wrong part of the file");
  }
  const bool by_etag = origin.validator.starts_with('"');
  if (by_etag && !head.etag.empty() && head.etag != origin.validator) {
    return start_over("has another file by now");
  }
  const auto total = range->total.value_or(*range->last + 1);
  if (total > m_order.max_size) {
    m_file.discard();
    return tl::make_unexpected(too_large(total));
  }
  m_resumed = true;
  return {};
}

Tried<void> Download::take(std::string_view bytes) {
  if (m_file.size() + bytes.size() > m_order.max_size) {
    const auto failure = too_large(0);
    m_file.discard();
    return tl::make_unexpected(failure);
  }
  return m_file.append(bytes);
}

Failure Download::too_large(std::uint64_t size) const {
  return {Failure::Kind::permanent,
          "the file is larger than binary.release.max_size (" +
              base::format_size(m_order.max_size) + ")" +
              (size == 0 ? "" : ": " + base::format_size(size))};
}

void Download::between() {
  if (m_file.size() != m_reported &&
      std::chrono::steady_clock::now() - m_reported_at >= k_progress_every) {
    report();
  }
}

void Download::report() {
  m_reported = m_file.size();
  m_reported_at = std::chrono::steady_clock::now();
  if (m_on_progress) {
    m_on_progress({.received = m_reported, .total = m_file.origin().size});
  }
}

}  // namespace lavavisor::release
