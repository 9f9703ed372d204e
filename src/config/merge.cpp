// Tables are merged key by key; an index keeps a large one from being searched for each.
// SPDX-License-Identifier: Apache-2.0
#include "config/merge.hpp"

#include "base/text.hpp"

#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>

namespace lavavisor::config {

namespace {

constexpr std::string_view k_service = "service";

class Merger {
 public:
  explicit Merger(Findings& findings) : m_findings(findings) {}

  /// `title` is how messages begin the keys' names: "" or "binary.release."
  void tables(RawTable& into, RawTable& more, const std::string& title) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t index = 0; index < into.size(); ++index) {
      places.emplace(into[index].key, index);
    }
    for (Entry& entry : more) {
      const auto there = places.find(entry.key);
      if (there == places.end()) {
        into.push_back(std::move(entry));
      } else if (!m_findings.is_full()) {
        values(into[there->second], entry, title);
      }
    }
  }

 private:
  void values(Entry& there, Entry& entry, const std::string& title) {
    auto* const table = std::get_if<RawTable>(&there.value.value);
    auto* const more = std::get_if<RawTable>(&entry.value.value);
    auto* const list = std::get_if<RawList>(&there.value.value);
    auto* const services = std::get_if<RawList>(&entry.value.value);
    const std::string name = title + base::printable(entry.key, 60);
    if (table != nullptr && more != nullptr) {
      tables(*table, *more, name + ".");
    } else if (list != nullptr && services != nullptr && name == k_service) {
      std::move(services->begin(), services->end(), std::back_inserter(*list));
    } else {
      m_findings.error(entry.place,
                       name + " is already set in " + to_string(there.place),
                       "a key stands in one fragment only");
    }
  }

  Findings& m_findings;
};

}  // namespace

void merge(Raw& into, Raw more, Findings& findings) {
  Merger{findings}.tables(std::get<RawTable>(into.value), std::get<RawTable>(more.value), "");
}

}  // namespace lavavisor::config
