// Result<T>: a value or an Error; the only way in which functions of this project report failure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace lavavisor::base {

/// One failure: a lower-case sentence without a full stop that names the object and the cause.
struct Error {
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Make a failed Result of any type out of `message`.
inline tl::unexpected<Error> fail(std::string message) {
  return tl::make_unexpected(Error{std::move(message)});
}

/// Put one phrase of context before an error: "`what`: cause".
inline tl::unexpected<Error> fail(std::string_view what, const Error& cause) {
  return tl::make_unexpected(Error{std::string{what} + ": " + cause.message});
}

}  // namespace lavavisor::base
