// The text of one file, and places in it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/rights.hpp"
#include "config/finding.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::config {

class Source;

/// A stretch of one line. Line and column count from 1, columns in characters; a width that goes
/// over the line's end is cut there.
struct Place {
  unsigned line = 1;
  unsigned column = 1;
  unsigned width = 1;
  const Source* source = nullptr;  ///< that it lies in, which outlives it; null: none

  auto operator<=>(const Place&) const = default;
};

/// Of a finding that has no place of its own: 1:1 of the whole configuration, and no line is shown.
inline constexpr Place k_no_place{1, 1, 0};

/// "FILE:LINE:COLUMN", or "LINE:COLUMN" when `place` lies nowhere.
std::string to_string(const Place& place);

class Source {
 public:
  /// `file` is how the operator names it; `is`, whose it was as it was opened.
  Source(std::string file, std::string text, base::Ownership is = {});

  const std::string& file() const { return m_file; }
  const std::string& text() const { return m_text; }
  const base::Ownership& ownership() const { return m_is; }

  /// The place of the byte at `offset`, one character wide.
  Place place_at(std::size_t offset) const;

  /// The place of the byte `byte_column` (from 0) of line `number` (from 1).
  Place place_at(unsigned number, std::size_t byte_column) const;

  /// Make an error that points at `place`; a width of 0 shows no line, and neither does a line that
  /// may hold a secret: all of [notify], what tells of it elsewhere, keys to sign with, and URLs
  /// that name a user.
  Finding finding(const Place& place, std::string message, std::string hint = {}) const;

  /// The first NUL byte, or byte that is not UTF-8.
  std::optional<Finding> first_bad_byte() const;

 private:
  std::string_view line(unsigned number) const;
  std::vector<bool> secret_lines() const;
  bool is_secret(unsigned number) const;

  std::string m_file;
  std::string m_text;
  base::Ownership m_is;
  std::vector<std::size_t> m_starts;  ///< offset of each line
  std::vector<bool> m_secret;         ///< of each line: it is not to be shown
};

}  // namespace lavavisor::config
