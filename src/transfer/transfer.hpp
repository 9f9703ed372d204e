// What all HTTP clients of this program have in common: libcurl's handles with their owners, the
// options that make a transfer safe, and the loop that drives it. For .cpp files of adapters only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace lavavisor::transfer {

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeHeaders {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Multi = std::unique_ptr<CURLM, FreeMulti>;
using Headers = std::unique_ptr<curl_slist, FreeHeaders>;
using Url = std::unique_ptr<CURLU, FreeUrl>;

/// Make a handle; never null. Throw std::bad_alloc where there is no memory for one.
Easy new_easy();
Multi new_multi();

/// Add "Name: value" to `headers`; throws likewise.
void add_header(Headers& headers, const std::string& line);

/// Lead `easy` to `url`, over http or https with HTTP/1.1: no redirect is followed, certificates
/// are verified, no signal is used, no child inherits the socket, a resolver that hangs is left
/// behind, and no proxy stands between this machine and itself.
void aim(CURL* easy, const std::string& url);

/// Trust the authorities in `file` (PEM) in place of the system's.
void trust_only(CURL* easy, const std::string& file);

/// True when `url` names this machine: localhost, 127.0.0.0/8 or [::1].
bool is_loopback(const std::string& url);

enum class Driven { ended, stopped, broken };

/// Drive all transfers of `multi` to their ends, or until `stop` is requested; broken: libcurl
/// itself gave up. `between` is called whenever some may have ended.
Driven drive(CURLM* multi, const std::stop_token& stop, const std::function<void()>& between = {});

}  // namespace lavavisor::transfer
