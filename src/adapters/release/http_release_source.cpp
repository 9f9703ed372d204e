// First what vouches for the file, because it is small and may say no; then the file.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/http_release_source.hpp"

#include "adapters/release/checksums.hpp"
#include "adapters/release/download.hpp"
#include "adapters/release/http_get.hpp"
#include "adapters/release/retries.hpp"
#include "adapters/release/url.hpp"
#include "base/sha256.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace lavavisor::release {
namespace {

constexpr std::size_t k_max_checksums = 1U << 20U;

/// A body that is small enough to be held.
class TextSink : public Sink {
 public:
  Tried<void> begin(const Head&) override {
    m_text.clear();
    return {};
  }
  Tried<void> take(std::string_view bytes) override {
    if (m_text.size() + bytes.size() > k_max_checksums) {
      return failed(Failure::Kind::permanent, "is larger than 1 MiB; that is no checksums file");
    }
    m_text += bytes;
    return {};
  }
  const std::string& text() const { return m_text; }

 private:
  std::string m_text;
};

const char* pin_of(ports::Asset asset) {
  return asset == ports::Asset::source ? "binary.build.sha256" : "binary.sha256";
}

struct Voucher {
  std::string sha256;  ///< "" = nothing vouches
  std::string by;
};

Tried<std::string> get_text(HttpGet& http, const std::string& url, Retries retries) {
  for (;;) {
    TextSink sink;
    const auto head = http.get({.url = url, .from = 0, .if_range = ""}, sink);
    if (head) {
      return sink.text();
    }
    if (auto end = retries.after(head.error())) {
      return tl::make_unexpected(*end);
    }
  }
}

Tried<Voucher> ask_checksums(const ports::FetchRequest& request,
                             HttpGet& http,
                             const Retries& retries) {
  const std::string url = fill_in(request.settings.checksums, request.release);
  const auto asset = asset_name(fill_in(request.settings.url, request.release));
  if (!asset) {
    return failed(Failure::Kind::permanent, asset.error().message);
  }
  // A release page lists its binaries; of a source archive the operator may have to say more.
  const std::string advice = request.asset == ports::Asset::source
                                 ? std::string{"; pin its digest in "} + pin_of(request.asset)
                                 : std::string{};
  const auto text = get_text(http, url, retries);
  if (!text) {
    const bool final = text.error().kind == Failure::Kind::permanent;
    return failed(text.error().kind,
                  "no checksum: " + text.error().message + (final ? advice : ""));
  }
  const auto digest = find_checksum(*text, *asset, asset_name(url).value_or(shown(url)));
  if (!digest) {
    return failed(Failure::Kind::permanent,
                  digest.error().message + " (from " + shown(url) + ")" + advice);
  }
  return Voucher{*digest, shown(url)};
}

/// The operator's pin beats all; without one, the checksums file, if one is asked for.
Tried<Voucher> find_voucher(const ports::FetchRequest& request,
                            HttpGet& http,
                            const Retries& retries) {
  const std::string pinned_in = pin_of(request.asset);
  if (!request.sha256.empty()) {
    if (!base::is_sha256_hex(request.sha256)) {
      return failed(Failure::Kind::permanent,
                    "its digest in " + pinned_in + " is no SHA-256 digest");
    }
    std::string pin = request.sha256;
    std::transform(pin.begin(), pin.end(), pin.begin(), [](unsigned char c) {
      return static_cast<char>(std::tolower(c));
    });
    return Voucher{pin, pinned_in};
  }
  if (request.verify == model::Verify::none) {
    return Voucher{"", "nothing"};
  }
  if (request.settings.checksums.empty()) {
    return failed(
        Failure::Kind::permanent,
        "no checksum vouches for it: pin one in " + pinned_in + " or set binary.release.checksums");
  }
  return ask_checksums(request, http, retries);
}

Tried<ports::Fetched> fetch_verified(const ports::FetchRequest& request,
                                     const ports::OnProgress& on_progress,
                                     const Tuning& tuning,
                                     const std::stop_token& stop) {
  const TimeLimit limit{request.settings.timeout};
  HttpGet http{request.settings.ca_file, tuning.stall, limit, stop};
  const auto voucher = find_voucher(request, http, Retries{tuning, limit, stop});
  if (!voucher) {
    return tl::make_unexpected(voucher.error());
  }
  DownloadOrder order{.url = fill_in(request.settings.url, request.release),
                      .sha256 = voucher->sha256,
                      .max_size = request.settings.max_size,
                      .staged = request.staged,
                      .mode = request.asset == ports::Asset::source ? 0600U : 0755U};
  Download download{std::move(order), http, on_progress, tuning, limit, stop};
  const auto done = download.run();
  if (!done) {
    return tl::make_unexpected(done.error());
  }
  return ports::Fetched{.sha256 = done->sha256, .size = done->size, .vouched_by = voucher->by};
}

}  // namespace

HttpReleaseSource::HttpReleaseSource(Tuning tuning) : m_tuning(tuning) {}

base::Result<ports::Fetched> HttpReleaseSource::fetch(const ports::FetchRequest& request,
                                                      const ports::OnProgress& on_progress,
                                                      std::stop_token stop) {
  auto fetched = fetch_verified(request, on_progress, m_tuning, stop);
  if (!fetched) {
    const auto* what = request.asset == ports::Asset::source ? "source of release " : "release ";
    return base::fail(what + request.release.name + ": " + fetched.error().message);
  }
  return std::move(*fetched);
}

}  // namespace lavavisor::release
