// What the JSON documents say, key by key.
// SPDX-License-Identifier: Apache-2.0
#include "view/json.hpp"

#include "scene.hpp"
#include "view/explain.hpp"
#include "view/history.hpp"
#include "view/plan.hpp"
#include "view/report.hpp"
#include "view/status.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <utility>
#include <vector>

namespace lavavisor::view {
namespace {

/// The value at the JSON pointer `path`, in compact form; "absent" where there is none.
std::string value_at(const std::string& text, const std::string& path) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  if (document.HasParseError()) {
    return "not JSON";
  }
  const rapidjson::Value* value = rapidjson::Pointer(path.c_str()).Get(document);
  if (value == nullptr) {
    return "absent";
  }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  value->Accept(writer);
  return buffer.GetString();
}

using Rows = std::vector<std::pair<std::string, std::string>>;

void expect_values(const std::string& text, const Rows& rows) {
  for (const auto& [path, value] : rows) {
    EXPECT_EQ(value_at(text, path), value) << path;
  }
}

TEST(Json, IsValidWhateverTheTextIs) {
  Json json;
  json.field("a", "quote \" backslash \\ \x1b \xff \xc3\xbc");
  json.field("b", std::optional<std::string>{});
  json.field("c", true);
  json.field("d", 5U);
  json.field("long", std::string(5000, 'x'));
  const std::string text = json.finish();
  expect_values(text,
                {{"/a", "\"quote \\\" backslash \\\\ \\\\x1b \\\\xff ü\""},
                 {"/b", "null"},
                 {"/c", "true"},
                 {"/d", "5"},
                 {"/long", "\"" + std::string(5000, 'x') + "\""}});
}

TEST(PlanJson, CarriesTheChainAndPlannedActions) {
  const Scene scene = upgrade_scene();
  expect_values(
      plan_json(scene.desired, scene.observed, scene.plan),
      {{"/chain",
        R"({"id":"lava-testnet-2","height":123456,"provider_target":"6.2.5","provider_min":"6.2.0",)"
        R"("consumer_target":"6.2.5","consumer_min":"6.2.0","agreed":1,"asked":1,"trusted":true,)"
        R"("seen_at":"2026-11-22T08:00:00Z","reason":""})"},
       {"/converged", "false"},
       {"/result", "\"planned\""},
       {"/actions/0",
        R"({"kind":"install_binary","target":"6.2.5",)"
        R"("reason":"the chain asks for 6.2.5 in place of 6.2.4","status":"planned","error":"",)"
        R"("ms":0})"},
       {"/actions/5/kind", "\"restart_service\""},
       {"/actions/6", "absent"},
       {"/held/0/why", "\"outside_window\""},
       {"/held/0/until", "\"2026-11-23T02:00:00Z\""},
       {"/notices/0/problem", "false"},
       {"/notices/1/problem", "true"}});
}

TEST(PlanJson, IsConvergedWithoutActions) {
  const Scene scene = converged_scene();
  expect_values(plan_json(scene.desired, scene.observed, scene.plan),
                {{"/converged", "true"}, {"/result", "\"converged\""}, {"/actions", "[]"}});
}

TEST(PlanJson, IsNeitherConvergedNorPlannedWithProblemsAlone) {
  Scene scene = converged_scene();
  scene.plan.notices.push_back({model::Notice::Kind::foreign_unit, "p", "a file"});
  expect_values(plan_json(scene.desired, scene.observed, scene.plan),
                {{"/converged", "false"}, {"/result", "\"failed\""}});
}

TEST(PlanJson, SaysWhyAChainIsNotTrusted) {
  const Scene unknown = untrusted_scene();
  expect_values(plan_json(unknown.desired, unknown.observed, unknown.plan),
                {{"/chain/trusted", "false"},
                 {"/chain/provider_target", "null"},
                 {"/chain/height", "0"},
                 {"/chain/agreed", "0"},
                 {"/chain/asked", "1"},
                 {"/chain/reason", "\"tcp://127.0.0.1:26657: connection refused\""}});
  const Scene known = last_known_scene();
  expect_values(plan_json(known.desired, known.observed, known.plan),
                {{"/chain/trusted", "false"},
                 {"/chain/provider_target", "\"6.2.5\""},
                 {"/chain/consumer_min", "\"6.1.0\""},
                 {"/chain/height", "99"},
                 {"/chain/agreed", "0"},
                 {"/chain/seen_at", "\"2026-11-22T07:00:00Z\""}});
}

TEST(ReportJson, CarriesOutcomesErrorsAndTimes) {
  const Scene scene = upgrade_scene();
  const model::Report report = failed_report(scene.plan);
  expect_values(report_json(scene.desired, scene.observed, scene.plan, report, "failed"),
                {{"/converged", "false"},
                 {"/result", "\"failed\""},
                 {"/actions/0/status", "\"done\""},
                 {"/actions/0/ms", "12"},
                 {"/actions/5/status", "\"failed\""},
                 {"/actions/5/error",
                  "\"provider-eth1.service ended with exit-code 1\\\\x0a\\\\x1b[2Jgone\""}});
}

TEST(ReportJson, IsConvergedWhenAllWasDone) {
  Scene scene = upgrade_scene();
  scene.plan.notices.clear();
  model::Report report = failed_report(scene.plan);
  report.steps.back().outcome = model::Outcome::done;
  const auto converged = [&](const char* result) {
    return value_at(report_json(scene.desired, scene.observed, scene.plan, report, result),
                    "/converged");
  };
  EXPECT_EQ(converged("changed"), "true");
  EXPECT_EQ(converged("rolled_back"), "true");
  EXPECT_EQ(converged("failed"), "false");
  report.steps.back().outcome = model::Outcome::planned;
  EXPECT_EQ(converged("planned"), "false");
}

TEST(StatusJson, ShowsServicesBinariesAndQuarantine) {
  const Scene scene = upgrade_scene();
  expect_values(
      status_json(scene.desired, scene.observed, scene.plan),
      {{"/compliant", "false"},
       {"/converged", "false"},
       {"/services/0",
        R"({"name":"provider-eth1","unit":"provider-eth1.service","desired_version":"6.2.5",)"
        R"("running_version":"6.2.4","active_state":"active","sub_state":"running","healthy":true,)"
        R"("compliant":false,"restarts":0,"drift":"write unit, restart: the chain asks for 6.2.5 )"
        R"(in place of 6.2.4"})"},
       {"/services/1/restarts", "3"},
       {"/services/1/healthy", "false"},
       {"/services/2/name", "\"old-one\""},
       {"/services/2/desired_version", "null"},
       {"/services/2/running_version", "null"},
       {"/installed/0/version", "\"6.0.0\""},
       {"/installed/0/sha256", "null"},
       {"/installed/1/in_use", "true"},
       {"/installed/1/source", "\"downloaded\""},
       {"/quarantined/0",
        R"({"version":"6.2.3","reason":"provider-eth1 did not settle",)"
        R"("at":"2026-11-22T06:00:00Z","tries":2})"}});
}

TEST(StatusJson, IsCompliantWhenTheRunningVersionIsAtLeastMin) {
  Scene scene = converged_scene();
  EXPECT_EQ(value_at(status_json(scene.desired, scene.observed, scene.plan), "/compliant"), "true");
  // the consumer alone is measured against the consumers' min
  scene.observed.chain.versions->consumer.min = {6, 2, 6};
  const std::string text = status_json(scene.desired, scene.observed, scene.plan);
  expect_values(text,
                {{"/compliant", "false"},
                 {"/services/0/compliant", "true"},
                 {"/services/1/compliant", "false"}});
  scene.desired.services[1].enabled = false;
  EXPECT_EQ(value_at(status_json(scene.desired, scene.observed, scene.plan), "/compliant"), "true");
}

TEST(ExplainJson, ShowsEndpointsRulesAndWhatComesNext) {
  Scene scene = upgrade_scene();
  scene.observed.chain.endpoints.push_back({"https://gone.example", base::fail("timed out"), 0});
  expect_values(
      explain_json(scene.desired, scene.observed, scene.plan),
      {{"/chain/endpoints/0/trusted", "true"},
       {"/chain/endpoints/0/said/provider_target", "\"6.2.5\""},
       {"/chain/endpoints/1",
        R"({"endpoint":"https://gone.example","trusted":false,"said":null,"error":"timed out",)"
        R"("height":0})"},
       {"/services/1",
        R"({"name":"consumer-eth1","release":"6.2.4","rule":"held",)"
        R"("why":"it would move towards the chain's target 6.2.5, but is held back",)"
        R"("compliant":true,"reported":"6.2.5","target":"6.2.5","min":"6.2.0"})"},
       {"/next/0/when", "\"now\""},
       {"/next/6/what", "\"move consumer-eth1 to release 6.2.5\""},
       {"/next/6/when", "\"2026-11-23T02:00:00Z\""}});
}

TEST(HistoryJson, NamesInterruptedRuns) {
  expect_values(history_json(runs()),
                {{"/runs/0/finished", "null"},
                 {"/runs/0/result", "\"interrupted\""},
                 {"/runs/0/actions/0/status", "\"started\""},
                 {"/runs/1/result", "\"failed\""},
                 {"/runs/1/config_dirty", "null"},
                 {"/runs/2/config_commit", "\"0123456789abcdef0123\""},
                 {"/runs/2/config_dirty", "true"},
                 {"/runs/2/actions/0",
                  R"({"kind":"write_unit","target":"provider-eth1",)"
                  R"("reason":"the unit is not there yet","status":"done","error":"","ms":7})"}});
  EXPECT_EQ(value_at(history_json({}), "/runs"), "[]");
}

}  // namespace
}  // namespace lavavisor::view
