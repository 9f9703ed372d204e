// What the log writes to stderr.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace lavavisor::base {
namespace {

template <class Action>
std::string stderr_of(const Action& action) {
  testing::internal::CaptureStderr();
  action();
  return testing::internal::GetCapturedStderr();
}

std::string log_all() {
  return stderr_of([] {
    log_debug("a debug line");
    log_info("an info line");
    log_warn("a warning");
    log_error("an error");
  });
}

/// Put "TIME" in place of each time, which is known by its form alone.
std::string without_times(std::string text) {
  constexpr std::string_view k_form = "2026-11-22T08:41:03Z";
  for (std::size_t at = 0; at + k_form.size() <= text.size(); ++at) {
    if (text[at + 4] == '-' && text[at + 10] == 'T' && text[at + 19] == 'Z') {
      text.replace(at, k_form.size(), "TIME");
    }
  }
  return text;
}

TEST(LogDeathTest, WorksBeforeItIsConfigured) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process of its own, run from the start
  EXPECT_EXIT(
      {
        log_error("an error");
        std::_Exit(0);
      },
      testing::ExitedWithCode(0),
      "^....-..-..T..:..:..Z error an error\n$");
}

TEST(Log, WritesTextFromTheLevelUp) {
  configure_log(LogLevel::warn, LogFormat::text, LogColour::no, false);
  EXPECT_EQ(without_times(log_all()), "TIME warn  a warning\nTIME error an error\n");
  configure_log(LogLevel::debug, LogFormat::text, LogColour::no, false);
  EXPECT_NE(log_all().find("debug a debug line\n"), std::string::npos);
}

TEST(Log, ColoursTheLevelOnly) {
  configure_log(LogLevel::error, LogFormat::text, LogColour::yes, false);
  const auto text = without_times(log_all());
  EXPECT_EQ(text.find("TIME \x1B["), 0U) << text;
  EXPECT_NE(text.find("error\x1B[m an error\n"), std::string::npos) << text;
}

TEST(Log, PrefixesPrioritiesForTheJournal) {
  configure_log(LogLevel::debug, LogFormat::text, LogColour::yes, true);
  EXPECT_EQ(log_all(), "<7>a debug line\n<6>an info line\n<4>a warning\n<3>an error\n");
}

TEST(Log, LetsNoLineBreakPassForALineOfItsOwn) {
  configure_log(LogLevel::info, LogFormat::text, LogColour::no, true);
  EXPECT_EQ(stderr_of([] { log_warn("one\n<3>two"); }), "<4>one\n<4>    <3>two\n");
}

TEST(Log, ShowsWhatATerminalWouldObey) {
  configure_log(LogLevel::info, LogFormat::text, LogColour::no, true);
  EXPECT_EQ(stderr_of([] { log_warn("a\x1b]0;title\x07 \xc2\x9b \xe2\x80\xae\xff\nü"); }),
            "<4>a\\x1b]0;title\\x07 \\xc2\\x9b \\xe2\\x80\\xae\\xff\n<4>    ü\n");
}

TEST(Log, WritesJsonThatIsEscaped) {
  configure_log(LogLevel::info, LogFormat::json, LogColour::yes, false);
  struct Row {
    std::string message;
    const char* json;
  };
  const Row rows[] = {
      {"plain", R"("plain")"},
      {"say \"x\" \\ y", R"("say \"x\" \\ y")"},
      {"a\nb\tc\x01", R"("a\nb\u0009c\u0001")"},
      {"\xC3\xA4", "\"\xC3\xA4\""},
      {"\xFF{}", R"("\\xff{}")"},
      {std::string("\0", 1), R"("\u0000")"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(without_times(stderr_of([&] { log_info(row.message); })),
              std::string{R"({"time":"TIME","level":"info","message":)"} + row.json + "}\n");
  }
}

}  // namespace
}  // namespace lavavisor::base
