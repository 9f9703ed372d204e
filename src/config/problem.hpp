// What is wrong with one value: the words of a finding before it has a place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lavavisor::config {

struct Problem {
  std::string message;
  std::string hint;

  bool operator==(const Problem&) const = default;
};

template <class T>
using Checked = tl::expected<T, Problem>;

inline tl::unexpected<Problem> problem(std::string message, std::string hint = {}) {
  return tl::make_unexpected(Problem{std::move(message), std::move(hint)});
}

/// `text` from the file between single quotes, made safe to print; users of URLs are left out.
std::string in_quotes(std::string_view text);

/// 'did you mean ...?' with the nearest of `known`; "" when none is near.
std::string guess(std::string_view word, const std::vector<std::string>& known);

/// 'a', 'b' or 'c'
std::string alternatives(const std::vector<std::string>& words);

}  // namespace lavavisor::config
