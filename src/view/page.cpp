// The frame of the page: head, title, footer.
// SPDX-License-Identifier: Apache-2.0
#include "view/page.hpp"

#include "view/html.hpp"
#include "view/page_parts.hpp"

#include <algorithm>

namespace lavavisor::view {
namespace {

using std::chrono::seconds;

constexpr seconds k_while_working{2};
constexpr seconds k_most_often{5};
constexpr seconds k_least_often{60};

const char* colour_of(Mood mood) {
  switch (mood) {
    case Mood::unknown:
      return "8a8378";
    case Mood::good:
      return "1a7f47";
    case Mood::busy:
      return "d1410c";
    case Mood::caution:
      return "c77700";
    case Mood::bad:
      return "d0301f";
  }
  return "";
}

/// Tells in a row of tabs how the host is.
std::string icon(Mood mood) {
  return std::string{
             "<link rel=\"icon\" href=\"data:image/svg+xml,"
             "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
             "%3Ccircle cx='8' cy='8' r='7' fill='%23"} +
         colour_of(mood) + "'/%3E%3C/svg%3E\">";
}

std::string head(const PageFacts& facts, const std::optional<seconds>& refresh) {
  return "<meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
         "<meta name=\"color-scheme\" content=\"light dark\">" +
         (refresh
              ? "<meta http-equiv=\"refresh\" content=\"" + std::to_string(refresh->count()) + "\">"
              : std::string{}) +
         icon(facts.verdict.mood) + "<title>" + html(facts.verdict.headline) + " \u2013 " +
         html(facts.overview.host, 80) + "</title><style>" + std::string{page_style()} + "</style>";
}

std::string refresh_link(const std::optional<seconds>& refresh) {
  return refresh ? "refreshed every " + std::to_string(refresh->count()) +
                       "\u00a0s <a href=\"still\">pause</a>"
                 : "paused <a href=\".\">go on</a>";
}

std::string banner(const PageFacts& facts, const std::optional<seconds>& refresh) {
  const auto& overview = facts.overview;
  const std::string looked =
      overview.look ? "looked " + ago(overview.look->observed.at, facts.now) + ", " : "";
  return "<header><p class=\"mark\"><svg width=\"20\" height=\"20\" viewBox=\"0 0 20 20\" "
         "aria-hidden=\"true\"><path d=\"M1 18 7 6l2.5 3L13 2l6 16z\"/></svg>lavavisor</p><h1>" +
         html(overview.host, 80) + "</h1><p class=\"meta\">" + looked + refresh_link(refresh) +
         "</p></header>";
}

std::string config_text(const Overview& overview) {
  std::string text = "<code>" + html(overview.desired->file.string()) + "</code>";
  if (!overview.config_commit.empty()) {
    text += " at commit <code>" + html(overview.config_commit.substr(0, 12)) + "</code>";
    text += overview.config_dirty.value_or(false) ? ", with changes that are not committed" : "";
  }
  return text + ", digest <code>" + html(overview.desired->config_sha256.substr(0, 12)) + "</code>";
}

std::string footer(const PageFacts& facts) {
  const auto& overview = facts.overview;
  return "<footer><p>Configuration " +
         (overview.desired->file.empty() ? "from the command line" : config_text(overview)) +
         "</p><p>lavavisor " + html(overview.version) +
         " <a href=\"status.json\">status.json</a> <a href=\"metrics\">metrics</a></p></footer>";
}

}  // namespace

seconds refresh_of(const Overview& overview) {
  if (!overview.doing.empty() || !overview.look) {
    return k_while_working;
  }
  const auto interval = std::chrono::ceil<seconds>(overview.desired->interval);
  return std::clamp(interval, k_most_often, k_least_often);
}

std::string page_html(const Overview& overview,
                      base::TimePoint now,
                      std::optional<seconds> refresh) {
  PageFacts facts{overview, now, {}, {}};
  if (overview.look) {
    facts.services = service_facts(*overview.desired, overview.look->observed, overview.look->plan);
  }
  facts.verdict = verdict_of(overview, facts.services, now);
  return "<!doctype html><html lang=\"en\"><head>" + head(facts, refresh) + "</head><body>" +
         banner(facts, refresh) + "<main>" + verdict_section(facts) + doing_section(facts) +
         attention_section(facts) + services_section(facts) + timeline_section(facts) +
         chain_section(facts) + runs_section(facts) + installed_section(facts) + "</main>" +
         footer(facts) + "</body></html>\n";
}

const std::string& page_policy() {
  static const std::string k_policy = "default-src 'none'; style-src " + csp_hash(page_style()) +
                                      "; img-src data:; base-uri 'none'; form-action 'none'; "
                                      "frame-ancestors 'none'";
  return k_policy;
}

}  // namespace lavavisor::view
