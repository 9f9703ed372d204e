// What counts at this moment: the verdict, what is being done, what asks for attention.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "view/chain.hpp"
#include "view/html.hpp"
#include "view/page_parts.hpp"
#include "view/parts.hpp"
#include "view/words.hpp"

#include <algorithm>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_most_steps = 12;

const char* style_of(Mood mood) {
  switch (mood) {
    case Mood::unknown:
      return "unknown";
    case Mood::good:
      return "good";
    case Mood::busy:
      return "busy";
    case Mood::caution:
      return "caution";
    case Mood::bad:
      return "bad";
  }
  return "";
}

/// A shape for each mood, for those who can't tell colours apart.
const char* mark_of(Mood mood) {
  switch (mood) {
    case Mood::unknown:
      return "\u25cb";  // a ring
    case Mood::good:
      return "\u2713";  // a check mark
    case Mood::busy:
      return "\u21bb";  // an arrow that goes round
    case Mood::caution:
      return "!";
    case Mood::bad:
      return "\u2715";  // a cross
  }
  return "";
}

std::string mark(Mood mood) {
  return "<span class=\"mark\" aria-hidden=\"true\">" + std::string{mark_of(mood)} + "</span>";
}

std::string tile(std::string_view name,
                 Mood mood,
                 const std::string& value,
                 const std::string& more) {
  return element(
      "div",
      "",
      element("dt", "", name) + element("dd", style_of(mood), value) + element("dd", "more", more));
}

std::string fraction(std::size_t some, std::size_t all) {
  return std::to_string(some) + "<span class=\"of\">/" + std::to_string(all) + "</span>";
}

std::string min_text(const ChainFacts& chain) {
  if (!chain.versions) {
    return "no versions known";
  }
  const auto& [provider, consumer] = *chain.versions;
  return "min " + model::to_string(provider.min) +
         (provider.min == consumer.min ? "" : ", " + model::to_string(consumer.min));
}

std::string left_text(const model::Plan& plan) {
  if (!plan.steps.empty()) {
    return counted(plan.steps.size(), "action", "actions") + " pending";
  }
  return plan.held.empty() ? "nothing to do" : std::to_string(plan.held.size()) + " held back";
}

std::string tiles(const PageFacts& facts) {
  const auto& overview = facts.overview;
  const auto& verdict = facts.verdict;
  const auto chain = chain_facts(*overview.desired, overview.look->observed);
  const auto yes = [](bool value, Mood otherwise) {
    return value ? Mood::good : otherwise;
  };
  const auto restarts = [&] {
    unsigned count = 0;
    for (const auto& service : facts.services) {
      count += service.restarts;
    }
    return count == 0 ? std::string{"no restarts"} : counted(count, "restart", "restarts");
  };
  return "<dl class=\"tiles\">" +
         tile("Healthy",
              yes(verdict.healthy == verdict.wanted, Mood::bad),
              fraction(verdict.healthy, verdict.wanted),
              restarts()) +
         tile("Compliant",
              yes(verdict.incompliant == 0, Mood::bad),
              verdict.incompliant == 0 ? "yes" : "no",
              min_text(chain)) +
         tile("Converged",
              yes(verdict.converged, Mood::caution),
              verdict.converged ? "yes" : "no",
              left_text(overview.look->plan)) +
         tile("Chain agrees",
              yes(verdict.trusted, Mood::caution),
              fraction(chain.agreed, chain.asked),
              chain.trusted ? "height " + grouped(chain.height) : "not trusted") +
         "</dl>";
}

std::string of_both(const model::Version& provider, const model::Version& consumer) {
  return model::to_string(provider) +
         (provider == consumer ? "" : " (consumers: " + model::to_string(consumer) + ")");
}

std::string asked_text(const ChainFacts& chain) {
  if (!chain.versions) {
    return "No versions of the chain are known.";
  }
  const auto& [provider, consumer] = *chain.versions;
  return (chain.trusted ? "The chain asks for " : "When last trusted, the chain asked for ") +
         of_both(provider.target, consumer.target) +
         (chain.trusted ? " and accepts " : " and accepted ") +
         of_both(provider.min, consumer.min) + " and later.";
}

/// "The chain asks for 6.2.5 and accepts 6.2.0 and later. Last pass 8 s ago: converged."
std::string lead(const PageFacts& facts) {
  const auto& overview = facts.overview;
  std::string text = asked_text(chain_facts(*overview.desired, overview.look->observed));
  if (overview.last_pass) {
    const auto result = base::replace_all(overview.last_result, "_", " ");
    text += " Last pass " + ago(*overview.last_pass, facts.now) + ": " + html(result) + ".";
  }
  return text;
}

std::string doing_item(const Doing& doing, base::TimePoint now) {
  std::string text = element("span", "what", html(doing.title)) +
                     element("span", "when", "began " + ago(doing.since, now));
  if (doing.received > 0) {
    const std::string of = doing.total ? " of " + base::format_size(*doing.total) : "";
    const std::string bar = doing.total ? "<progress max=\"" + std::to_string(*doing.total) +
                                              "\" value=\"" + std::to_string(doing.received) +
                                              "\" aria-label=\"download\"></progress>"
                                        : "";
    text += bar + element("span", "when", base::format_size(doing.received) + of);
  }
  return element("li", "", text);
}

/// One row of what asks for attention.
std::string row(Mood mood, std::string_view kind, const std::string& what, const std::string& why) {
  return "<li>" + badge(mood, kind) + "<div><p class=\"what\">" + what + "</p>" +
         (why.empty() ? "" : element("p", "why", why)) + "</div></li>";
}

std::string notice_rows(const model::Plan& plan) {
  std::string rows;
  for (const bool problems : {true, false}) {
    for (const auto& notice : plan.notices) {
      if (model::is_problem(notice.kind) == problems) {
        rows += row(problems ? Mood::bad : Mood::caution,
                    problems ? "problem" : "warning",
                    html(describe(notice)),
                    "");
      }
    }
  }
  return rows;
}

std::string held_rows(const model::Plan& plan) {
  std::string rows;
  for (const auto& held : plan.held) {
    rows += row(Mood::caution,
                "held back",
                html(subject_name(held.service)) + " to " + html(held.release),
                html(describe(held)));
  }
  return rows;
}

std::string quarantine_rows(const PageFacts& facts) {
  std::string rows;
  for (const auto& [release, entry] : facts.overview.look->observed.memory.quarantine) {
    rows += row(Mood::bad,
                "quarantine",
                html(release.name),
                html(entry.reason) + ", " + ago(entry.at, facts.now) +
                    (entry.tries > 1 ? ", failed " + std::to_string(entry.tries) + " times" : ""));
  }
  return rows;
}

/// Steps that are neither under way nor over.
std::vector<const model::Step*> pending(const Overview& overview) {
  std::vector<const model::Step*> steps;
  const auto& all = overview.look->plan.steps;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool begun = std::any_of(overview.doing.begin(),
                                   overview.doing.end(),
                                   [i](const Doing& doing) { return doing.index == i; });
    if (!begun && !overview.ended.contains(i)) {
      steps.push_back(&all[i]);
    }
  }
  return steps;
}

std::string pending_rows(const std::vector<const model::Step*>& steps) {
  std::string rows;
  const auto shown = std::min(steps.size(), k_most_steps);
  for (std::size_t i = 0; i < shown; ++i) {
    rows +=
        row(Mood::unknown, "pending", html(title_of(steps[i]->action)), html(describe(*steps[i])));
  }
  if (shown < steps.size()) {
    const auto more = "and " + std::to_string(steps.size() - shown) + " more";
    rows += row(Mood::unknown, "pending", more, "");
  }
  return rows;
}

/// What failed in the last pass: the ledger has it.
std::string failure_rows(const Overview& overview) {
  std::string rows;
  if (!overview.trouble.empty()) {
    rows += row(Mood::caution, "warning", html(overview.trouble), "");
  }
  const bool failed = overview.last_result == "failed" || overview.last_result == "rolled_back";
  if (!failed || !overview.past || overview.past->runs.empty()) {
    return rows;
  }
  for (const auto& action : overview.past->runs.front().actions) {
    if (action.status == "failed") {
      const auto kind = base::replace_all(action.kind, "_", " ");
      rows += row(Mood::bad, "failed", html(kind) + " " + html(action.target), html(action.error));
    }
  }
  return rows;
}

}  // namespace

std::string section(std::string_view id, std::string_view heading, const std::string& content) {
  const std::string name{id};
  return "<section id=\"" + name + "\" aria-labelledby=\"" + name + "-h\"><h2 id=\"" + name +
         "-h\">" + std::string{heading} + "</h2>" + content + "</section>";
}

std::string badge(Mood mood, std::string_view words) {
  return element("span", std::string{"badge "} + style_of(mood), mark(mood) + html(words));
}

std::string verdict_section(const PageFacts& facts) {
  const auto& verdict = facts.verdict;
  const std::string words = "<h2 id=\"now-h\">" + html(verdict.headline) + "</h2>" +
                            (facts.overview.look ? element("p", "", lead(facts)) : "");
  return "<section id=\"now\" class=\"" + std::string{style_of(verdict.mood)} +
         "\" aria-labelledby=\"now-h\"><div class=\"say\">" + mark(verdict.mood) +
         element("div", "", words) + "</div>" + (facts.overview.look ? tiles(facts) : "") +
         "</section>";
}

std::string doing_section(const PageFacts& facts) {
  std::string items;
  for (const auto& doing : facts.overview.doing) {
    items += doing_item(doing, facts.now);
  }
  return items.empty() ? "" : section("doing", "At work", element("ul", "doing", items));
}

std::string attention_section(const PageFacts& facts) {
  std::string rows;
  if (facts.overview.look) {
    const auto& plan = facts.overview.look->plan;
    rows = notice_rows(plan) + failure_rows(facts.overview) + quarantine_rows(facts) +
           held_rows(plan) + pending_rows(pending(facts.overview));
  }
  return rows.empty() ? "" : section("attention", "What stands out", element("ul", "notes", rows));
}

}  // namespace lavavisor::view
