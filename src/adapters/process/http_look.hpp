// The heads of HTTP answers, all asked for at once: who answers, how fast, what time is it there,
// until when is the certificate good.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/host_facts.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace lavavisor::process {

struct LookRequest {
  std::string url;                ///< http:// or https://
  std::filesystem::path ca_file;  ///< "" = the system's certificates
};

/// Ask all of `requests` at once, each within `limit`; up to five redirects are followed, from
/// https to https only. One answer for each, in their order; any HTTP status is an answer. GET,
/// because not every server knows HEAD; a body that begins is cut off.
std::vector<model::HttpLook> look_over_http(const std::vector<LookRequest>& requests,
                                            std::chrono::milliseconds limit);

}  // namespace lavavisor::process
