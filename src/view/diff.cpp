// A longest common subsequence of lines, cut into hunks.
// SPDX-License-Identifier: Apache-2.0
#include "view/diff.hpp"

#include "view/flow.hpp"

#include <algorithm>
#include <vector>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_context = 3;
/// Beyond so many pairs of differing lines, all of them are shown as replaced: a unit has dozens of
/// lines, and whatever else someone put in its place isn't worth megabytes of table.
constexpr std::size_t k_max_pairs = 1'000'000;

using Lines = std::vector<std::string_view>;

enum class Edit { keep, remove, add };

struct Change {
  Edit edit = Edit::keep;
  std::string_view line;  ///< with its line end, where it has one
};

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    lines.push_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

void push(std::vector<Change>& changes,
          Edit edit,
          Lines::const_iterator from,
          Lines::const_iterator to) {
  std::transform(from, to, std::back_inserter(changes), [edit](std::string_view line) {
    return Change{edit, line};
  });
}

/// lengths[i][j]: how many lines a[i..] and b[j..] have in common, in order.
std::vector<std::vector<unsigned>> common_lengths(const Lines& a, const Lines& b) {
  std::vector<std::vector<unsigned>> lengths(a.size() + 1, std::vector<unsigned>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      lengths[i][j] =
          a[i] == b[j] ? lengths[i + 1][j + 1] + 1 : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

/// The changes between texts that share neither their first nor their last line.
void compare_middle(const Lines& a, const Lines& b, std::vector<Change>& changes) {
  std::size_t i = 0;
  std::size_t j = 0;
  if (a.size() * b.size() <= k_max_pairs) {
    const auto lengths = common_lengths(a, b);
    while (i < a.size() && j < b.size()) {
      if (a[i] == b[j]) {
        changes.push_back({Edit::keep, a[i++]});
        ++j;
      } else if (lengths[i + 1][j] >= lengths[i][j + 1]) {
        changes.push_back({Edit::remove, a[i++]});
      } else {
        changes.push_back({Edit::add, b[j++]});
      }
    }
  }
  push(changes, Edit::remove, a.begin() + static_cast<std::ptrdiff_t>(i), a.end());
  push(changes, Edit::add, b.begin() + static_cast<std::ptrdiff_t>(j), b.end());
}

std::vector<Change> compare(const Lines& a, const Lines& b) {
  const auto [a_head, b_head] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto [a_tail, b_tail] = std::mismatch(a.rbegin(),
                                              std::make_reverse_iterator(a_head),
                                              b.rbegin(),
                                              std::make_reverse_iterator(b_head));
  std::vector<Change> changes;
  push(changes, Edit::keep, a.begin(), a_head);
  compare_middle(Lines(a_head, a_tail.base()), Lines(b_head, b_tail.base()), changes);
  push(changes, Edit::keep, a_tail.base(), a.end());
  return changes;
}

struct Hunk {
  std::size_t from = 0;  ///< index of its first change
  std::size_t to = 0;    ///< behind its last
};

/// The stretches around what changed; those whose context touches are one.
std::vector<Hunk> hunks_of(const std::vector<Change>& changes) {
  std::vector<Hunk> hunks;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].edit == Edit::keep) {
      continue;
    }
    const std::size_t from = i > k_context ? i - k_context : 0;
    const std::size_t to = std::min(changes.size(), i + 1 + k_context);
    if (!hunks.empty() && from <= hunks.back().to) {
      hunks.back().to = to;
    } else {
      hunks.push_back({from, to});
    }
  }
  return hunks;
}

std::size_t count_without(Edit edit,
                          const std::vector<Change>& changes,
                          std::size_t from,
                          std::size_t to) {
  std::size_t count = 0;
  for (std::size_t i = from; i < to; ++i) {
    count += changes[i].edit != edit ? 1 : 0;
  }
  return count;
}

/// "start,count" of a hunk on the side that lacks the lines of `other`; the start of an empty side
/// is the line before it, as diff(1) has it.
std::string range(Edit other, const std::vector<Change>& changes, const Hunk& hunk) {
  const std::size_t count = count_without(other, changes, hunk.from, hunk.to);
  const std::size_t before = count_without(other, changes, 0, hunk.from);
  return std::to_string(count > 0 ? before + 1 : before) + "," + std::to_string(count);
}

std::string header(const std::vector<Change>& changes, const Hunk& hunk) {
  return "@@ -" + range(Edit::add, changes, hunk) + " +" + range(Edit::remove, changes, hunk) +
         " @@";
}

std::string mark_of(Edit edit) {
  switch (edit) {
    case Edit::keep:
      return " ";
    case Edit::remove:
      return "-";
    case Edit::add:
      return "+";
  }
  return "";
}

Style style_of(Edit edit) {
  switch (edit) {
    case Edit::keep:
      return Style::faint;
    case Edit::remove:
      return Style::bad;
    case Edit::add:
      return Style::good;
  }
  return Style::plain;
}

std::string show(const Change& change, const Screen& screen, std::size_t indent) {
  constexpr std::size_t k_deeper = 4;
  const bool ended = change.line.ends_with('\n');
  const std::string text{change.line.substr(0, change.line.size() - (ended ? 1 : 0))};
  const std::string note = "\\ No newline at end of file";
  return flow({{mark_of(change.edit) + text, style_of(change.edit)}},
              screen,
              indent,
              indent + k_deeper) +
         (ended ? "" : flow({{note}}, screen, indent, indent));
}

}  // namespace

std::string unified_diff(std::string_view before,
                         std::string_view after,
                         const Screen& screen,
                         std::size_t indent) {
  const auto changes = compare(lines_of(before), lines_of(after));
  std::string out;
  for (const Hunk& hunk : hunks_of(changes)) {
    out += flow({{header(changes, hunk), Style::faint}}, screen, indent, indent);
    for (std::size_t i = hunk.from; i < hunk.to; ++i) {
      out += show(changes[i], screen, indent);
    }
  }
  return out;
}

}  // namespace lavavisor::view
