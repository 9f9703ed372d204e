// URLs are taken apart by libcurl, so that what is judged is what will be asked.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/url.hpp"

#include "base/text.hpp"
#include "transfer/transfer.hpp"

#include <sys/utsname.h>

#include <optional>

namespace lavavisor::release {
namespace {

class Parts {
 public:
  explicit Parts(const std::string& text)
      : m_url(curl_url()),
        m_valid(curl_url_set(m_url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) ==
                CURLUE_OK) {}

  explicit operator bool() const { return m_valid; }

  std::string get(CURLUPart part, unsigned flags = 0) const {
    char* text = nullptr;
    if (!m_valid || curl_url_get(m_url.get(), part, &text, flags) != CURLUE_OK) {
      return {};
    }
    std::string result{text};
    curl_free(text);
    return result;
  }

  void drop(CURLUPart part) { curl_url_set(m_url.get(), part, nullptr, 0); }

 private:
  transfer::Url m_url;
  bool m_valid;
};

/// Go's GOARCH of the machine that this program was built for.
std::string go_arch() {
#if defined(__x86_64__)
  return "amd64";
#elif defined(__aarch64__)
  return "arm64";
#else
  utsname machine{};
  return ::uname(&machine) == 0 ? machine.machine : "unknown";
#endif
}

}  // namespace

std::string fill_in(std::string url, const model::Release& release) {
  url = base::replace_all(std::move(url), "{version}", release.name);
  url = base::replace_all(std::move(url), "{os}", "linux");
  return base::replace_all(std::move(url), "{arch}", go_arch());
}

base::Result<void> check_url(const std::string& url) {
  const Parts parts{url};
  const std::string scheme = parts.get(CURLUPART_SCHEME);
  if (!parts || parts.get(CURLUPART_HOST).empty()) {
    return base::fail("'" + base::printable(url) + "' is no URL of the form https://host/path");
  }
  if (scheme == "https" || (scheme == "http" && transfer::is_loopback(url))) {
    return {};
  }
  return base::fail(shown(url) + " is not fetched: " +
                    (scheme == "http" ? "plain http is taken from loopback only, use https"
                                      : "only https is taken"));
}

base::Result<void> check_redirect(const std::string& from, const std::string& to) {
  const bool was_secure = Parts{from}.get(CURLUPART_SCHEME) == "https";
  const bool is_secure = Parts{to}.get(CURLUPART_SCHEME) == "https";
  if (was_secure && !is_secure) {
    return base::fail(shown(from) + " redirects to " + shown(to) +
                      ", away from https; that is not followed");
  }
  if (auto good = check_url(to); !good) {
    return base::fail(shown(from) + " redirects", good.error());
  }
  return {};
}

base::Result<std::string> asset_name(const std::string& url) {
  const std::string path = Parts{url}.get(CURLUPART_PATH, CURLU_URLDECODE);
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name.empty()) {
    return base::fail(shown(url) + " names no file: its path ends in '/'");
  }
  return name;
}

std::string shown(const std::string& url) {
  Parts parts{url};
  for (const auto secret :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    parts.drop(secret);
  }
  const std::string text = parts.get(CURLUPART_URL);
  return base::printable(text.empty() ? "(no URL)" : text, 300);
}

}  // namespace lavavisor::release
