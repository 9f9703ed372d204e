// First what vouches for the file, because it is small and may say no; then the file.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/http_release_source.hpp"

#include "adapters/release/checksums.hpp"
#include "adapters/release/download.hpp"
#include "adapters/release/http_get.hpp"
#include "adapters/release/minisign.hpp"
#include "adapters/release/retries.hpp"
#include "adapters/release/url.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

namespace lavavisor::release {
namespace {

/// Files that are small enough to be held.
struct TextKind {
  const char* name;
  const char* limit;
  std::size_t max_size;  ///< bytes: `limit` as a number
};
constexpr TextKind k_checksums{"checksums file", "1 MiB", 1U << 20U};
constexpr TextKind k_signature{"signature", "64 KiB", 64U << 10U};

class TextSink : public Sink {
 public:
  explicit TextSink(const TextKind& kind) : m_kind(kind) {}

  Tried<void> begin(const Head&) override {
    m_text.clear();
    return {};
  }
  Tried<void> take(std::string_view bytes) override {
    if (m_text.size() + bytes.size() > m_kind.max_size) {
      return failed(Failure::Kind::permanent,
                    std::string{"is larger than "} + m_kind.limit + "; that is no " + m_kind.name);
    }
    m_text += bytes;
    return {};
  }
  const std::string& text() const { return m_text; }

 private:
  TextKind m_kind;
  std::string m_text;
};

const char* pin_of(ports::Asset asset) {
  return asset == ports::Asset::source ? "binary.build.sha256" : "binary.sha256";
}

struct Voucher {
  std::string sha256;  ///< "" = nothing vouches
  std::string by;
};

Tried<std::string> get_text(HttpGet& http,
                            const std::string& url,
                            const TextKind& kind,
                            Retries retries) {
  for (;;) {
    TextSink sink{kind};
    const auto head = http.get({.url = url, .from = 0, .if_range = ""}, sink);
    if (head) {
      return sink.text();
    }
    if (auto end = retries.after(head.error())) {
      return tl::make_unexpected(*end);
    }
  }
}

/// Where the signature of the checksums file at `checksums` is: as the operator says, or with
/// ".minisig" behind its path.
std::string signature_url(const ports::FetchRequest& request, std::string checksums) {
  if (!request.settings.signature.empty()) {
    return fill_in(request.settings.signature, request.release);
  }
  return checksums.insert(std::min(checksums.find_first_of("?#"), checksums.size()), ".minisig");
}

/// Who vouches for the checksums file `text` from `url`; it is believed only after this went well.
Tried<std::string> ask_signature(const ports::FetchRequest& request,
                                 const std::string& text,
                                 const std::string& url,
                                 HttpGet& http,
                                 const Retries& retries) {
  const std::string signed_by = signature_url(request, url);
  const auto minisig = get_text(http, signed_by, k_signature, retries);
  if (!minisig) {
    return failed(minisig.error().kind, "no signature: " + minisig.error().message);
  }
  const auto signer = verify_minisig(text, *minisig, request.settings.public_keys, shown(url));
  if (!signer) {
    return failed(Failure::Kind::permanent,
                  "its checksums are not believed: the signature " + shown(signed_by) + " " +
                      signer.error().message);
  }
  return shown(url) + ", signed by key " + model::to_string(signer->key) + " (trusted comment: " +
         base::printable(base::replace_all(signer->trusted_comment, "\t", " ")) + ")";
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
  const auto text = get_text(http, url, k_checksums, retries);
  if (!text) {
    const bool final = text.error().kind == Failure::Kind::permanent;
    return failed(text.error().kind,
                  "no checksum: " + text.error().message + (final ? advice : ""));
  }
  const auto by = request.verify == model::Verify::signature
                      ? ask_signature(request, *text, url, http, retries)
                      : Tried<std::string>{shown(url)};
  if (!by) {
    return tl::make_unexpected(by.error());
  }
  const auto digest = find_checksum(*text, *asset, asset_name(url).value_or(shown(url)));
  if (!digest) {
    return failed(Failure::Kind::permanent,
                  digest.error().message + " (from " + shown(url) + ")" + advice);
  }
  return Voucher{*digest, *by};
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
