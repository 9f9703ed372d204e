// What stand-ins for lavap share: the behaviour that is appended to their own executable, and their
// command line as JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <ios>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lavap {

using Words = std::vector<std::string>;

/// The behaviour that the trailer asks for: the `key=value` lines behind the last line of the own
/// executable that is "--lavap-stub--".
class Trailer {
 public:
  Trailer() {
    // The name is put together here, so that the program's own text is never taken for a trailer.
    const std::string mark = std::string("\n--lavap") + "-stub--\n";
    const std::string tail = tail_of_self();
    const auto at = tail.rfind(mark);
    std::size_t from = at == std::string::npos ? tail.size() : at + mark.size();
    while (from < tail.size()) {
      const std::size_t to = std::min(tail.find('\n', from), tail.size());
      set(tail.substr(from, to - from));
      from = to + 1;
    }
  }

  /// Take a `key=value` in place of what the trailer says; what is no such thing is left alone.
  void set(const std::string& line) {
    if (const auto equals = line.find('='); equals != std::string::npos) {
      m_values[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }

  [[nodiscard]] std::string text(const std::string& key, const std::string& otherwise) const {
    const auto found = m_values.find(key);
    return found == m_values.end() ? otherwise : found->second;
  }

  [[nodiscard]] std::optional<int> number(const std::string& key) const {
    const auto found = m_values.find(key);
    return found == m_values.end() ? std::nullopt : std::optional(std::atoi(found->second.c_str()));
  }

 private:
  static std::string tail_of_self() {
    constexpr std::streamoff k_most = 4096;
    std::ifstream self("/proc/self/exe", std::ios::binary | std::ios::ate);
    self.seekg(std::max<std::streamoff>(0, self.tellg() - k_most));
    return {std::istreambuf_iterator<char>(self), {}};
  }

  std::map<std::string, std::string> m_values;
};

inline std::string json_string(const std::string& text) {
  std::string json = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      json += '\\';
    }
    if (static_cast<unsigned char>(letter) >= 0x20) {
      json += letter;
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(letter));
      json += escaped;
    }
  }
  return json + '"';
}

/// All words as one JSON array, so that tests see each as it arrived.
inline std::string json_array(const Words& words) {
  std::string json = "[";
  for (const std::string& word : words) {
    json += (json.size() == 1 ? "" : ", ") + json_string(word);
  }
  return json + ']';
}

}  // namespace lavap
