// The result of re-hashing as a table.
// SPDX-License-Identifier: Apache-2.0
#include "view/verification.hpp"

#include "view/parts.hpp"
#include "view/table.hpp"

#include <algorithm>

namespace lavavisor::view {
namespace {

Row row_of(const Verification& check) {
  switch (check.verdict) {
    case Verdict::ok:
      return {{check.release.name}, {"ok", Style::good}, {check.expected, Style::faint}};
    case Verdict::changed:
      return {{check.release.name},
              {"changed", Style::bad},
              {"expected " + check.expected + ", got " + check.got}};
    case Verdict::missing:
      return {{check.release.name}, {"missing", Style::bad}, {"expected " + check.expected}};
    case Verdict::unreadable:
      return {{check.release.name}, {"unreadable", Style::bad}, {check.got}};
  }
  return {};
}

}  // namespace

std::string verification_text(const std::vector<Verification>& checks, const Screen& screen) {
  std::vector<Row> rows;
  std::transform(checks.begin(), checks.end(), std::back_inserter(rows), row_of);
  const auto good = std::count_if(checks.begin(), checks.end(), [](const Verification& check) {
    return check.verdict == Verdict::ok;
  });
  const auto bad = checks.size() - static_cast<std::size_t>(good);
  const std::string binaries = counted(checks.size(), "binary", "binaries");
  return render_table(rows, screen) +
         (bad == 0 ? binaries + " verified.\n"
                   : std::to_string(bad) + " of " + binaries + " not as recorded.\n");
}

}  // namespace lavavisor::view
