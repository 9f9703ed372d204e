// One libcurl multi handle for all of them.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/http_look.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "transfer/transfer.hpp"

#include <cstddef>
#include <string_view>

namespace lavavisor::process {
namespace {

using base::fail;
using base::TimePoint;
using model::HttpLook;

/// The head has come: a body is not wanted, and not taking its first byte ends the transfer.
std::size_t take_no_body(char* /*bytes*/,
                         std::size_t /*one*/,
                         std::size_t /*count*/,
                         void* /*of*/) {
  return 0;
}

void set_options(CURL* easy, const LookRequest& request, std::chrono::milliseconds limit) {
  transfer::aim(easy, request.url);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_no_body);
  curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(easy,
                   CURLOPT_REDIR_PROTOCOLS_STR,
                   request.url.starts_with("https:") ? "https" : "http,https");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "lavavisor");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  if (!request.ca_file.empty()) {
    transfer::trust_only(easy, request.ca_file.string());
  }
}

std::optional<TimePoint> time_in(const char* text) {
  const auto seconds = curl_getdate(text, nullptr);
  return seconds < 0 ? std::nullopt : std::optional{TimePoint{std::chrono::seconds{seconds}}};
}

std::optional<TimePoint> date_of(CURL* easy) {
  curl_header* header = nullptr;
  const bool has = curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  return has ? time_in(header->value) : std::nullopt;
}

/// The end of the server's own certificate, the first of its chain.
std::optional<TimePoint> certificate_end(CURL* easy) {
  curl_certinfo* info = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) != CURLE_OK || info == nullptr ||
      info->num_of_certs == 0) {
    return std::nullopt;
  }
  constexpr std::string_view k_name = "Expire date:";
  for (const auto* line = info->certinfo[0]; line != nullptr; line = line->next) {
    if (std::string_view{line->data}.starts_with(k_name)) {
      return time_in(line->data + k_name.size());
    }
  }
  return std::nullopt;
}

HttpLook read(CURL* easy, CURLcode result, std::chrono::milliseconds limit) {
  HttpLook look;
  look.at = std::chrono::time_point_cast<TimePoint::duration>(std::chrono::system_clock::now());
  curl_off_t took = 0;
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &took);
  look.took = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::microseconds{took});
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  look.certificate_ends = certificate_end(easy);
  if (result == CURLE_OPERATION_TIMEDOUT) {
    look.status = fail("no answer within " + base::format_duration(limit));
  } else if (result != CURLE_OK && result != CURLE_WRITE_ERROR) {
    look.status = fail(base::printable(curl_easy_strerror(result)));
  } else {
    look.status = status;
    look.date = date_of(easy);
  }
  return look;
}

/// Read those that have ended.
void collect(CURLM* multi,
             const std::vector<transfer::Easy>& handles,
             std::chrono::milliseconds limit,
             std::vector<HttpLook>& looks) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    for (std::size_t i = 0; i < handles.size(); ++i) {
      if (handles[i].get() == message->easy_handle) {
        looks[i] = read(message->easy_handle, message->data.result, limit);
      }
    }
  }
}

}  // namespace

std::vector<HttpLook> look_over_http(const std::vector<LookRequest>& requests,
                                     std::chrono::milliseconds limit) {
  HttpLook unasked;
  unasked.status = fail("it could not be asked");
  std::vector<HttpLook> looks(requests.size(), unasked);
  const auto multi = transfer::new_multi();
  std::vector<transfer::Easy> handles;
  for (const auto& request : requests) {
    handles.push_back(transfer::new_easy());
    set_options(handles.back().get(), request, limit);
    curl_multi_add_handle(multi.get(), handles.back().get());
  }
  transfer::drive(multi.get(), {}, [&] { collect(multi.get(), handles, limit, looks); });
  for (const auto& handle : handles) {
    curl_multi_remove_handle(multi.get(), handle.get());
  }
  return looks;
}

}  // namespace lavavisor::process
