// The report of the wrapped stand-in for lavap: what it saw, as JSON lines for the tests to read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace lavap {

/// CLOCK_MONOTONIC in nanoseconds.
std::int64_t monotonic_ns();

/// A line's further fields: names, and values that are JSON already.
using Fields = std::initializer_list<std::pair<const char*, std::string>>;

/// Appends one line per event to a file; written at once, by one write(2).
class Report {
 public:
  /// `path` "" = nothing is reported.
  explicit Report(std::string path) : m_path(std::move(path)) {}

  /// Report `event`, with the own pid and the time `at_ns` (0 = now).
  void add(const char* event, Fields fields = {}, std::int64_t at_ns = 0) const;

 private:
  std::string m_path;
};

/// What a process can tell of itself, as it was started: arguments, environment, descriptors,
/// signals, limits. JSON fields, without braces.
std::string facts_of_self(int argc, char** argv);

/// FNV-1a of `text`: lets a test compare a secret without having it anywhere.
std::string fingerprint(const std::string& text);

}  // namespace lavap
