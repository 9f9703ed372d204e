// Lists of held entries and notices, actions as JSON, and the counting of what is to do.
// SPDX-License-Identifier: Apache-2.0
#include "view/parts.hpp"

#include "base/text.hpp"
#include "view/table.hpp"
#include "view/visible.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <array>

namespace lavavisor::view {
namespace {

struct Counting {
  std::string_view kind;
  std::string_view singular;
  std::string_view plural;
};

/// What the summary counts, in its order; reloading systemd is no end in itself.
constexpr std::array k_countings = {
    Counting{"install_binary", "release to install", "releases to install"},
    Counting{"link_binary", "link to set", "links to set"},
    Counting{"write_config", "config to copy", "configs to copy"},
    Counting{"write_unit", "unit to write", "units to write"},
    Counting{"remove_unit", "unit to remove", "units to remove"},
    Counting{"enable_service", "service to enable", "services to enable"},
    Counting{"disable_service", "service to disable", "services to disable"},
    Counting{"stop_service", "service to stop", "services to stop"},
    Counting{"start_service", "service to start", "services to start"},
    Counting{"restart_service", "service to restart", "services to restart"},
    Counting{"run_hook", "hook to run", "hooks to run"},
    Counting{"remove_binary", "release to remove", "releases to remove"},
};

std::string counted_steps(const std::vector<model::Step>& steps) {
  std::vector<std::string> parts;
  for (const Counting& row : k_countings) {
    const auto count = std::count_if(steps.begin(), steps.end(), [&row](const model::Step& step) {
      return kind_of(step.action) == row.kind;
    });
    if (count > 0) {
      parts.push_back(counted(static_cast<std::size_t>(count), row.singular, row.plural));
    }
  }
  return parts.empty() ? "systemd to reload" : base::join(parts, ", ");
}

std::size_t count_problems(const std::vector<model::Notice>& notices) {
  return static_cast<std::size_t>(
      std::count_if(notices.begin(), notices.end(), [](const model::Notice& notice) {
        return model::is_problem(notice.kind);
      }));
}

std::string heading(std::string_view words, Colour colour) {
  return "\n" + paint(words, Style::strong, colour) + "\n";
}

}  // namespace

bool is_converged(const model::Plan& plan) {
  return plan.steps.empty() && !has_problem(plan.notices);
}

std::string summary_of(const model::Plan& plan) {
  if (!plan.steps.empty()) {
    return "Plan: " + counted_steps(plan.steps) + "." + unfinished_text(plan);
  }
  const std::string unfinished = unfinished_text(plan);
  return unfinished.empty() ? "Converged: nothing to do." : "Nothing to do now." + unfinished;
}

std::string unfinished_text(const model::Plan& plan) {
  std::string text;
  if (!plan.held.empty()) {
    text += " " + std::to_string(plan.held.size()) + " held back.";
  }
  if (const std::size_t problems = count_problems(plan.notices); problems > 0) {
    text += " " + counted(problems, "problem", "problems") + " to solve by hand.";
  }
  return text;
}

bool has_problem(const std::vector<model::Notice>& notices) {
  return count_problems(notices) > 0;
}

std::string counted(std::size_t count, std::string_view singular, std::string_view plural) {
  return std::to_string(count) + " " + std::string{count == 1 ? singular : plural};
}

std::optional<std::string> time_text(const std::optional<base::TimePoint>& at) {
  return at ? std::optional{base::format_time(*at)} : std::nullopt;
}

/// Services that wait for the same one after the other share a line.
std::string held_text(const std::vector<model::Held>& held, const Screen& screen) {
  std::vector<Row> rows;
  for (const model::Held& entry : held) {
    const std::string words = describe(entry, screen);
    if (!rows.empty() && rows.back().back().text == words) {
      rows.back().front().text += ", " + subject_name(entry.service);
    } else {
      rows.push_back({{subject_name(entry.service), Style::caution}, {words}});
    }
  }
  return rows.empty() ? "" : heading("Held back", screen.colour) + render_table(rows, screen, "  ");
}

/// That the chain is not trusted stands in the first line of every view.
std::string notices_text(const std::vector<model::Notice>& notices, const Screen& screen) {
  std::vector<Row> rows;
  for (const model::Notice& notice : notices) {
    if (notice.kind != model::Notice::Kind::chain_untrusted) {
      const bool problem = model::is_problem(notice.kind);
      rows.push_back({{problem ? "problem" : "warning", problem ? Style::bad : Style::caution},
                      {describe(notice)}});
    }
  }
  return rows.empty() ? "" : heading("Notices", screen.colour) + render_table(rows, screen, "  ");
}

void write_actions(Json& json, const std::vector<model::ActionRecord>& actions) {
  json.objects("actions", actions, [&json](const model::ActionRecord& action) {
    json.field("kind", action.kind);
    json.field("target", action.target);
    json.field("reason", action.reason);
    json.field("status", action.status);
    json.field("error", action.error);
    json.field("ms", action.ms);
  });
}

void write_held(Json& json, const std::vector<model::Held>& held) {
  json.objects("held", held, [&json](const model::Held& entry) {
    json.field("service", entry.service);
    json.field("release", entry.release);
    json.field("why", name_of(entry.why));
    json.field("reason", describe(entry));
    json.field("until", time_text(entry.until));
  });
}

void write_notices(Json& json, const std::vector<model::Notice>& notices) {
  json.objects("notices", notices, [&json](const model::Notice& notice) {
    json.field("kind", name_of(notice.kind));
    json.field("problem", model::is_problem(notice.kind));
    json.field("subject", notice.subject);
    json.field("text", describe(notice));
  });
}

}  // namespace lavavisor::view
