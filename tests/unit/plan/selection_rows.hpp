// One row of a selection table, and what is said of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/selection.hpp"
#include "scene.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::plan::testing_scene {

using model::Held;
using model::Notice;
using model::Rule;

/// One row: what is installed (release -> what it reports), what runs, and what comes of it.
struct Row {
  std::string about;
  std::string target = "6.2.5";
  std::string min = "5.5.1";
  std::map<std::string, std::string> installed = {};
  std::string current = "";  ///< "" = nothing runs
  std::function<void(model::Desired&, Observed&)> change = {};

  std::string release;  ///< the choice; "" = none
  Rule rule = Rule::kept;
  std::optional<Held::Why> held = {};
  std::optional<Notice::Kind> notice = {};
};

inline Selected select(const Row& row) {
  auto desired = fakes::desired_with({"a"});
  auto observed = world(row.target, row.min);
  for (const auto& [release, reports] : row.installed) {
    install(observed, release, reports);
  }
  if (row.change) {
    row.change(desired, observed);
  }
  Subject subject;
  subject.service = "a";
  subject.wanted = desired.services[0].version.value_or(desired.binary.version);
  if (!row.current.empty()) {
    subject.current = Release{row.current};
    subject.runs = true;
  }
  return select_release(desired, observed, subject);
}

inline void expect_rows(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    const auto selected = select(row);
    const auto& selection = selected.selection;
    EXPECT_EQ(selection.release ? selection.release->name : "", row.release) << row.about;
    if (selection.release) {
      EXPECT_EQ(selection.rule, row.rule) << row.about;
    }
    ASSERT_EQ(selected.held.empty(), !row.held) << row.about;
    if (row.held) {
      EXPECT_EQ(selected.held[0].why, *row.held) << row.about;
    }
    ASSERT_EQ(selected.notices.empty(), !row.notice) << row.about;
    if (row.notice) {
      EXPECT_EQ(selected.notices[0].kind, *row.notice) << row.about;
    }
  }
}

inline auto download_off() {
  return [](model::Desired& desired, Observed&) {
    desired.binary.auto_download = false;
  };
}

inline auto pin(const std::string& release) {
  return [release](model::Desired& desired, Observed&) {
    desired.binary.version = Release{release};
  };
}

inline auto quarantined(const std::string& release) {
  return [release](model::Desired&, Observed& observed) {
    quarantine(observed, release);
  };
}

}  // namespace lavavisor::plan::testing_scene
