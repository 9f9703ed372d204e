// Header fields: ranges, validators, media types.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/head.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::release {
namespace {

TEST(ReadLine, KeepsTheLastAnswerOnly) {
  Head head;
  for (const char* line : {"HTTP/1.1 100 Continue\r\n",
                           "ETag: \"old\"\r\n",
                           "HTTP/1.1 206 Partial Content\r\n",
                           "content-LENGTH: 42\r\n",
                           "Content-Type: text/plain\r\n",
                           "nonsense\r\n",
                           "Content-Range:bytes 1-42/43\r\n",
                           "\r\n"}) {
    read_line(head, line);
  }
  EXPECT_EQ(head.status, 206);
  EXPECT_EQ(head.length, 42U);
  EXPECT_EQ(head.content_type, "text/plain");
  EXPECT_EQ(head.content_range, "bytes 1-42/43");
  EXPECT_EQ(head.etag, "");
}

TEST(ParseContentRange, TakesWellFormedOnesOnly) {
  EXPECT_EQ(parse_content_range("bytes 5-9/10"), (ContentRange{5, 9, 10}));
  EXPECT_EQ(parse_content_range("bytes 5-9/*"), (ContentRange{5, 9, {}}));
  EXPECT_EQ(parse_content_range("bytes */10"), (ContentRange{{}, {}, 10}));
  for (const std::string text : {"",
                                 "bytes",
                                 "bytes 5-9",
                                 "5-9/10",
                                 "bytes 9-5/10",
                                 "bytes 5-10/10",
                                 "bytes */*",
                                 "bytes -9/10",
                                 "bytes 5-/10",
                                 "bytes 5-9/x",
                                 "bytes 99999999999999999999-9/10",
                                 "items 5-9/10"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

TEST(StrongValidator, IsAStrongTagOrAnOldDate) {
  const auto head = [](const char* etag, const char* modified, const char* date) {
    Head made;
    made.etag = etag;
    made.last_modified = modified;
    made.date = date;
    return made;
  };
  const char* noon = "Sun, 22 Nov 2026 12:00:00 GMT";
  const char* soon = "Sun, 22 Nov 2026 12:00:30 GMT";
  const char* later = "Sun, 22 Nov 2026 12:05:00 GMT";
  EXPECT_EQ(strong_validator(head("\"x\"", noon, later)), "\"x\"");
  EXPECT_EQ(strong_validator(head("W/\"x\"", noon, later)), noon);
  EXPECT_EQ(strong_validator(head("", noon, soon)), "");
  EXPECT_EQ(strong_validator(head("", noon, "")), "");
  EXPECT_EQ(strong_validator(head("W/\"x\"", "", later)), "");
  EXPECT_EQ(strong_validator(head("bare", "yesterday-ish?", later)), "");
}

TEST(IsHtml, GoesByTheMediaType) {
  Head head;
  for (const std::string type :
       {"text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml"}) {
    head.content_type = type;
    EXPECT_TRUE(is_html(head)) << type;
  }
  for (const std::string type : {"", "application/octet-stream", "text/plain; x=text/html"}) {
    head.content_type = type;
    EXPECT_FALSE(is_html(head)) << type;
  }
}

}  // namespace
}  // namespace lavavisor::release
