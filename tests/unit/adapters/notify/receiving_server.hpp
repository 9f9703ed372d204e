// A webhook's receiver with real TLS (tests/support/webhook_receiver.py), for one test program.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lavavisor::notify {

class ReceivingServer {
 public:
  /// The one that all tests share; it is trusted, by $SSL_CERT_FILE.
  static ReceivingServer& instance();

  std::string url(const std::string& path) const;

  /// The authority's certificate.
  const std::string& authority() const { return m_authority; }

  /// What was received last, as the server logged it: a line of JSON.
  std::string last_request() const;

  ReceivingServer(const ReceivingServer&) = delete;
  ReceivingServer& operator=(const ReceivingServer&) = delete;
  ~ReceivingServer();

 private:
  ReceivingServer();

  std::string m_folder;
  std::string m_authority;
  int m_input = -1;
  int m_pid = 0;
  int m_port = 0;
};

}  // namespace lavavisor::notify
