// A published release on a real TLS server (tests/support/release_server.py), for one test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/http_release_source.hpp"
#include "temp_folder.hpp"

#include <map>
#include <string>
#include <vector>

namespace lavavisor::release {

/// A request as the server logged it; header names in lower case.
struct Asked {
  std::string path;
  std::map<std::string, std::string> headers;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

enum class Host { http, https, other };

/// Tuned so that tests need not wait; a busy machine's pauses are no stall yet.
Tuning impatient();

/// The same for tests of stalls: 500 ms.
Tuning easily_stalled();

/// 300,000 bytes that begin as an executable does.
const std::string& binary_bytes();

class ReleaseSite {
 public:
  /// Publish binary_bytes() as release 6.2.5, with its sha256sum.txt, below a path of its own.
  ReleaseSite();

  /// A request for it over TLS; `staged` is in a folder of its own.
  ports::FetchRequest request() const;
  base::Result<ports::Fetched> fetch(const ports::FetchRequest& request,
                                     const Tuning& tuning = impatient()) const;

  std::string url(const std::string& path, Host host = Host::https) const;
  std::string asset() const;  ///< "lavap-v6.2.5-linux-amd64"
  std::string asset_path() const;
  std::string checksums_path() const;
  std::string sha256() const;

  void publish(const std::string& content) const;
  void publish_checksums(const std::string& text) const;
  /// Publish `content` at any path of the server, such as checksums_path() + ".minisig".
  void publish_at(const std::string& path, const std::string& content) const;

  /// Set the faults of a path, as JSON: R"({"truncate": 1000, "times": 1})".
  void fail(const std::string& path, const std::string& faults) const;
  void fail(const std::string& faults) const { fail(asset_path(), faults); }
  void heal() const;

  std::vector<Asked> asked(const std::string& path) const;
  std::vector<Asked> asked() const { return asked(asset_path()); }

  model::Path directory() const { return m_folder.path() / "lavavisor"; }
  model::Path staged() const;
  model::Path note() const { return staged().string() + ".resume"; }
  model::Path certificate_authority() const;
  model::Path scratch() const { return m_folder.path(); }

 private:
  TempFolder m_folder;
  std::string m_prefix;
};

}  // namespace lavavisor::release
