// The ways in which an answer is no answer.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/answers.hpp"

#include "base/text.hpp"

#include <array>
#include <utility>

namespace lavavisor::chain {
namespace {

using base::fail;
using base::Result;

constexpr std::array<std::pair<long, std::string_view>, 11> k_reasons{{
    {400, "bad request"},
    {401, "unauthorized: does the address need a key?"},
    {403, "forbidden"},
    {404, "not found: is this the right port and path?"},
    {405, "method not allowed"},
    {429, "too many requests"},
    {500, "internal server error"},
    {501, "not implemented: is this the right kind of endpoint?"},
    {502, "bad gateway"},
    {503, "service unavailable"},
    {504, "gateway timeout"},
}};

}  // namespace

std::string describe_status(const HttpAnswer& answer) {
  std::string status = "HTTP " + std::to_string(answer.status);
  if (!answer.redirect.empty()) {
    return status + ": it redirects to " + shown(answer.redirect) +
           "; redirects are not followed, so configure the final address";
  }
  for (const auto& [code, reason] : k_reasons) {
    if (code == answer.status) {
      return status + " (" + std::string{reason} + ")";
    }
  }
  return status;
}

Result<Json> read_object(const HttpAnswer& answer,
                         std::string_view protocol,
                         std::string_view port) {
  auto json = Json::parse(answer.body);
  if (json && json->kind({}) == Json::Kind::object) {
    return json;
  }
  if (answer.status != 200) {
    return fail(describe_status(answer));
  }
  const auto body = base::trim(answer.body);
  if (body.empty()) {
    return fail("answered with an empty body");
  }
  if (body.starts_with('<')) {
    return fail("answered with an HTML page, not " + std::string{protocol} + " (is this the " +
                std::string{port} + " port?)");
  }
  return json ? fail("answered with JSON of another shape, not one object")
              : fail("answered with something that " + json.error().message);
}

std::string shown(std::string_view text) {
  return base::printable(base::trim(text));
}

}  // namespace lavavisor::chain
