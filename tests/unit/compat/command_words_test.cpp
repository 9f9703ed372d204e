// Words of a command line: rows by hand, and thousands of lines that the real /bin/sh cuts, too.
// SPDX-License-Identifier: Apache-2.0
#include "compat/command_words.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace lavavisor::compat {
namespace {

using Words = std::vector<std::string>;
using namespace std::string_view_literals;

TEST(CommandWords, AreCutAsAShellCutsThem) {
  const struct {
    std::string_view line;
    Words words;
  } rows[] = {
      {"lavap", {"lavap"}},
      {"  lavap\trpcconsumer\n x.yml \n", {"lavap", "rpcconsumer", "x.yml"}},
      {"'a b' \"c d\" e\\ f", {"a b", "c d", "e f"}},
      {"a'b'\"c\"\\d", {"abcd"}},
      {"'' \"\" ''\"\"", {"", "", ""}},
      {R"('\' '\n' '"' '$x')", {"\\", "\\n", "\"", "$x"}},
      {R"("\$ \` \" \\ \n ' ")", {"$ ` \" \\ \\n ' "}},
      {"\"a\\\nb\" c\\\nd \\\n e", {"ab", "cd", "e"}},
      {"'a\nb' \"c\nd\"", {"a\nb", "c\nd"}},
      {"--env=\"a b\" --x='\"'", {"--env=a b", "--x=\""}},
      {"caf\xc3\xa9 \xff\r", {"caf\xc3\xa9", "\xff\r"}},
  };
  for (const auto& row : rows) {
    const auto words = command_words(row.line);
    ASSERT_TRUE(words) << row.line << ": " << words.error().message;
    EXPECT_EQ(*words, row.words) << row.line;
  }
}

TEST(CommandWords, HoldLiterallyWhatAShellWouldInterpret) {
  const struct {
    std::string_view line;
    Words words;
  } rows[] = {
      {"lavap $(x) `x` $X ${X}", {"lavap", "$(x)", "`x`", "$X", "${X}"}},
      {"$(a b)", {"$(a", "b)"}},
      {"\"$(a b)\" \"`a b`\"", {"$(a b)", "`a b`"}},
      {"\"$(a \"b c\")\"", {"$(a b", "c)"}},  // quotes pair as if there were no $( around them
      {"~ ~/x * ? [a] {a,b} A=b ! $'a b'",
       {"~", "~/x", "*", "?", "[a]", "{a,b}", "A=b", "!", "$a b"}},
      {"a|b a | b && c; (d) 2>&1 >x <y &",
       {"a|b", "a", "|", "b", "&&", "c;", "(d)", "2>&1", ">x", "<y", "&"}},
      {"a #b c#d # e", {"a", "#b", "c#d", "#", "e"}},
      {"http://h/?a=1&b=2", {"http://h/?a=1&b=2"}},
  };
  for (const auto& row : rows) {
    const auto words = command_words(row.line);
    ASSERT_TRUE(words) << row.line << ": " << words.error().message;
    EXPECT_EQ(*words, row.words) << row.line;
  }
}

TEST(CommandWords, AreNoneOfALineThatIsNotWhole) {
  const struct {
    std::string_view line;
    std::size_t at;
    std::string_view message;
  } rows[] = {
      {"", 0, "names no program"},
      {" \t\n \\\n", 0, "names no program"},
      {"lavap 'a b", 6, "this ' has no closing '"},
      {"lavap 'a' b'", 11, "this ' has no closing '"},
      {"it's", 2, "this ' has no closing '"},
      {"lavap \"a\\\"", 6, "this \" has no closing \""},
      {"\"\\", 0, "this \" has no closing \""},
      {"lavap \\", 6, "nothing follows this \\"},
      {"a\0b"sv, 1, "holds a NUL character, which no argument can"},
      {"'\0'"sv, 1, "holds a NUL character, which no argument can"},
  };
  for (const auto& row : rows) {
    const auto words = command_words(row.line);
    ASSERT_FALSE(words) << row.line;
    EXPECT_EQ(words.error().at, row.at) << row.line;
    EXPECT_EQ(words.error().message, row.message) << row.line;
  }
}

TEST(CommandWords, MayBeVeryLong) {
  const std::string word(8U << 20U, 'x');
  const auto words = command_words("lavap '" + word + "' " + word);
  ASSERT_TRUE(words);
  EXPECT_EQ(*words, (Words{"lavap", word, word}));
}

/// Lines in which /bin/sh has nothing to expand and no operator to obey, but all to unquote.
class LineMaker {
 public:
  std::string line() {
    std::string line;
    for (unsigned pieces = below(12); pieces > 0; --pieces) {
      line += piece();
    }
    return line;
  }

  /// The same characters without any order, so that quotes seldom pair.
  std::string jumble() {
    std::string line;
    for (unsigned size = below(12); size > 0; --size) {
      line += one_of("ab'\"\\ \t%");
    }
    return line;
  }

 private:
  static constexpr std::string_view k_plain = "abz09-_=./,:@%+{}!^\xc3\xa9\xff\x81";
  static constexpr std::string_view k_any = "ab $`\"\\\n\t#*?[]~|&;<>()!\x88\xc3";

  unsigned below(unsigned limit) { return static_cast<unsigned>(m_random() % limit); }
  char one_of(std::string_view set) { return set[below(static_cast<unsigned>(set.size()))]; }

  std::string piece() {
    switch (below(6)) {
      case 0:
        return std::string(1 + below(2), one_of(" \t"));
      case 1:
        return "'" + many(k_any) + "'";
      case 2:
        return "\"" + within_double() + "\"";
      case 3:
        return std::string{'\\'} + one_of("ab $`\"\\'\n#*?~|&;<>()");
      default:
        return many(k_plain);
    }
  }
  std::string many(std::string_view set) {
    std::string out;
    for (unsigned size = below(5); size > 0; --size) {
      out += one_of(set);
    }
    return out;
  }
  std::string within_double() {
    std::string out;
    for (unsigned size = below(6); size > 0; --size) {
      const std::string_view pairs[] = {"\\$", "\\`", "\\\"", "\\\\", "\\\n", "\\a", "\\'"};
      out += below(2) == 0 ? std::string{pairs[below(std::size(pairs))]}
                           : std::string(1, one_of("ab '\n#*?~|&;<>(){}"));
    }
    return out;
  }

  std::mt19937 m_random{20261122};
};

/// What `/bin/sh` says to `script`, given as a file so that it may be long.
struct Said {
  std::string out;
  bool went_well = false;
};

Said shell(const std::string& script) {
  std::string name = (std::filesystem::temp_directory_path() / "lavavisor-words-XXXXXX").string();
  ::close(::mkstemp(name.data()));
  std::ofstream{name, std::ios::binary} << script;
  Said said;
  FILE* const pipe = ::popen(("LC_ALL=C /bin/sh " + name + " 2>/dev/null").c_str(), "r");
  std::array<char, 4096> piece{};
  for (std::size_t size = 0; (size = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
    said.out.append(piece.data(), size);
  }
  said.went_well = ::pclose(pipe) == 0;
  std::filesystem::remove(name);
  return said;
}

/// The words of `line`, each with a NUL behind, as printf '%s\0' prints them.
std::string printed(const Words& words) {
  std::string out;
  for (const std::string& word : words) {
    out.append(word).push_back('\0');
  }
  return out;
}

TEST(CommandWords, AreThoseOfTheRealShell) {
  LineMaker maker;
  std::string script;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string line = "W" + std::to_string(i) + " " + maker.line();
    const auto words = command_words(line);
    ASSERT_TRUE(words) << line << ": " << words.error().message;
    script += "printf '%s\\0' " + line + "\n";
    expected += printed(*words);
  }
  const Said said = shell(script);
  EXPECT_TRUE(said.went_well);
  const auto differs =
      std::mismatch(said.out.begin(), said.out.end(), expected.begin(), expected.end());
  const auto at = static_cast<std::size_t>(differs.first - said.out.begin());
  EXPECT_TRUE(said.out == expected)
      << "at the word behind " << expected.substr(at < 40 ? 0 : at - 40, 80);
}

TEST(CommandWords, AreNoneWhereTheShellFindsNoEndOfAQuote) {
  LineMaker maker;
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string line = "W " + maker.jumble();
    const auto words = command_words(line);
    if (!words && words.error().message.starts_with("nothing follows")) {
      continue;  // a script's end is no continuation to the shell
    }
    const Said said = shell("printf '%s\\0' " + line);
    EXPECT_EQ(said.went_well, words.has_value()) << line;
    EXPECT_EQ(said.out, words ? printed(*words) : "") << line;
    refused += words ? 0 : 1;
  }
  EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace lavavisor::compat
