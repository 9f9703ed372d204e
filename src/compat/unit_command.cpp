// systemd.service(5), COMMAND LINES, by hand.
// SPDX-License-Identifier: Apache-2.0
#include "compat/unit_command.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace lavavisor::compat {

namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Cut the prefixes off `value`, in any order, each at most once but "!", which may be two.
std::string take_prefixes(std::string_view& value) {
  std::string prefixes;
  while (!value.empty() &&
         std::string_view{"@-:+!"}.find(value.front()) != std::string_view::npos) {
    prefixes += value.front();
    value.remove_prefix(1);
  }
  return prefixes;
}

/// True when a ";" stands alone and so begins another command. One in quotes, or `\;`, does not.
bool has_second_command(std::string_view value) {
  char quote = '\0';
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    const bool starts = at == 0 || value[at - 1] == ' ' || value[at - 1] == '\t';
    const bool ends = at + 1 == value.size() || value[at + 1] == ' ' || value[at + 1] == '\t';
    if (c == '\\') {
      ++at;
    } else if (quote != '\0') {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ';' && starts && ends) {
      return true;
    }
  }
  return false;
}

/// `\;` as a word of its own is a plain ";", which no escape is; quoted it is read as such.
std::string with_plain_semicolons(std::string_view value) {
  std::string out;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const bool starts = at == 0 || value[at - 1] == ' ' || value[at - 1] == '\t';
    const bool ends = at + 2 >= value.size() || value[at + 2] == ' ' || value[at + 2] == '\t';
    if (starts && ends && value.substr(at, 2) == "\\;") {
      out += "';'";
      ++at;
    } else {
      out += value[at];
    }
  }
  return out;
}

bool is_shell_command(const std::vector<std::string>& words) {
  static const std::array<std::string, 4> shells{"sh", "bash", "dash", "zsh"};
  const std::string program = words.front().substr(words.front().rfind('/') + 1);
  return words.size() >= 3 && std::find(shells.begin(), shells.end(), program) != shells.end() &&
         words[1].starts_with('-') && words[1].ends_with('c');
}

/// Fills variables into the arguments of one command.
class Variables {
 public:
  Variables(const CommandContext& context, UnitCommand& command)
      : m_context(context), m_command(command) {}

  std::vector<std::string> fill(const std::vector<std::string>& words) {
    std::vector<std::string> out{words.front()};
    for (auto word = words.begin() + 1; word != words.end(); ++word) {
      if (!is_whole_variable(*word)) {
        out.push_back(fill_word(*word));
        continue;
      }
      const auto value = look_up(word->substr(1));
      auto split = value ? split_words(*value) : std::vector{*word};
      if (!split) {
        split = std::vector{*value};
      }
      out.insert(out.end(), split->begin(), split->end());
    }
    return out;
  }

 private:
  /// `$NAME` and nothing else: what it holds is split into words.
  static bool is_whole_variable(std::string_view word) {
    return word.size() > 1 && word.front() == '$' &&
           std::all_of(word.begin() + 1, word.end(), is_name);
  }

  /// The value; "" for what is certainly not set, none for what could be.
  std::optional<std::string> look_up(const std::string& name) {
    const auto found = m_context.variables.find(name);
    if (found != m_context.variables.end()) {
      m_command.used.insert(name);
      return found->second;
    }
    m_command.unknown.push_back("$" + name);
    return m_context.has_unread_variables ? std::nullopt : std::optional<std::string>{""};
  }

  std::string fill_word(std::string_view word) {
    std::string out;
    while (!word.empty()) {
      const auto close = word.find('}');
      if (word.starts_with("$$")) {
        out += '$';
        word.remove_prefix(2);
      } else if (word.starts_with("${") && close != std::string_view::npos) {
        const auto value = m_command.is_shell ? std::nullopt  // the shell has the same environment
                                              : look_up(std::string{word.substr(2, close - 2)});
        out += value.value_or(std::string{word.substr(0, close + 1)});
        word.remove_prefix(close + 1);
      } else {
        out += word.front();
        word.remove_prefix(1);
      }
    }
    return out;
  }

  const CommandContext& m_context;
  UnitCommand& m_command;
};

}  // namespace

base::Result<UnitCommand> parse_command(std::string_view value, const CommandContext& context) {
  UnitCommand command;
  command.prefixes = take_prefixes(value);
  if (has_second_command(value)) {
    return base::fail("it holds more than one command");
  }
  auto words = split_words(with_plain_semicolons(value));
  if (!words) {
    return tl::make_unexpected(words.error());
  }
  if (words->empty()) {
    return base::fail("it is empty");
  }
  for (std::string& word : *words) {
    word = fill_specifiers(word, context.identity, command.unknown);
  }
  if (command.prefixes.find('@') != std::string::npos && words->size() > 1) {
    words->erase(words->begin() + 1);  // what the process is told to be called
  }
  command.is_shell = is_shell_command(*words);
  const bool verbatim = command.prefixes.find(':') != std::string::npos;
  command.words = verbatim ? *words : Variables{context, command}.fill(*words);
  return command;
}

bool is_secret_name(std::string_view name) {
  std::string upper{name};
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  static const std::array<std::string_view, 8> parts{
      "PASS", "SECRET", "MNEMONIC", "TOKEN", "PRIVATE", "API_KEY", "APIKEY", "CREDENTIAL"};
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return upper.find(part) != std::string::npos;
  });
}

}  // namespace lavavisor::compat
