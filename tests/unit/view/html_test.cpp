// Escaping, times in words, and the hash of an inline style.
// SPDX-License-Identifier: Apache-2.0
#include "view/html.hpp"

#include "scene.hpp"

#include <gtest/gtest.h>

namespace lavavisor::view {
namespace {

using std::chrono::seconds;

TEST(Html, EscapesWhatCouldBeMarkupAndMakesTheRestVisible) {
  struct Row {
    std::string text;
    std::string html;
  };
  const std::vector<Row> rows{
      {"", ""},
      {"provider-eth1", "provider-eth1"},
      {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"\" onload='x' &amp;", "&quot; onload=&#39;x&#39; &amp;amp;"},
      {"a\x1b[31m\nb\x7f", "a\\x1b[31m\\x0ab\\x7f"},
      {"\u202eevil\u2066", "\\xe2\\x80\\xaeevil\\xe2\\x81\\xa6"},
      {"\xff<", "\\xff&lt;"},
      {"M\u00fcnchen \u2713", "M\u00fcnchen \u2713"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(html(text), expected);
  }
}

TEST(Html, CutsBeforeItEscapesSoThatNoReferenceIsTornApart) {
  EXPECT_EQ(html("<<<<<<<<", 3), "&lt;&lt;&lt;...");
}

TEST(Html, GroupsDigitsOfLargeNumbers) {
  struct Row {
    std::int64_t number;
    const char* text;
  };
  const std::vector<Row> rows{{0, "0"},
                              {999, "999"},
                              {1'000, "1,000"},
                              {2'481'907, "2,481,907"},
                              {-1'234, "-1,234"},
                              {-123, "-123"}};
  for (const auto& [number, text] : rows) {
    EXPECT_EQ(grouped(number), text);
  }
}

TEST(Html, SaysHowLongInOneUnitOrTwo) {
  struct Row {
    seconds duration;
    const char* text;
  };
  const std::vector<Row> rows{{seconds{0}, "0 s"},
                              {seconds{59}, "59 s"},
                              {seconds{60}, "1 min"},
                              {seconds{3'599}, "59 min"},
                              {seconds{3'600}, "1 h"},
                              {seconds{12'000}, "3 h 20 min"},
                              {seconds{43'000}, "11 h"},
                              {seconds{86'400 + 7'200}, "1 d 2 h"},
                              {seconds{30 * 86'400 + 3'600}, "30 d"}};
  for (const auto& [duration, text] : rows) {
    std::string plain;
    for (const char c : rough(duration)) {
      plain += c == '\xc2' ? ' ' : c == '\xa0' ? '\0' : c;
    }
    std::erase(plain, '\0');
    EXPECT_EQ(plain, text);
  }
}

TEST(Html, TimesHoldTheirExactSelves) {
  EXPECT_EQ(
      ago(at(0), at(8)),
      "<time datetime=\"2026-11-22T08:00:00Z\" title=\"2026-11-22T08:00:00Z\">8\u00a0s ago</time>");
  EXPECT_NE(ago(at(8), at(0)).find("just now"), std::string::npos) << "clocks differ";
}

TEST(Html, HashesAStyleAsBrowsersDo) {
  // printf '' | openssl dgst -sha256 -binary | base64, and the same of 'abc'
  EXPECT_EQ(csp_hash(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
  EXPECT_EQ(csp_hash("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
}

}  // namespace
}  // namespace lavavisor::view
