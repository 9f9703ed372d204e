// Which event a step means is decided by its action and its cause alone.
// SPDX-License-Identifier: Apache-2.0
#include "view/events.hpp"

#include "base/text.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <set>
#include <variant>

namespace lavavisor::view {
namespace {

using model::Event;

/// A change of release by a start or restart.
struct Move {
  std::string service;
  std::string from;
  std::string to;
  model::Reason reason;
};

std::optional<Move> move_in(const model::Step& step, const Moves& moves) {
  if (const auto* restart = std::get_if<model::RestartUnit>(&step.action)) {
    if (restart->from && *restart->from != restart->release) {
      return Move{restart->service, restart->from->name, restart->release.name, step.reason};
    }
  }
  if (const auto* start = std::get_if<model::StartUnit>(&step.action)) {
    const auto move = moves.find(start->service);
    if (move != moves.end() && move->second.to == start->release.name) {
      return Move{start->service, move->second.from, move->second.to, move->second};
    }
  }
  return std::nullopt;
}

bool goes_back(const Move& move) {
  return move.reason.cause == model::Cause::rolled_back;
}

std::string sentence_of(const Move& move) {
  return move.service + (goes_back(move) ? " was rolled back from " : " was moved from ") +
         move.from + " to " + move.to + ": " + describe(move.reason);
}

std::string failed_sentence(const model::Action& action, const std::string& error) {
  return title_of(action) + " failed: " + error;
}

bool is_of_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Ages, sizes and ports begin with a digit; versions do, too, but have two dots.
std::string without_numbers(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_of_word(text[end])) {
      ++end;
    }
    if (end == i) {
      out += text[i++];
      continue;
    }
    const std::string word = text.substr(i, end - i);
    const bool is_number = is_digit(word.front()) && std::count(word.begin(), word.end(), '.') < 2;
    out += is_number ? "#" : word;
    i = end;
  }
  return out;
}

}  // namespace

std::string name_of(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::upgrade:
      return "upgrade";
    case Event::Kind::rollback:
      return "rollback";
    case Event::Kind::quarantine:
      return "quarantine";
    case Event::Kind::failure:
      return "failure";
    case Event::Kind::recovery:
      return "recovery";
  }
  return "";
}

Moves moves_of(const model::Plan& plan) {
  Moves moves;
  for (const auto& step : plan.steps) {
    const auto* unit = std::get_if<model::WriteUnit>(&step.action);
    if (unit != nullptr && !step.reason.from.empty() && step.reason.from != step.reason.to) {
      moves[unit->service] = step.reason;
    }
  }
  return moves;
}

std::optional<Event> move_of(const model::StepReport& report,
                             const Moves& moves,
                             base::TimePoint at) {
  const auto move = move_in(report.step, moves);
  if (!move || report.outcome != model::Outcome::done) {
    return std::nullopt;
  }
  return Event{.kind = goes_back(*move) ? Event::Kind::rollback : Event::Kind::upgrade,
               .at = at,
               .service = move->service,
               .from = move->from,
               .to = move->to,
               .detail = sentence_of(*move)};
}

const model::RestartUnit* failed_upgrade(const model::StepReport& report) {
  const auto* restart = std::get_if<model::RestartUnit>(&report.step.action);
  const bool is_upgrade =
      restart != nullptr && restart->from && report.step.reason.cause != model::Cause::rolled_back;
  return is_upgrade && report.outcome == model::Outcome::failed ? restart : nullptr;
}

Event quarantine_of(const model::Release& release,
                    const std::string& reason,
                    const std::string& service,
                    base::TimePoint at) {
  return {.kind = Event::Kind::quarantine,
          .at = at,
          .service = service,
          .from = "",
          .to = release.name,
          .detail = "release " + release.name + " is quarantined: " + reason};
}

std::string failure_text(const model::Plan& plan, const std::vector<model::StepReport>& failed) {
  std::set<std::string> sentences;
  for (const auto& report : failed) {
    sentences.insert(failed_sentence(report.step.action, report.error));
  }
  for (const auto& notice : plan.notices) {
    if (model::is_problem(notice.kind)) {
      sentences.insert(describe(notice));
    }
  }
  for (const auto& held : plan.held) {
    if (held.why == model::Held::Why::fetch_failed) {
      const model::InstallBinary install{{held.release}, {}};
      sentences.insert(failed_sentence(install, held.detail));
    }
  }
  return base::join({sentences.begin(), sentences.end()}, "; ");
}

std::optional<Event> change_of_failure(const std::string& standing,
                                       const std::string& now,
                                       base::TimePoint at) {
  if (without_numbers(standing) == without_numbers(now)) {
    return std::nullopt;
  }
  Event event;
  event.at = at;
  event.kind = now.empty() ? Event::Kind::recovery : Event::Kind::failure;
  event.detail = now.empty() ? "this is over: " + standing : now;
  return event;
}

}  // namespace lavavisor::view
