// Phrases that messages share.
// SPDX-License-Identifier: Apache-2.0
#include "config/problem.hpp"

#include "base/text.hpp"
#include "config/url.hpp"

namespace lavavisor::config {

std::string in_quotes(std::string_view text) {
  return "'" + base::printable(without_user(text), 80) + "'";
}

std::string guess(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 64;  // an edit distance over more is work without a use
  if (word.size() > longest) {
    return "";
  }
  const auto meant = base::did_you_mean(word, known);
  return meant ? "did you mean " + in_quotes(*meant) + "?" : "";
}

std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t index = 0; index < words.size(); ++index) {
    const bool last = index + 1 == words.size();
    text += index == 0 ? "" : last ? " or " : ", ";
    text += in_quotes(words[index]);
  }
  return text;
}

}  // namespace lavavisor::config
