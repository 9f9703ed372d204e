// The HTTP server of a command that reconciles for ever: health, metrics, status and the page.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/pulse.hpp"
#include "adapters/http/server.hpp"
#include "base/result.hpp"
#include "cli/board.hpp"

#include <functional>
#include <optional>
#include <string>

namespace lavavisor::cli {

/// Answers out of what `board` and `pulse` hold, which must outlive it; `ready` is asked in the
/// server's thread.
class Web {
 public:
  Web(const Board& board, const http::Pulse& pulse, std::function<bool()> ready);

  /// Listen on `address` in place of where it listened before, "" = nowhere. Fails where that can't
  /// be; then it listens nowhere.
  base::Result<void> listen(const std::string& address);

  /// The same for what a configuration says, to be called whenever it may have changed and before
  /// each turn: a page that can't be served keeps no service waiting. The failure is logged once,
  /// and the next call tries again.
  void follow(const std::string& address);

 private:
  http::Answer answer(const http::Request& request) const;

  const Board& m_board;
  const http::Pulse& m_pulse;
  std::function<bool()> m_ready;
  std::string m_address;    ///< as it was asked for; "" = nowhere
  std::string m_complaint;  ///< the failure that was logged last
  std::optional<http::Server> m_server;
};

/// What a host calls itself (gethostname(2)).
std::string host_name();

}  // namespace lavavisor::cli
