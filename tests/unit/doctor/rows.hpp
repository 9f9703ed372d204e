// Rows of a healthy host with one thing spoilt, and what has to be said of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/check_up.hpp"
#include "scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lavavisor::doctor {

using model::Check;
using model::Verdict;

struct Row {
  const char* what;
  void (*spoil)(Scene&);
  const char* id;
  Verdict verdict;
  const char* finding;  ///< a part of it
  const char* mend;     ///< a part of the remedy and its command
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// True when one of `checks` is as the row says.
inline bool is_told(const std::vector<Check>& checks, const Row& row) {
  return std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
    return check.id == row.id && check.verdict == row.verdict &&
           contains(check.finding, row.finding) &&
           contains(check.remedy + "\n" + check.command, row.mend);
  });
}

/// All of `checks` that are not ok, for messages.
inline std::string told(const std::vector<Check>& checks) {
  std::string out;
  for (const auto& check : checks) {
    if (check.verdict != Verdict::ok) {
      out += check.id + " " + check.subject + ": " + check.finding + " > " + check.remedy + " $ " +
             check.command + "\n";
    }
  }
  return out;
}

inline void expect_rows(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    Scene scene = healthy();
    row.spoil(scene);
    const auto checks = check_up(scene.desired, scene.facts);
    EXPECT_TRUE(is_told(checks, row)) << row.what << "\n" << told(checks);
    EXPECT_EQ(has_problem(checks), row.verdict == Verdict::problem) << row.what << "\n"
                                                                    << told(checks);
  }
}

}  // namespace lavavisor::doctor
