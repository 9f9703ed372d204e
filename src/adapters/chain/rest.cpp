// From three gateway answers to one EndpointAnswer.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/rest.hpp"

#include "adapters/chain/answers.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace lavavisor::chain {
namespace {

using base::fail;
using base::Result;

constexpr const char* k_params = "/lavanet/lava/protocol/params";
constexpr const char* k_block = "/cosmos/base/tendermint/v1beta1/blocks/latest";
constexpr const char* k_syncing = "/cosmos/base/tendermint/v1beta1/syncing";

/// The gateway's {"code": 5, "message": "..."}, or else the HTTP status.
std::string describe_error(const HttpAnswer& answer, const Json& json) {
  const auto code = json.integer({"code"});
  const auto message = json.text({"message"});
  if (!code || !message) {
    return describe_status(answer);
  }
  return "the gateway answered with code " + std::to_string(*code) + ": " + shown(*message);
}

/// The object that `route` answers with under `member`, or why there is none.
Result<Json> read_route(const HttpAnswer& answer, const char* route, const char* member) {
  auto json = read_object(answer, "JSON", "REST");
  if (!json) {
    return fail(route, json.error());
  }
  const bool has_member = json->kind({member}) != Json::Kind::missing;
  if (answer.status != 200 || (!has_member && json->kind({"code"}) != Json::Kind::missing)) {
    return fail(route, base::Error{describe_error(answer, *json)});
  }
  if (!has_member) {
    return fail(route, base::Error{std::string{member} + " is missing"});
  }
  return json;
}

Result<void> read_versions(const HttpAnswer& http, model::EndpointAnswer& answer) {
  using Member = std::pair<const char*, std::string model::EndpointAnswer::*>;
  constexpr std::array<Member, 4> k_members{{
      {"provider_target", &model::EndpointAnswer::provider_target},
      {"provider_min", &model::EndpointAnswer::provider_min},
      {"consumer_target", &model::EndpointAnswer::consumer_target},
      {"consumer_min", &model::EndpointAnswer::consumer_min},
  }};
  const auto json = read_route(http, k_params, "params");
  if (!json) {
    return tl::make_unexpected(json.error());
  }
  for (const auto& [name, member] : k_members) {
    const auto text = json->text({"params", "version", name});
    if (!text) {
      return fail("its parameter answer", text.error());
    }
    answer.*member = *text;
  }
  return {};
}

Result<void> read_block(const HttpAnswer& http, model::EndpointAnswer& answer) {
  const auto json = read_route(http, k_block, "block");
  if (!json) {
    return tl::make_unexpected(json.error());
  }
  const auto network = json->text({"block", "header", "chain_id"});
  const auto height = json->integer({"block", "header", "height"});
  const auto time = json->text({"block", "header", "time"});
  if (!network || !height || !time) {
    return fail("its newest block",
                !network  ? network.error()
                : !height ? height.error()
                          : time.error());
  }
  const auto block_time = base::parse_time(*time);
  if (!block_time) {
    return fail("its newest block has no usable time", block_time.error());
  }
  if (*height < 0) {
    return fail("its newest block has a negative height");
  }
  answer.network = *network;
  answer.height = *height;
  answer.block_time = *block_time;
  return {};
}

Result<void> read_syncing(const HttpAnswer& http, model::EndpointAnswer& answer) {
  const auto json = read_route(http, k_syncing, "syncing");
  if (!json) {
    return tl::make_unexpected(json.error());
  }
  const auto syncing = json->boolean({"syncing"});
  if (!syncing) {
    return fail("its syncing answer", syncing.error());
  }
  answer.catching_up = *syncing;
  return {};
}

/// The height in the header of the parameters' answer, when there is one.
void prefer_header_height(const HttpAnswer& params, model::EndpointAnswer& answer) {
  const std::string& text = params.block_height;
  std::int64_t height = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), height);
  if (!text.empty() && error == std::errc{} && end == text.data() + text.size() && height >= 0) {
    answer.height = height;
  }
}

}  // namespace

std::vector<HttpRequest> rest_requests(const std::string& url) {
  return {
      {.url = url + k_params, .json = {}},
      {.url = url + k_block, .json = {}},
      {.url = url + k_syncing, .json = {}},
  };
}

Result<model::EndpointAnswer> read_rest(const Result<HttpAnswer>& params,
                                        const Result<HttpAnswer>& block,
                                        const Result<HttpAnswer>& syncing) {
  model::EndpointAnswer answer;
  using Reader = Result<void> (*)(const HttpAnswer&, model::EndpointAnswer&);
  const std::array<std::pair<const Result<HttpAnswer>*, Reader>, 3> parts{{
      {&params, read_versions},
      {&block, read_block},
      {&syncing, read_syncing},
  }};
  for (const auto& [http, read] : parts) {
    if (!*http) {
      return tl::make_unexpected(http->error());
    }
    if (const auto done = read(**http, answer); !done) {
      return tl::make_unexpected(done.error());
    }
  }
  prefer_header_height(*params, answer);
  return answer;
}

}  // namespace lavavisor::chain
