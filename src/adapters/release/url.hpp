// Release URLs: filled in, judged (TLS, or plain http on loopback), shown without their secrets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/version.hpp"

#include <string>

namespace lavavisor::release {

/// Fill {version}, {os} and {arch} (in Go's spelling of this machine) into `url`.
std::string fill_in(std::string url, const model::Release& release);

/// Fails unless bytes may be had from `url`: by https, or by http from loopback.
base::Result<void> check_url(const std::string& url);

/// Fails unless an answer from `from` may send us on to `to`: https stays https.
base::Result<void> check_redirect(const std::string& from, const std::string& to);

/// The last path segment of `url`, decoded: the asset's name in a checksums file. Fails when the
/// path ends in "/".
base::Result<std::string> asset_name(const std::string& url);

/// `url` as messages show it: without user, password, query and control characters.
std::string shown(const std::string& url);

}  // namespace lavavisor::release
