// Every JSON document of the views parses and is safe to show. With LAVAVISOR_SAMPLES=<folder> the
// documents are left there as <schema>.<case>.json, for tests/support/check_json.py.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "scene.hpp"
#include "view/doctor.hpp"
#include "view/explain.hpp"
#include "view/history.hpp"
#include "view/plan.hpp"
#include "view/report.hpp"
#include "view/status.hpp"
#include "view/webhook.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

namespace lavavisor::view {
namespace {

void add_scene(std::map<std::string, std::string>& samples,
               const std::string& name,
               const Scene& scene) {
  const auto& [desired, observed, plan] = scene;
  samples["plan." + name] = plan_json(desired, observed, plan);
  samples["status." + name] = status_json(desired, observed, plan);
  samples["explain." + name] = explain_json(desired, observed, plan);
}

std::map<std::string, std::string> all_samples() {
  std::map<std::string, std::string> samples;
  add_scene(samples, "converged", converged_scene());
  add_scene(samples, "untrusted", untrusted_scene());
  add_scene(samples, "last_known", last_known_scene());
  const Scene upgrade = upgrade_scene();
  add_scene(samples, "upgrade", upgrade);
  samples["plan.applied"] = report_json(
      upgrade.desired, upgrade.observed, upgrade.plan, failed_report(upgrade.plan), "failed");
  samples["history.runs"] = history_json(runs());
  samples["history.none"] = history_json({});
  const Sender sender{"val-1", "lava-testnet-2", "0.1.0"};
  const auto webhook = [&](const model::Event& event) {
    return webhook_body(event, 1, sender, model::NotifyFormat::json, "");
  };
  samples["webhook.upgrade"] = webhook(
      {model::Event::Kind::upgrade, at(3), "provider-eth1", "6.2.4", "6.2.5", "it\x1b moved"});
  samples["webhook.failure"] =
      webhook({model::Event::Kind::failure, at(3), "", "", "", "stop a failed: no"});
  samples["doctor.checks"] = doctor_json(
      {{"chain.endpoint", "https://a\x1b[2J", model::Verdict::ok, "height 5", "", ""},
       {"systemd.unit", "a.service", model::Verdict::problem, "is masked\n", "unmask it", "x"}});
  samples["doctor.none"] = doctor_json({});
  Scene later = converged_scene();
  later.observed.memory.last_run = last_run();
  samples["status.last_run"] = status_json(later.desired, later.observed, later.plan);
  return samples;
}

void leave_sample(const std::string& folder, const std::string& name, const std::string& text) {
  std::ofstream file{folder + "/" + name + ".json"};
  file << text;
  file.close();
  EXPECT_TRUE(file) << name;
}

TEST(Samples, AreWellFormedAndFreeOfControlCharacters) {
  const char* folder = std::getenv("LAVAVISOR_SAMPLES");
  for (const auto& [name, text] : all_samples()) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag>(text.c_str());
    EXPECT_FALSE(document.HasParseError()) << name << "\n" << text;
    EXPECT_TRUE(document.IsObject()) << name;
    EXPECT_TRUE(base::is_utf8(text)) << name;
    EXPECT_TRUE(text.ends_with("}\n")) << name;
    EXPECT_EQ(text.find("\\u00"), std::string::npos) << name;
    EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 && c != '\n';
    })) << name;
    if (folder != nullptr) {
      leave_sample(folder, name, text);
    }
  }
}

}  // namespace
}  // namespace lavavisor::view
