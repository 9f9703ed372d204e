// What systemd says it would execute, and what it does execute, equals what was meant: units with
// nasty words, made by plan/unit_text, read back over the bus and run.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/names.hpp"
#include "plan/unit_text.hpp"

#include <gtest/gtest.h>
#include <sdbus-c++/sdbus-c++.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace lavavisor::systemd {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr unsigned k_seed = 20240607;
constexpr std::size_t k_random_rows = 200;
constexpr std::size_t k_rows_run = 40;
const fs::path k_units = "/run/systemd/system";
const fs::path k_outcome = "/var/lib/unit-words";

struct Row {
  Words command;
  std::map<std::string, std::string> env;
};

/// Each byte that a word may hold; what a parser may take for its own; what is no ASCII.
Words pieces() {
  Words all = {
      "$HOME",  "${HOME}", "$$",         "%n",   "%%",  "%h%u",  "\\x41", "\\n",
      "\\\\",   "\\;",     "''",         "\"\"", " ; ", "  ",    "\\ ",   " #c",
      "@x",     "-x",      "+x",         "!x",   ":x",  "|x",    "ü",     "日本",
      "\u0085", "\u202e",  "\U0001f30b", "--",   "=",   "`id`",  "$(id)", "&&",
      "|",      ">/x",     "*",          "?",    "[a]", "{a,b}", "~",     "@LAVAVISOR_UNIT@"};
  for (char c = 1; c < 0x7f; ++c) {
    if (c != '\n' && c != '\r') {
      all.emplace_back(1, c);
    }
  }
  all.emplace_back("\x7f");
  return all;
}

/// Makes rows up, the same ones for the same seed.
class Writer {
 public:
  explicit Writer(unsigned seed) : m_random{seed} {}

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>{0, limit - 1}(m_random);
  }

  std::string word() {
    std::string made;
    for (std::size_t count = below(7); count > 0; --count) {
      made += m_pieces[below(m_pieces.size())];
    }
    return made;
  }

  std::string program() {
    for (;;) {
      const std::string made = (below(2) == 0 ? "/opt/" : "") + word();
      if (config::check_program(made) && fs::path{made}.lexically_normal().string() == made) {
        return made;
      }
    }
  }

  Row row() {
    Row made;
    made.command.push_back(program());
    for (std::size_t count = below(9); count > 0; --count) {
      made.command.push_back(word());
    }
    for (std::size_t count = below(4); count > 0; --count) {
      made.env["V" + std::to_string(count)] = word();
    }
    return made;
  }

 private:
  std::mt19937 m_random;
  Words m_pieces = pieces();
};

/// Every piece alone, in front, behind and doubled.
std::vector<Row> table() {
  std::vector<Row> rows;
  for (const auto& piece : pieces()) {
    rows.push_back({{"/bin/true", piece, piece + "a", "a" + piece, piece + piece, ""},
                    {{"A", piece}, {"B", piece + "a"}, {"C", "a" + piece}, {"D", ""}}});
    for (const auto& program : {"/opt/" + piece + "a", piece + "a", "/opt/a" + piece}) {
      if (config::check_program(program) &&
          fs::path{program}.lexically_normal().string() == program) {
        rows.push_back({{program, "a"}, {}});
      }
    }
  }
  return rows;
}

/// What the bus tells of one service.
struct Told {
  std::string path;
  Words argv;
  Words environment;
};

class Bus {
 public:
  void reload() { m_manager->callMethod("Reload").onInterface(k_manager).withTimeout(60'000'000); }

  Told service(const std::string& name) {
    sdbus::ObjectPath path;
    m_manager->callMethod("LoadUnit")
        .onInterface(k_manager)
        .withArguments(name + ".service")
        .storeResultsTo(path);
    const auto unit = sdbus::createProxy(*m_bus, k_systemd, path);
    const auto get = [&](const char* property) {
      return unit->getProperty(property).onInterface("org.freedesktop.systemd1.Service");
    };
    using Command = sdbus::Struct<std::string,
                                  Words,
                                  bool,
                                  std::uint64_t,
                                  std::uint64_t,
                                  std::uint64_t,
                                  std::uint64_t,
                                  std::uint32_t,
                                  std::int32_t,
                                  std::int32_t>;
    const auto commands = get("ExecStart").get<std::vector<Command>>();
    Told told{"", {}, get("Environment").get<Words>()};
    if (commands.size() == 1) {
      told.path = commands[0].get<0>();
      told.argv = commands[0].get<1>();
    }
    return told;
  }

 private:
  static constexpr const char* k_systemd = "org.freedesktop.systemd1";
  static constexpr const char* k_manager = "org.freedesktop.systemd1.Manager";
  std::unique_ptr<sdbus::IConnection> m_bus = sdbus::createSystemBusConnection();
  std::unique_ptr<sdbus::IProxy> m_manager =
      sdbus::createProxy(*m_bus, k_systemd, "/org/freedesktop/systemd1");
};

/// Units that systemd reads once; none is left behind.
class UnitWords : public testing::Test {
 protected:
  ~UnitWords() override {
    for (const auto& name : m_names) {
      fs::remove(k_units / (name + ".service"));
    }
    m_bus.reload();
  }

  static std::string text_of(const std::string& name, const Row& row, bool to_be_run = false) {
    model::Desired desired;
    desired.directory = "/var/lib/lavavisor";
    model::Service service;
    service.name = name;
    service.type = model::ServiceType::custom;
    service.command = row.command;
    service.env = row.env;
    if (to_be_run) {
      service.unit["Service"] = {{"Restart", {"no"}}, {"Type", {"oneshot"}}};
    }
    return plan::unit_text(desired, service, model::Release{"6.2.5"});
  }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories(k_units);
    std::ofstream{k_units / (name + ".service"), std::ios::binary} << text;
    m_names.push_back(name);
  }

  Bus m_bus;

 private:
  Words m_names;
};

/// As the bus shows arguments: systemd replaces variables, and "$$", only when it executes.
Words unreplaced(Words words) {
  for (auto word = words.begin() + 1; word != words.end(); ++word) {
    *word = base::replace_all(*word, "$", "$$");
  }
  return words;
}

Words assignments(const Row& row, const std::string& text) {
  Words all;
  for (const auto& [name, value] : row.env) {
    all.push_back(name + "=" + value);
  }
  all.push_back("LAVAVISOR_UNIT=" + plan::digest_in(text));
  return all;
}

TEST_F(UnitWords, AreToldBySystemdAsTheyWereMeant) {
  auto rows = table();
  Writer random{k_seed};
  for (std::size_t i = 0; i < k_random_rows; ++i) {
    rows.push_back(random.row());
  }
  const auto name_of = [](std::size_t i) {
    return "words-" + std::to_string(i);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    write(name_of(i), text_of(name_of(i), rows[i]));
  }
  m_bus.reload();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto text = text_of(name_of(i), rows[i]);
    SCOPED_TRACE("row " + std::to_string(i) + ", seed " + std::to_string(k_seed) + "\n" + text);
    const auto told = m_bus.service(name_of(i));
    EXPECT_EQ(told.argv, unreplaced(rows[i].command));
    EXPECT_EQ(told.environment, assignments(rows[i], text));
    EXPECT_EQ(told.path, rows[i].command.front());
  }
}

std::string content(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Words and variables, each with a NUL behind it, as the shell that is run writes them down.
std::string expected(const Row& row) {
  std::string all;
  for (const auto& word : row.command) {
    all += word + '\0';
  }
  for (const auto& [name, value] : row.env) {
    all += name + "=" + value + '\0';
  }
  return all;
}

TEST_F(UnitWords, ReachTheProcessAsTheyWereMeant) {
  constexpr std::string_view k_script =
      R"(exec >"$0"; printf '%s\0' "$@"; env -0 | grep -z '^V[0-9]=' | sort -z)";
  fs::create_directories(k_outcome);
  Writer random{k_seed + 1};
  std::vector<Row> rows;
  std::string all;
  for (std::size_t i = 0; i < k_rows_run; ++i) {
    const std::string name = "run-" + std::to_string(i);
    Row row = random.row();
    rows.push_back(row);
    const Words shell = {"/bin/sh", "-c", std::string{k_script}, (k_outcome / name).string()};
    row.command.insert(row.command.begin(), shell.begin(), shell.end());
    write(name, text_of(name, row, true));
    all += " " + name + ".service";
  }
  m_bus.reload();
  ASSERT_EQ(std::system(("systemctl start" + all).c_str()), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i) + ", seed " + std::to_string(k_seed + 1));
    EXPECT_EQ(content(k_outcome / ("run-" + std::to_string(i))), expected(rows[i]));
  }
}

}  // namespace
}  // namespace lavavisor::systemd
