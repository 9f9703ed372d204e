// The exposition text against the table of metrics, and against promtool where it is installed.
// SPDX-License-Identifier: Apache-2.0
#include "view/metrics.hpp"

#include "base/text.hpp"
#include "support/page_scenes.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

namespace lavavisor::view {
namespace {

bool holds(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

std::string word_of(MetricType type) {
  return type == MetricType::counter     ? "counter"
         : type == MetricType::histogram ? "histogram"
                                         : "gauge";
}

TEST(Metrics, AreNamedByTheConventions) {
  std::set<std::string_view> names;
  for (const auto& row : metric_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.name.starts_with("lavavisor_")) << row.name;
    EXPECT_EQ(row.name.ends_with("_total"), row.type == MetricType::counter) << row.name;
    EXPECT_EQ(row.name.ends_with("_info"), row.type == MetricType::info) << row.name;
    const std::string base{row.type == MetricType::counter ? row.name.substr(0, row.name.size() - 6)
                                                           : row.name};
    EXPECT_EQ(base.ends_with("_seconds"), row.unit == "seconds") << row.name;
    EXPECT_EQ(base.ends_with("_bytes"), row.unit == "bytes") << row.name;
    EXPECT_TRUE(row.help.ends_with(".") || row.help.ends_with(").")) << row.name;
  }
}

TEST(Metrics, AreThoseOfTheTableWithItsTypesAndLabels) {
  const auto text = metrics_text(failing_page()) + metrics_text(healthy_page(2));
  static const std::regex k_sample{
      "(lavavisor_\\w+?)(_bucket|_sum|_count)?(?:\\{([^}]*)\\})? \\S+"};
  std::map<std::string, const MetricRow*> rows;
  for (const auto& row : metric_rows()) {
    rows[std::string{row.name}] = &row;
    EXPECT_TRUE(holds(text, "# TYPE " + std::string{row.name} + " " + word_of(row.type)))
        << row.name;
    EXPECT_TRUE(holds(text, "# HELP " + std::string{row.name} + " " + std::string{row.help}))
        << row.name;
  }
  for (const auto line : base::split(text, '\n')) {
    std::smatch match;
    const std::string sample{line};
    if (line.empty() || line.front() == '#') {
      continue;
    }
    ASSERT_TRUE(std::regex_match(sample, match, k_sample)) << sample;
    const auto row = rows.find(match[1]);
    ASSERT_NE(row, rows.end()) << sample;
    std::vector<std::string> labels;
    const std::string inside = match[3];
    static const std::regex k_label{"(\\w+)=\"[^\"]*\""};
    for (std::sregex_iterator label{inside.begin(), inside.end(), k_label}, end; label != end;
         ++label) {
      if ((*label)[1] != "le") {
        labels.push_back((*label)[1]);
      }
    }
    EXPECT_EQ(base::join(labels, ", "), row->second->labels) << sample;
  }
}

TEST(Metrics, SayHowThingsAre) {
  const auto text = metrics_text(failing_page());
  for (const auto* line :
       {"lavavisor_compliant 0",
        "lavavisor_converged 0",
        "lavavisor_pending_actions 2",
        "lavavisor_problems 1",
        "lavavisor_held{reason=\"quarantined\"} 1",
        "lavavisor_held{reason=\"outside_window\"} 0",
        "lavavisor_quarantined_releases 1",
        "lavavisor_quarantined_release_info{release=\"6.2.5\"} 1",
        "lavavisor_service_healthy{service=\"provider-eth1\"} 0",
        "lavavisor_service_restarts_total{service=\"provider-eth1\"} 14",
        "lavavisor_service_compliant{service=\"provider-near\"} 0",
        "lavavisor_service_info{service=\"provider-near\",desired_version=\"6.2.5\","
        "running_version=\"6.1.0\",protocol=\"6.1.0\"} 1",
        "lavavisor_chain_trusted 0",
        "lavavisor_chain_quorum 2",
        "lavavisor_chain_endpoint_up{endpoint=\"https://rpc.lava.example:443/...\"} 0",
        "lavavisor_chain_endpoint_block_age_seconds{endpoint=\"rest+https://lcd.lava.example\"} "
        "664",
        "lavavisor_passes_total{result=\"converged\"} 240",
        "lavavisor_pass_duration_seconds_bucket{le=\"+Inf\"} 240",
        "lavavisor_downloads_total{status=\"done\"} 3",
        "lavavisor_actions_total{kind=\"restart_service\",status=\"done\"} 9",
        "lavavisor_config_info{sha256="
        "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
        "commit=\"4f1c9e02d7aa31c0b5e2\",dirty=\"true\"} 1"}) {
    EXPECT_TRUE(holds(text, line)) << line;
  }
  EXPECT_EQ(text.find("key-4711"), std::string::npos);
}

TEST(Metrics, OfOnePassLeaveOutWhatOneProcessCounts) {
  auto overview = healthy_page(1);
  overview.passes.reset();
  const auto text = metrics_text(overview);
  for (const auto* name : {"passes_total", "pass_duration", "received_bytes"}) {
    EXPECT_EQ(text.find(name), std::string::npos) << name;
  }
  EXPECT_TRUE(holds(text, "lavavisor_runs_total{result=\"changed\"} 4"));
}

TEST(Metrics, BeforeTheFirstLookSayWhatIsKnown) {
  const auto text = metrics_text(empty_page());
  EXPECT_TRUE(holds(text, "lavavisor_build_info{version=\"0.1.0\"} 1"));
  EXPECT_EQ(text.find("lavavisor_converged"), std::string::npos);
}

TEST(Metrics, CountPassesInTheirBuckets) {
  PassCounts counts;
  counts.add("converged", std::chrono::milliseconds{10});
  counts.add("changed", std::chrono::milliseconds{11});
  counts.add("failed", std::chrono::hours{1});
  EXPECT_EQ(counts.took.front(), 1U) << "the bound belongs to its bucket";
  EXPECT_EQ(counts.took.at(1), 1U);
  EXPECT_EQ(counts.took.back(), 1U);
  EXPECT_EQ(counts.results.at("failed"), 1U);
}

TEST(Metrics, PleasePromtoolWhateverNamesHold) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  for (const auto& [name, overview] : all_pages()) {
    const std::string file = testing::TempDir() + "lavavisor-metrics-" + name;
    std::ofstream{file} << metrics_text(overview);
    EXPECT_EQ(std::system(("promtool check metrics < " + file).c_str()), 0) << name;
    std::remove(file.c_str());
  }
}

}  // namespace
}  // namespace lavavisor::view
