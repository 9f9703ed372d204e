// "host:port" made into a socket that listens.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"
#include "base/result.hpp"

#include <string>

namespace lavavisor::http {

struct Listener {
  base::Fd socket;        ///< non-blocking, close-on-exec
  std::string address;    ///< what it is bound to: "127.0.0.1:9642", "[::]:8080"
  bool loopback = false;  ///< only this machine can reach it
};

/// Bind and listen on `address`: "127.0.0.1:9642", "localhost:9642", "[::1]:9642"; without a host
/// (":8080") on all addresses, IPv4 and IPv6; port 0 takes a free one. Fails with a sentence that
/// names `address` and why.
base::Result<Listener> listen_on(const std::string& address);

}  // namespace lavavisor::http
