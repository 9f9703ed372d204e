// The status page as HTML: what it shows, and that nothing from outside gets out of its place.
// SPDX-License-Identifier: Apache-2.0
#include "view/page.hpp"

#include "support/page_scenes.hpp"
#include "view/html.hpp"
#include "view/page_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>

namespace lavavisor::view {
namespace {

std::string page_of(const Overview& overview) {
  return page_html(overview, k_page_now, refresh_of(overview));
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The names of all elements, and of all attributes.
std::pair<std::set<std::string>, std::set<std::string>> markup_of(const std::string& page) {
  const auto style = page.find("<style>");
  const auto style_end = page.find("</style>");
  const std::string rest = page.substr(0, style + 7) + page.substr(style_end);
  std::pair<std::set<std::string>, std::set<std::string>> found;
  static const std::regex k_tag{"<([!/]?[a-zA-Z0-9]*)([^>]*)>"};
  static const std::regex k_attribute{"([a-zA-Z0-9-]+)=\"[^\"]*\""};
  for (std::sregex_iterator tag{rest.begin(), rest.end(), k_tag}, end; tag != end; ++tag) {
    found.first.insert((*tag)[1]);
    const std::string attributes = (*tag)[2];
    for (std::sregex_iterator each{attributes.begin(), attributes.end(), k_attribute}; each != end;
         ++each) {
      found.second.insert((*each)[1]);
    }
  }
  return found;
}

TEST(Page, SaysWhatRunsAndThatAllIsWell) {
  const auto page = page_of(healthy_page(3));
  for (const auto* part : {"All 3 services are healthy on 6.2.5",
                           "The chain asks for 6.2.5 and accepts 6.2.0 and later.",
                           "provider-near",
                           "2,481,907",
                           "https://rpc.lava.example:443/...",
                           "its newest block is 11m4s old",
                           "4f1c9e02d7aa",
                           "<meta http-equiv=\"refresh\" content=\"15\">"}) {
    EXPECT_TRUE(holds(page, part)) << part;
  }
  EXPECT_FALSE(holds(page, "What stands out"));
}

TEST(Page, SaysWhatIsWrongAndWhy) {
  const auto page = page_of(failing_page());
  for (const auto* part : {"1 of 4 services is not healthy",
                           "below min",
                           "quarantine",
                           "clear it with &#39;lavavisor quarantine --clear 6.2.5&#39;",
                           "the user lava of provider-base does not exist",
                           "only 1 of 3 endpoints agree",
                           "ended with exit-code 1",
                           "activating (auto-restart), 14 restarts",
                           "with changes that are not committed"}) {
    EXPECT_TRUE(holds(page, part)) << part;
  }
}

TEST(Page, ShowsWhatIsBeingDoneAndLooksAgainSoon) {
  const auto page = page_of(working_page());
  EXPECT_TRUE(holds(page, "At work: install release 6.3.0"));
  EXPECT_TRUE(holds(page, "<progress max=\"157286400\" value=\"81000000\""));
  EXPECT_TRUE(holds(page, "77.2 MiB of 150.0 MiB"));
  EXPECT_TRUE(holds(page, "<meta http-equiv=\"refresh\" content=\"2\">"));
  EXPECT_TRUE(holds(page, "waits for a rollout window"));
}

TEST(Page, BeforeTheFirstLookSaysThatNothingIsKnown) {
  const auto page = page_of(empty_page());
  EXPECT_TRUE(holds(page, "Nothing is known yet"));
  EXPECT_FALSE(holds(page, "<table"));
}

TEST(Page, SaysThatTheLoopHangsWhenTheLastLookIsLongOver) {
  const auto overview = healthy_page(1);
  EXPECT_FALSE(holds(page_html(overview, at(400), {}), "has not looked"));
  EXPECT_TRUE(holds(page_html(overview, at(600), {}), "lavavisor has not looked for 10\u00a0min"));
  const auto working = working_page();
  EXPECT_FALSE(holds(page_html(working, at(600), {}), "has not looked")) << "a long download";
}

TEST(Page, StandsStillWhenAsked) {
  const auto page = page_html(healthy_page(1), k_page_now, std::nullopt);
  EXPECT_FALSE(holds(page, "http-equiv"));
  EXPECT_TRUE(holds(page, "<a href=\".\">"));
}

TEST(Page, TextsFromOutsideMakeNoMarkup) {
  const auto expected = markup_of(page_of(failing_page()) + page_of(working_page()));
  const auto hostile = page_of(hostile_page());
  const auto [elements, attributes] = markup_of(hostile);
  for (const auto& element : elements) {
    EXPECT_TRUE(expected.first.contains(element)) << element;
  }
  for (const auto& attribute : attributes) {
    EXPECT_TRUE(expected.second.contains(attribute)) << attribute;
  }
  EXPECT_FALSE(holds(hostile, "<script"));
  EXPECT_FALSE(holds(hostile, "<img"));
  EXPECT_FALSE(holds(hostile, "\u202e"));
  EXPECT_TRUE(holds(hostile, "\\xe2\\x80\\xae"));
  for (const char c : hostile) {
    const auto byte = static_cast<unsigned char>(c);
    ASSERT_TRUE(byte >= 0x20 || c == '\n') << static_cast<int>(byte);
  }
}

TEST(Page, NeedsNothingFromElsewhereAndNoScript) {
  for (const auto& [name, overview] : all_pages()) {
    const auto page = page_of(overview);
    for (const auto* part :
         {"<script", " style=\"", "<link rel=\"stylesheet", "@import", "url(", " onclick="}) {
      EXPECT_FALSE(holds(page, part)) << name << ": " << part;
    }
    // The only addresses are those of the page's own server and of the icon.
    static const std::regex k_link{"(?:href|src)=\"([^\"]*)\""};
    for (std::sregex_iterator link{page.begin(), page.end(), k_link}, end; link != end; ++link) {
      const std::string target = (*link)[1];
      EXPECT_TRUE(target.rfind("data:image/svg+xml,", 0) == 0 || target == "still" ||
                  target == "status.json" || target == "metrics")
          << target;
    }
  }
}

TEST(Page, ItsPolicyNamesTheHashOfItsStyle) {
  const auto page = page_of(healthy_page(1));
  const auto begin = page.find("<style>") + 7;
  const auto style = page.substr(begin, page.find("</style>") - begin);
  EXPECT_TRUE(holds(page_policy(), csp_hash(style))) << page_policy();
  EXPECT_TRUE(holds(page_policy(), "default-src 'none'"));
}

TEST(Page, HasAHeadingForEachSectionAndHeadersForEachTable) {
  for (const auto& [name, overview] : all_pages()) {
    const auto page = page_of(overview);
    std::set<std::string> ids;
    static const std::regex k_id{" id=\"([^\"]*)\""};
    for (std::sregex_iterator id{page.begin(), page.end(), k_id}, end; id != end; ++id) {
      EXPECT_TRUE(ids.insert((*id)[1]).second) << name << ": twice " << (*id)[1];
    }
    static const std::regex k_label{"aria-labelledby=\"([^\"]*)\""};
    for (std::sregex_iterator label{page.begin(), page.end(), k_label}, end; label != end;
         ++label) {
      EXPECT_TRUE(ids.contains((*label)[1])) << name << ": " << (*label)[1];
    }
    EXPECT_FALSE(holds(page, "<th>")) << name;
  }
}

/// Of the two schemes' custom properties as the style sheet defines them.
std::map<std::string, std::string> colours(std::size_t scheme) {
  const std::string style{page_style()};
  static const std::regex k_root{":root\\{([^}]*)\\}"};
  std::sregex_iterator root{style.begin(), style.end(), k_root};
  std::advance(root, static_cast<long>(scheme));
  const std::string body = (*root)[1];
  std::map<std::string, std::string> found;
  static const std::regex k_colour{"--(\\w+):#([0-9a-f]+)"};
  for (std::sregex_iterator each{body.begin(), body.end(), k_colour}, end; each != end; ++each) {
    const std::string hex = (*each)[2];
    found[(*each)[1]] =
        hex.size() == 6 ? hex : std::string{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]};
  }
  return found;
}

/// WCAG 2.1, relative luminance.
double luminance(const std::string& hex) {
  double sum = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (std::size_t i = 0; i < 3; ++i) {
    const double part = std::stoi(hex.substr(2 * i, 2), nullptr, 16) / 255.0;
    sum += weights[i] * (part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double contrast(const std::string& one, const std::string& other) {
  const double a = luminance(one);
  const double b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

TEST(Page, ColoursHaveTheContrastThatReadersNeedInBothSchemes) {
  for (const std::size_t scheme : {0U, 1U}) {
    const auto all = colours(scheme);
    for (const auto* ground : {"bg", "card", "goodbg", "cautionbg", "badbg"}) {
      for (const auto* text : {"ink", "soft", "good", "caution", "bad"}) {
        EXPECT_GE(contrast(all.at(ground), all.at(text)), 4.5)
            << scheme << " " << text << " on " << ground;
      }
    }
  }
  const std::string style{page_style()};
  static const std::regex k_lane{"\\.r[0-7]\\{fill:#([0-9a-f]{6})\\}"};
  for (std::sregex_iterator each{style.begin(), style.end(), k_lane}, end; each != end; ++each) {
    EXPECT_GE(contrast((*each)[1], "ffffff"), 4.5) << (*each)[1];
  }
}

TEST(Page, StaysLightWithTenServices) {
  EXPECT_LT(page_of(healthy_page(10)).size(), 40'000U);
}

}  // namespace
}  // namespace lavavisor::view
