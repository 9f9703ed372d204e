// A value that threads change and a test waits for; only a fault meets its limit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace lavavisor::test {

inline constexpr std::chrono::seconds k_generous{60};

template <class T>
class Awaited {
 public:
  explicit Awaited(T value = {}) : m_value{std::move(value)} {}

  /// Change the value, by a function that is handed it.
  template <class How>
  void change(const How& how) {
    const std::lock_guard lock{m_mutex};
    how(m_value);
    m_changed.notify_all();
  }

  T get() const {
    const std::lock_guard lock{m_mutex};
    return m_value;
  }

  /// Wait until `is_so` holds for the value; false when it does not within `limit`.
  template <class Condition>
  bool wait(const Condition& is_so, std::chrono::milliseconds limit = k_generous) const {
    std::unique_lock lock{m_mutex};
    return m_changed.wait_for(lock, limit, [&] { return is_so(m_value); });
  }

 private:
  mutable std::mutex m_mutex;
  mutable std::condition_variable m_changed;
  T m_value;
};

/// How often something happened.
class Count {
 public:
  void up() {
    m_count.change([](int& count) { ++count; });
  }
  int get() const { return m_count.get(); }

  bool reaches(int wanted, std::chrono::milliseconds limit = k_generous) const {
    return m_count.wait([wanted](int count) { return count >= wanted; }, limit);
  }

 private:
  Awaited<int> m_count;
};

}  // namespace lavavisor::test
