// Every answer that a CometBFT node, or something that is none, gives to our two questions.
// SPDX-License-Identifier: Apache-2.0
#include "chain_fixture.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

namespace lavavisor::chain {
namespace {

using support::http_answer;
using support::HttpServer;

std::string ok(const std::string& body) {
  return http_answer("200 OK", body);
}

std::string params_with(const std::string& response) {
  return ok(R"({"jsonrpc":"2.0","id":2,"result":{"response":)" + response + "}}");
}

const std::string k_value = "Ch4KHAoFNi4yLjUSBTUuNS4xGgU2LjIuNSIFNS41LjE=";

TEST(RpcAnswers, AreReadAsRecordedFromARealNode) {
  struct Row {
    const char* status;
    const char* params;
    std::int64_t height;
    const char* block_time;
    bool catching_up;
    const char* target;
    const char* min;
  };
  const std::vector<Row> rows{
      {"before_status_post.http",
       "before_params_post.http",
       147,
       "2026-11-22T08:41:01.449521445Z",
       false,
       "6.2.4",
       "5.5.0"},
      {"after_status_post.http",
       "after_params_post.http",
       149,
       "2026-11-22T08:41:03.461700871Z",
       false,
       "6.2.5",
       "5.5.1"},
      {"before_status_get.http",
       "before_params_get.http",
       147,
       "2026-11-22T08:41:01.449521445Z",
       false,
       "6.2.4",
       "5.5.0"},
      {"after_status_get.http",
       "params_get_prove.http",
       109,
       "2026-11-22T08:41:03.461700871Z",
       false,
       "6.2.4",
       "5.5.0"},
      {"midsync_old_version_status.http",
       "midsync_old_version_params.http",
       20,
       "2026-11-22T08:38:54.328577258Z",
       true,
       "6.2.4",
       "5.5.0"},
      {"catchingup_stuck_status_get.http",
       "catchingup_stuck_params_get.http",
       243,
       "2026-11-22T08:42:38.187318909Z",
       true,
       "6.2.5",
       "5.5.1"},
      {"stale_status_post.http",
       "stale_params_get.http",
       259,
       "2026-11-22T08:42:54.313580693Z",
       false,
       "6.2.5",
       "5.5.1"},
  };
  for (const auto& row : rows) {
    HttpServer server{node(recorded(row.status), recorded(row.params))};
    const auto answer = ask_one(rpc(server.url()));
    ASSERT_TRUE(answer) << row.status << ": " << answer.error().message;
    EXPECT_EQ(answer->network, "lava-testnet-2");
    EXPECT_EQ(answer->height, row.height) << row.params;
    EXPECT_EQ(answer->block_time, base::parse_time(row.block_time)) << row.status;
    EXPECT_EQ(answer->catching_up, row.catching_up) << row.status;
    EXPECT_EQ(answer->provider_target, row.target) << row.params;
    EXPECT_EQ(answer->provider_min, row.min) << row.params;
    EXPECT_EQ(answer->consumer_target, row.target) << row.params;
    EXPECT_EQ(answer->consumer_min, row.min) << row.params;
  }
}

TEST(RpcAnswers, OfOtherCometBftVersionsAreRead) {
  const std::vector<std::pair<const char*, const char*>> rows{
      {"cometbft_status_cosmoshub.json", "cosmoshub-4"},
      {"cometbft_status_juno.json", "juno-1"},
      {"kvstore_v0_34_status.json", "dockerchain"},
      {"kvstore_v0_38_status.json", "dockerchain"},
  };
  for (const auto& [name, network] : rows) {
    HttpServer server{node(ok(recorded(name)), recorded("after_params_post.http"))};
    const auto answer = ask_one(rpc(server.url()));
    ASSERT_TRUE(answer) << name << ": " << answer.error().message;
    EXPECT_EQ(answer->network, network);
  }
}

TEST(RpcAnswers, ThatAreNoParametersSayWhy) {
  const std::string value = R"("value":")" + k_value + '"';
  struct Row {
    std::string bytes;
    const char* reason;
  };
  const std::vector<Row> rows{
      {recorded("unknown_path_post.http"),
       "the parameter query failed with code 6 (sdk): unknown query path: unknown request"},
      {recorded("pruned_params_post.http"),
       "the parameter query failed with code 18 (sdk): failed to load state at height 20; version "
       "does not exist (latest height: 259): invalid request"},
      {recorded("params_post_height_future.http"),
       "the parameter query failed with code 26 (sdk): cannot query with height in the future"},
      {recorded("unknown_method_post.http"), "abci_query: JSON-RPC error -32601: Method not found"},
      {recorded("malformed_json.http"),
       "abci_query: JSON-RPC error -32700: Parse error. Invalid JSON: error unmarshaling request"},
      {ok(recorded("kvstore_v0_37_jsonrpc_error_block_at_height_0.json")),
       "abci_query: JSON-RPC error -32603: Internal error: height must be greater than 0"},
      {http_answer("500 Internal Server Error",
                   R"({"jsonrpc":"2.0","id":-1,"error":{"code":-32603,"message":"boom"}})"),
       "abci_query: JSON-RPC error -32603: boom"},
      {ok(R"({"jsonrpc":"2.0","id":2,"error":"plain words"})"), "abci_query: JSON-RPC error"},
      {recorded("status_post_no_id.http"), "answered with an empty body"},
      {recorded("empty_body.http"),
       "answered with an HTML page, not JSON-RPC (is this the RPC port?)"},
      {recorded("batch_two.http"), "answered with JSON of another shape"},
      {recorded("health_get.http"), "its parameter answer: result.response.height is missing"},
      {recorded("unknown_method_get.http"), "HTTP 404 (not found"},
      {http_answer("503 Service Unavailable", "<html>busy</html>"), "HTTP 503 (service unavail"},
      {http_answer("429 Too Many Requests", ""), "HTTP 429 (too many requests)"},
      {http_answer("418 I'm a teapot", "short and stout"), "HTTP 418"},
      {http_answer("202 Accepted", R"({"jsonrpc":"2.0","id":2,"result":{}})"), "HTTP 202"},
      {ok(R"({"jsonrpc":"2.0","result":{"response":{"code":0}}})"), "carries no id"},
      {ok(R"({"jsonrpc":"2.0","id":null,"result":{"response":{"code":0}}})"), "carries no id"},
      {ok(R"({"jsonrpc":"2.0","id":2,"result":null})"), "carries no result"},
      {ok(R"({"jsonrpc":"2.0","id":2,"result":[]})"), "carries no result"},
      {ok(R"("text")"), "answered with JSON of another shape"},
      {ok("not json"), "answered with something that is no JSON at byte 1"},
      {ok(R"({"id":2,"result":{"response":{"code":0,)"), "is no JSON"},
      {params_with(R"({"code":0,"value":null,"height":"149"})"), "carries no value"},
      {params_with(R"({"code":0,"value":7,"height":"149"})"), "result.response.value is no text"},
      {params_with(R"({"code":0,"value":"","height":"149"})"), "lacks provider_target"},
      {params_with(R"({"code":0,"value":"###=","height":"149"})"), "value is no base64"},
      {params_with(R"({"code":0,"value":"dmFsdWU=","height":"149"})"), "can't be read"},
      {params_with("{\"code\":0," + value + "}"), "result.response.height is missing"},
      {params_with("{\"code\":0," + value + R"(,"height":"-1"})"), "negative height"},
      {params_with("{\"code\":0," + value + R"(,"height":"many"})"), "height is no integer"},
      {params_with("{\"code\":\"x\"," + value + R"(,"height":"1"})"), "code is no integer"},
      {params_with("{\"code\":{}," + value + R"(,"height":"1"})"), "code is no integer"},
      {params_with(R"({"code":5,"log":"a\u001b[31mb"})"), "with code 5: a\\x1b[31mb"},
  };
  for (const auto& row : rows) {
    HttpServer server{node(recorded("after_status_post.http"), row.bytes)};
    const auto answer = ask_one(rpc(server.url()));
    ASSERT_FALSE(answer) << row.bytes;
    EXPECT_NE(answer.error().message.find(row.reason), std::string::npos)
        << row.reason << " <> " << answer.error().message;
    EXPECT_EQ(answer.error().message.find(server.url()), std::string::npos);
  }
}

TEST(RpcAnswers, ThatAreNoStatusSayWhy) {
  const auto status = [](const std::string& node_info, const std::string& sync_info) {
    return ok(R"({"id":1,"result":{"node_info":)" + node_info + R"(,"sync_info":)" + sync_info +
              "}}");
  };
  const std::string info = R"({"network":"lava-testnet-2"})";
  const std::string time = R"("latest_block_time":"2026-11-22T08:41:03.461700871Z")";
  struct Row {
    std::string bytes;
    const char* reason;
  };
  const std::vector<Row> rows{
      {recorded("empty_body.http"), "answered with an HTML page"},
      {recorded("health_get.http"), "its status answer: result.node_info.network is missing"},
      {recorded("abci_info_get.http"), "its status answer: result.node_info.network is missing"},
      {recorded("unknown_method_post.http"), "status: JSON-RPC error -32601: Method not found"},
      {status("[]", "{}"), "result.node_info.network is missing"},
      {status(R"({"network":5})", "{}"), "result.node_info.network is no text"},
      {status(info, "{" + time + "}"), "result.sync_info.catching_up is missing"},
      {status(info, R"({"catching_up":"no",)" + time + "}"), "catching_up is no true or false"},
      {status(info, R"({"catching_up":false})"), "result.sync_info.latest_block_time is missing"},
      {status(info, R"({"catching_up":false,"latest_block_time":"yesterday"})"),
       "its newest block has no usable time"},
  };
  for (const auto& row : rows) {
    HttpServer server{node(row.bytes, recorded("after_params_post.http"))};
    const auto answer = ask_one(rpc(server.url()));
    ASSERT_FALSE(answer) << row.bytes;
    EXPECT_NE(answer.error().message.find(row.reason), std::string::npos)
        << row.reason << " <> " << answer.error().message;
  }
}

TEST(RpcAnswers, OfANodeWithoutABlockSayThatItIsCatchingUp) {
  HttpServer server{node(recorded("catchingup_empty_status_post.http"),
                         recorded("catchingup_empty_params_post.http"))};
  EXPECT_EQ(ask_one(rpc(server.url())).error().message,
            "it is still catching up: the parameter query failed with code 26 (sdk): lava is not "
            "ready; please wait for first block: invalid height");
}

TEST(RpcAnswers, TakeAMissingCodeForSuccessAndAHeightAsANumber) {
  HttpServer server{node(recorded("after_status_post.http"),
                         params_with(R"({"value":")" + k_value + R"(","height":150})"))};
  const auto answer = ask_one(rpc(server.url()));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->height, 150);
}

TEST(RpcRequests, AreTwoPostsWithAnIdAndWithoutAHeight) {
  std::mutex mutex;
  std::vector<support::ServedRequest> seen;
  HttpServer server{[&, answer = good_node()](const support::ServedRequest& request) {
    const std::lock_guard lock{mutex};
    seen.push_back(request);
    return answer(request);
  }};
  HttpChainQuery query{"1.2.3"};
  ASSERT_TRUE(query.ask(settings({rpc(server.url())}), {}).at(0));
  const std::lock_guard lock{mutex};
  ASSERT_EQ(seen.size(), 2U);
  for (const auto& request : seen) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/");
    EXPECT_NE(request.head.find("User-Agent: lavavisor/1.2.3\r\n"), std::string::npos);
    EXPECT_NE(request.head.find("Content-Type: application/json\r\n"), std::string::npos);
    for (const char* const unwanted : {"Cookie", "Expect", "Accept-Encoding", "Authorization"}) {
      EXPECT_EQ(request.head.find(unwanted), std::string::npos) << request.head;
    }
    EXPECT_EQ(request.body,
              asks_for_params(request)
                  ? R"({"jsonrpc":"2.0","id":2,"method":"abci_query","params":)"
                    R"({"path":"/lavanet.lava.protocol.Query/Params","data":"","prove":false}})"
                  : R"({"jsonrpc":"2.0","id":1,"method":"status","params":{}})");
  }
}

}  // namespace
}  // namespace lavavisor::chain
