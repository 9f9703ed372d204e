// From two JSON-RPC answers to one EndpointAnswer.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/rpc.hpp"

#include "adapters/chain/answers.hpp"
#include "adapters/chain/protobuf_params.hpp"
#include "base/base64.hpp"

#include <cstdint>
#include <utility>

namespace lavavisor::chain {
namespace {

using base::fail;
using base::Result;

/// The words of a JSON-RPC error object: "JSON-RPC error -32601: Method not found: data".
std::string describe_error(const Json& json) {
  std::string text = "JSON-RPC error";
  if (const auto code = json.integer({"error", "code"})) {
    text += " " + std::to_string(*code);
  }
  for (const char* const part : {"message", "data"}) {
    if (const auto words = json.text({"error", part}); words && !words->empty()) {
      text += ": " + shown(*words);
    }
  }
  return text;
}

/// The answer to method `method`, once it is known to carry a result object.
Result<Json> read_result(const HttpAnswer& answer, const char* method) {
  auto json = read_object(answer, "JSON-RPC", "RPC");
  if (!json) {
    return json;
  }
  const auto error = json->kind({"error"});
  if (error != Json::Kind::missing && error != Json::Kind::null) {
    return fail(method, base::Error{describe_error(*json)});
  }
  if (answer.status != 200) {
    return fail(describe_status(answer));
  }
  const auto id = json->kind({"id"});
  if (id != Json::Kind::number && id != Json::Kind::text) {
    return fail(std::string{method} + ": the answer carries no id, so it is not to this request");
  }
  if (json->kind({"result"}) != Json::Kind::object) {
    return fail(std::string{method} + ": the answer carries no result (is this the RPC port?)");
  }
  return json;
}

Result<model::EndpointAnswer> read_status(const HttpAnswer& http) {
  const auto json = read_result(http, "status");
  if (!json) {
    return tl::make_unexpected(json.error());
  }
  model::EndpointAnswer answer;
  const auto network = json->text({"result", "node_info", "network"});
  const auto catching_up = json->boolean({"result", "sync_info", "catching_up"});
  const auto time = json->text({"result", "sync_info", "latest_block_time"});
  if (!network || !catching_up || !time) {
    return fail("its status answer",
                !network       ? network.error()
                : !catching_up ? catching_up.error()
                               : time.error());
  }
  const auto block_time = base::parse_time(*time);
  if (!block_time) {
    return fail("its newest block has no usable time", block_time.error());
  }
  answer.network = *network;
  answer.catching_up = *catching_up;
  answer.block_time = *block_time;
  return answer;
}

/// Fails with the application's own words when its code is not 0.
Result<void> require_success(const Json& json) {
  if (json.kind({"result", "response", "code"}) == Json::Kind::missing) {
    return {};  // 0 is left out by some encoders
  }
  const auto code = json.integer({"result", "response", "code"});
  if (!code) {
    return fail("its parameter answer", code.error());
  }
  if (*code == 0) {
    return {};
  }
  std::string text = "the parameter query failed with code " + std::to_string(*code);
  if (const auto space = json.text({"result", "response", "codespace"}); space && !space->empty()) {
    text += " (" + shown(*space) + ")";
  }
  if (const auto log = json.text({"result", "response", "log"}); log && !log->empty()) {
    text += ": " + shown(*log);
  }
  return fail(text);
}

struct Params {
  std::int64_t height = 0;
  VersionStrings versions;
};

Result<Params> read_params(const HttpAnswer& http) {
  const auto json = read_result(http, "abci_query");
  if (!json) {
    return tl::make_unexpected(json.error());
  }
  if (const auto success = require_success(*json); !success) {
    return tl::make_unexpected(success.error());
  }
  if (json->kind({"result", "response", "value"}) == Json::Kind::null) {
    return fail("its parameter answer carries no value");
  }
  const auto height = json->integer({"result", "response", "height"});
  const auto value = json->text({"result", "response", "value"});
  if (!height || !value) {
    return fail("its parameter answer", height ? value.error() : height.error());
  }
  if (*height < 0) {
    return fail("its parameter answer has a negative height");
  }
  const auto bytes = base::decode_base64(*value);
  if (!bytes) {
    return fail("its parameter answer's value " + bytes.error().message);
  }
  return decode_params(*bytes).map([&](const VersionStrings& versions) {
    return Params{*height, versions};
  });
}

}  // namespace

std::vector<HttpRequest> rpc_requests(const std::string& url) {
  return {
      {.url = url, .json = R"({"jsonrpc":"2.0","id":1,"method":"status","params":{}})"},
      {.url = url,
       .json = R"({"jsonrpc":"2.0","id":2,"method":"abci_query","params":)"
               R"({"path":"/lavanet.lava.protocol.Query/Params","data":"","prove":false}})"},
  };
}

Result<model::EndpointAnswer> read_rpc(const Result<HttpAnswer>& status,
                                       const Result<HttpAnswer>& params) {
  auto answer = status.and_then(read_status);
  if (!answer) {
    return answer;
  }
  const auto read = params.and_then(read_params);
  if (!read) {
    return answer->catching_up ? fail("it is still catching up", read.error())
                               : tl::make_unexpected(read.error());
  }
  answer->height = read->height;
  answer->provider_target = read->versions.provider_target;
  answer->provider_min = read->versions.provider_min;
  answer->consumer_target = read->versions.consumer_target;
  answer->consumer_min = read->versions.consumer_min;
  return answer;
}

}  // namespace lavavisor::chain
