// What of URLs may be shown.
// SPDX-License-Identifier: Apache-2.0
#include "view/public_names.hpp"

#include "scene.hpp"

#include <gtest/gtest.h>

namespace lavavisor::view {
namespace {

model::Desired with_endpoints(const std::vector<std::string>& texts) {
  model::Desired desired;
  for (const auto& text : texts) {
    desired.chain.endpoints.push_back({text, model::EndpointKind::rpc, text});
  }
  return desired;
}

TEST(PublicNames, HideUserPasswordPathAndQuery) {
  struct Row {
    std::string written;
    std::string shown;
  };
  const std::vector<Row> rows{{"tcp://127.0.0.1:26657", "tcp://127.0.0.1:26657"},
                              {"https://rpc.example/", "https://rpc.example"},
                              {"https://user:pa@ss@rpc.example:443", "https://rpc.example:443"},
                              {"https://rpc.example/v1/secret", "https://rpc.example/..."},
                              {"rest+https://lcd.example/secret/", "rest+https://lcd.example/..."},
                              {"https://rpc.example?key=secret", "https://rpc.example/..."},
                              {"https://[::1]:443/secret", "https://[::1]:443/..."},
                              {"https://user@", "https://"},
                              {"nonsense", "nonsense"}};
  for (const auto& [written, shown] : rows) {
    Look look;
    look.observed.chain.endpoints = {{written, base::fail("refused"), 0}};
    const auto after = PublicNames{with_endpoints({written})}.shown(look);
    EXPECT_EQ(after.observed.chain.endpoints.front().endpoint, shown);
  }
}

TEST(PublicNames, StayApart) {
  const std::vector<std::string> texts{
      "https://rpc.example/one", "https://rpc.example/two", "https://rpc.example"};
  Look look;
  for (const auto& text : texts) {
    look.observed.chain.endpoints.push_back({text, base::fail(""), 0});
  }
  const auto& after = PublicNames{with_endpoints(texts)}.shown(look).observed.chain.endpoints;
  EXPECT_EQ(after[0].endpoint, "https://rpc.example/...");
  EXPECT_EQ(after[1].endpoint, "https://rpc.example/... (2)");
  EXPECT_EQ(after[2].endpoint, "https://rpc.example");
}

TEST(PublicNames, StandInForEndpointsInEveryText) {
  const PublicNames names{
      with_endpoints({"https://rpc.example/key", "https://rpc.example/key/longer"})};
  EXPECT_EQ(names.in("no URL at all: user@host"), "no URL at all: user@host");
  EXPECT_EQ(names.in("https://rpc.example/key/longer: refused, https://rpc.example/key says 6.2.5"),
            "https://rpc.example/... (2): refused, https://rpc.example/... says 6.2.5");
  EXPECT_EQ(names.in("cannot download https://me:secret@mirror.example/v1/lavap, or ftp://a@b"),
            "cannot download https://mirror.example/v1/lavap, or ftp://b");
}

TEST(PublicNames, LeaveNoSecretInAnythingThatIsShown) {
  const std::string secret = "https://me:hunter2@rpc.example/key-4711";
  Scene scene = upgrade_scene();
  scene.desired.chain.endpoints = {{secret, model::EndpointKind::rpc, secret}};
  Look look{scene.observed, scene.plan};
  look.observed.chain.endpoints = {{secret, base::fail(secret), 0}};
  look.observed.chain.versions = base::fail(secret);
  look.observed.memory.quarantine[{"6.2.3"}].reason = secret;
  look.plan.notices.push_back({model::Notice::Kind::endpoint_outvoted, secret, secret});
  look.plan.held.front().detail = secret;
  Past past;
  past.runs = runs();
  past.runs.front().actions.front().error = secret;
  const PublicNames names{scene.desired};
  const auto shown = names.shown(look);
  const std::vector<std::string> texts{shown.observed.chain.endpoints[0].endpoint,
                                       shown.observed.chain.endpoints[0].said.error().message,
                                       shown.observed.chain.versions.error().message,
                                       shown.observed.memory.quarantine.begin()->second.reason,
                                       shown.plan.notices.back().subject,
                                       shown.plan.notices.back().detail,
                                       shown.plan.held.front().detail,
                                       names.shown(past).runs.front().actions.front().error};
  for (const auto& text : texts) {
    EXPECT_EQ(text, "https://rpc.example/...");
  }
}

}  // namespace
}  // namespace lavavisor::view
