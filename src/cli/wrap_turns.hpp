// The turns of wrap: its child may end for good only between them, and is ready after one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/child_service.hpp"
#include "reconcile/loop.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace lavavisor::cli {

class WrapTurns final : public reconcile::Turns {
 public:
  WrapTurns(std::unique_ptr<reconcile::Turns> turns, process::ChildService& child)
      : m_turns{std::move(turns)}, m_child{child} {}

  base::Result<bool> read_again() override { return m_turns->read_again(); }
  void take_up() override { m_turns->take_up(); }
  void start_afresh() override { m_turns->start_afresh(); }
  std::chrono::milliseconds interval() const override { return m_turns->interval(); }

  reconcile::TurnResult turn(std::stop_token stop) override {
    m_child.turn_began();
    auto result = m_turns->turn(std::move(stop));
    m_approved = m_child.running();
    m_child.turn_ended();
    return result;
  }

  /// True while the process runs that ran at the end of a turn, and so has passed its gate. For any
  /// thread.
  bool is_ready() const {
    const pid_t approved = m_approved;
    return approved != 0 && approved == m_child.running();
  }

 private:
  std::unique_ptr<reconcile::Turns> m_turns;
  process::ChildService& m_child;
  std::atomic<pid_t> m_approved{0};
};

}  // namespace lavavisor::cli
