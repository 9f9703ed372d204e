// A TOML document as plain data: every value with its place, every table in the file's order.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/source.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lavavisor::config {

struct Entry;
struct Raw;

using RawList = std::vector<Raw>;
using RawTable = std::vector<Entry>;

/// A date or a time; lavavisor has no use for one, so its value is not kept.
struct RawTime {};

struct Raw {
  std::variant<std::string, std::int64_t, double, bool, RawTime, RawList, RawTable> value;
  Place place;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }
};

struct Entry {
  std::string key;
  Place place;  ///< of the key
  Raw value;
};

/// "a string", "an integer", "a list" ...
std::string_view kind_of(const Raw& raw);

}  // namespace lavavisor::config
