// Fuzzes the splitting of command lines.
// SPDX-License-Identifier: Apache-2.0
#include "compat/command_words.hpp"

#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>

namespace {

using namespace lavavisor;

/// `word` so that it comes out of any splitting as it is.
std::string quoted(const std::string& word) {
  return "'" + base::replace_all(word, "'", "'\\''") + "'";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto line = fuzz::text_of(data, size);
  const auto words = compat::command_words(line);
  if (!words) {
    fuzz::require(words.error().at <= line.size(), "a mistake lies within the line");
    fuzz::require(!words.error().message.empty(), "a mistake has words");
    return 0;
  }
  fuzz::require(!words->empty(), "a line that is taken has a first word");
  std::string again;
  std::size_t length = 0;
  for (const std::string& word : *words) {
    fuzz::require(word.find('\0') == std::string::npos, "a word has no NUL");
    again += quoted(word) + "\t";
    length += word.size();
  }
  fuzz::require(length <= line.size(), "nothing is added");
  const auto same = compat::command_words(again);
  fuzz::require(same && *same == *words, "quoted words are the same words");
  const auto is_plain = [](char c) {
    return std::string_view{" \t\n'\"\\"}.find(c) == std::string_view::npos;
  };
  if (std::all_of(line.begin(), line.end(), is_plain)) {
    fuzz::require(words->size() == 1 && words->front() == line, "without a quote nothing changes");
  }
  return 0;
}
