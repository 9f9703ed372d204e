// Every answer that a Cosmos REST gateway gives to our three questions.
// SPDX-License-Identifier: Apache-2.0
#include "chain_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace lavavisor::chain {
namespace {

using support::http_answer;
using support::HttpServer;

constexpr const char* k_params = "/lavanet/lava/protocol/params";
constexpr const char* k_block = "/cosmos/base/tendermint/v1beta1/blocks/latest";
constexpr const char* k_syncing = "/cosmos/base/tendermint/v1beta1/syncing";

using Routes = std::map<std::string, std::string>;

Routes good_routes() {
  return {
      {k_params,
       http_answer("200 OK",
                   R"({"params":{"version":{"provider_target":"6.2.5","provider_min":"5.5.1",)"
                   R"("consumer_target":"6.2.4","consumer_min":"5.5.0"}}})",
                   "Grpc-Metadata-X-Cosmos-Block-Height: 148\r\n")},
      {k_block,
       http_answer("200 OK",
                   R"({"block_id":{},"block":{"header":{"chain_id":"lava-testnet-2",)"
                   R"("height":"149","time":"2026-11-22T08:41:03.461700871Z"}}})")},
      {k_syncing, http_answer("200 OK", R"({"syncing":false})")},
  };
}

HttpServer::Handler gateway(Routes routes) {
  return [=](const support::ServedRequest& request) {
    const auto found = routes.find(request.target);
    return support::ServedReply{
        .bytes = request.method == "GET" && found != routes.end()
                     ? found->second
                     : http_answer("501 Not Implemented", R"({"code":12,"message":"none"})")};
  };
}

TEST(RestAnswers, AreReadWithTheHeightThatTheParametersWereReadAt) {
  HttpServer server{gateway(good_routes())};
  const auto answer = ask_one(rest(server.url()));
  ASSERT_TRUE(answer) << answer.error().message;
  const model::EndpointAnswer expected{
      .network = "lava-testnet-2",
      .height = 148,
      .block_time = *base::parse_time("2026-11-22T08:41:03.461700871Z"),
      .catching_up = false,
      .provider_target = "6.2.5",
      .provider_min = "5.5.1",
      .consumer_target = "6.2.4",
      .consumer_min = "5.5.0",
  };
  EXPECT_EQ(*answer, expected);
}

TEST(RestAnswers, FallBackToTheNewestBlocksHeightWithoutAUsableHeader) {
  for (const char* const header : {"",
                                   "Grpc-Metadata-X-Cosmos-Block-Height: soon\r\n",
                                   "Grpc-Metadata-X-Cosmos-Block-Height: -5\r\n"}) {
    Routes routes = good_routes();
    routes[k_params] =
        http_answer("200 OK",
                    R"({"params":{"version":{"provider_target":"6.2.5","provider_min":"5.5.1",)"
                    R"("consumer_target":"6.2.5","consumer_min":"5.5.1"}}})",
                    header);
    HttpServer server{gateway(routes)};
    const auto answer = ask_one(rest(server.url()));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->height, 149) << header;
  }
}

TEST(RestAnswers, TellThatTheNodeIsSyncing) {
  Routes routes = good_routes();
  routes[k_syncing] = http_answer("200 OK", R"({"syncing":true})");
  HttpServer server{gateway(routes)};
  EXPECT_TRUE(ask_one(rest(server.url()))->catching_up);
}

TEST(RestAnswers, ThatAreNoAnswersSayWhy) {
  const auto ok = [](const std::string& body) {
    return http_answer("200 OK", body);
  };
  struct Row {
    const char* route;
    std::string bytes;
    const char* reason;
  };
  const std::vector<Row> rows{
      {k_params,
       http_answer("501 Not Implemented", R"({"code":12,"message":"Not Implemented"})"),
       "/lavanet/lava/protocol/params: the gateway answered with code 12: Not Implemented"},
      {k_params,
       ok(R"({"code":2,"message":"rpc error: no block","details":[]})"),
       "the gateway answered with code 2: rpc error: no block"},
      {k_params, http_answer("500 Internal Server Error", R"({"oops":1})"), "HTTP 500"},
      {k_params, http_answer("404 Not Found", "404 page not found\n"), "HTTP 404 (not found"},
      {k_params, http_answer("502 Bad Gateway", "<html></html>"), "HTTP 502 (bad gateway)"},
      {k_params, ok("<html></html>"), "an HTML page, not JSON (is this the REST port?)"},
      {k_params, ok(""), "empty body"},
      {k_params, ok("{}"), "params: params is missing"},
      {k_params, ok(R"({"params":[]})"), "params.version.provider_target is missing"},
      {k_params, ok(R"({"params":{"version":{"provider_target":6}}})"), "is no text"},
      {k_params,
       ok(R"({"params":{"version":{"provider_target":"6.2.5"}}})"),
       "params.version.provider_min is missing"},
      {k_block, ok(R"({"block":null})"), "its newest block: block.header.chain_id is missing"},
      {k_block,
       ok(R"({"block":{"header":{"chain_id":"x","height":"1","time":"now"}}})"),
       "no usable time"},
      {k_block,
       ok(R"({"block":{"header":{"chain_id":"x","height":"-1",)"
          R"("time":"2026-11-22T08:41:03Z"}}})"),
       "negative height"},
      {k_syncing, ok(R"({"syncing":"no"})"), "its syncing answer: syncing is no true or false"},
      {k_syncing, http_answer("403 Forbidden", "no"), "v1beta1/syncing: HTTP 403 (forbidden)"},
  };
  for (const auto& row : rows) {
    Routes routes = good_routes();
    routes[row.route] = row.bytes;
    HttpServer server{gateway(routes)};
    const auto answer = ask_one(rest(server.url()));
    ASSERT_FALSE(answer) << row.bytes;
    EXPECT_NE(answer.error().message.find(row.reason), std::string::npos)
        << row.reason << " <> " << answer.error().message;
  }
}

TEST(RestAnswers, OfAnRpcPortAndRpcAnswersOfARestPortSaySo) {
  HttpServer rpc_server{[](const support::ServedRequest&) {
    return support::ServedReply{.bytes = recorded("unknown_method_get.http")};
  }};
  HttpServer rest_server{gateway(good_routes())};
  EXPECT_NE(ask_one(rest(rpc_server.url())).error().message.find("is this the right port and path"),
            std::string::npos);
  EXPECT_NE(ask_one(rpc(rest_server.url())).error().message.find("right kind of endpoint"),
            std::string::npos);
}

}  // namespace
}  // namespace lavavisor::chain
