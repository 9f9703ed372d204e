// A service comes into a config.toml, and every other byte of it stays.
// SPDX-License-Identifier: Apache-2.0
#include "compat/add_service.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

namespace lavavisor::compat {
namespace {

const std::string k_chain = "[chain]\nid = \"lava\"\nendpoints = [\"tcp://127.0.0.1:26657\"]\n";

ServiceDraft draft() {
  ServiceDraft draft;
  draft.name = "alice-ETH1";
  draft.config = "/etc/lava/p.yml";
  draft.from = "alice";
  draft.geolocation = 1;
  return draft;
}

base::Result<Edited> edit(const std::string& text, const ServiceDraft& with = draft()) {
  return add_service({"/etc/lava/config.toml", text, "/home/op"}, with);
}

std::string edited(const std::string& text, const ServiceDraft& with = draft()) {
  const auto result = edit(text, with);
  EXPECT_TRUE(result) << result.error().message;
  if (!result) {
    return "";
  }
  const auto again = edit(result->text, with);
  EXPECT_TRUE(again && !again->changed) << "not settled:\n" << result->text;
  return result->text;
}

std::string error_of(const std::string& text, const ServiceDraft& with = draft()) {
  const auto result = edit(text, with);
  return result ? "(no error)" : result.error().message;
}

const std::string k_new =
    "[[service]]\n"
    "name        = \"alice-ETH1\"\n"
    "type        = \"provider\"\n"
    "config      = \"/etc/lava/p.yml\"\n"
    "from        = \"alice\"\n"
    "geolocation = 1\n";

TEST(AddService, AppendsATableAndKeepsEveryByteBeforeIt) {
  const std::vector<std::string> files{
      "",
      "# only a comment\n",
      k_chain,
      "# größe ünïcödé\n" + k_chain + "\n\n",
      k_chain +
          "[[service]]\nname = \"b\"\ntype = \"cache\"\naddress = \":1\"\n"
          "[service.unit.Service]\nNice = 5\n[service.health]\nsettle = \"1s\" # last\n",
      "[[service]] # early\nname = \"b\"\n# between\n[defaults]\nuser = \"x\"\n" + k_chain,
      "chain = { id = \"lava\", endpoints = [\"tcp://127.0.0.1:1\"] }\n",
      "chain.id = \"lava\"\nchain.endpoints = [\n  'tcp://a:1', # one\n]\n",
      k_chain + "[hooks]\npre_upgrade = [\"\"\"a\n[[service]]\nname = 'no'\n\"\"\"]\n",
  };
  for (const std::string& file : files) {
    const auto text = edited(file);
    EXPECT_TRUE(text.starts_with(file)) << file << "-->\n" << text;
    EXPECT_TRUE(text.ends_with(k_new)) << text;
  }
}

TEST(AddService, SetsItsTableApartByOneBlankLine) {
  EXPECT_EQ(edited(k_chain), k_chain + "\n" + k_new);
  EXPECT_EQ(edited(k_chain + "\n"), k_chain + "\n" + k_new);
  EXPECT_EQ(edited(""), k_new);
}

TEST(AddService, EndsALastLineThatHasNoEnd) {
  EXPECT_EQ(edited(k_chain + "# end"), k_chain + "# end\n\n" + k_new);
  EXPECT_EQ(edited(k_chain + "[systemd]\nscope='none'"),
            k_chain + "[systemd]\nscope='none'\n\n" + k_new);
}

TEST(AddService, EndsLinesAsTheFileDoes) {
  const auto crlf = base::replace_all(k_chain + "# c", "\n", "\r\n");
  EXPECT_EQ(edited(crlf), base::replace_all(k_chain + "# c\n\n" + k_new, "\n", "\r\n"));
}

TEST(AddService, KeepsAByteOrderMark) {
  EXPECT_EQ(edited("\xef\xbb\xbf" + k_chain), "\xef\xbb\xbf" + k_chain + "\n" + k_new);
}

TEST(AddService, WritesEveryKeyOfTheDraft) {
  ServiceDraft all = draft();
  all.type = model::ServiceType::consumer;
  all.keyring_backend = "os";
  all.node = "https://rpc.example:443";
  all.log_level = "debug";
  all.parallel_connections = 10;
  all.user = "lava";
  all.chain_id = "lava";
  all.create_link = true;
  all.config = "/etc/lava/a \"b\" \\ ü.yml";
  EXPECT_EQ(edited(k_chain, all), k_chain + R"(
[[service]]
name            = "alice-ETH1"
type            = "consumer"
config          = "/etc/lava/a \"b\" \\ ü.yml"
user            = "lava"
from            = "alice"
keyring_backend = "os"
geolocation     = 1
log_level       = "debug"
node            = "https://rpc.example:443"
flags           = { parallel-connections = 10 }
)");
}

TEST(AddService, DoesNotRepeatWhatTheFileSaysForAllServices) {
  ServiceDraft with = draft();
  with.user = "lava";
  with.node = "tcp://127.0.0.1:26657";
  with.parallel_connections = 10;
  const std::string file = k_chain +
                           "[defaults]\nuser = \"lava\"\nfrom = \"alice\"\ngeolocation = 1\n"
                           "flags = { parallel-connections = 10 }\n";
  EXPECT_EQ(edited(file, with), file + R"(
[[service]]
name   = "alice-ETH1"
type   = "provider"
config = "/etc/lava/p.yml"
)");
}

/// A file with the service of draft() in its middle.
std::string file_with(const std::string& service) {
  return k_chain + "# before\n\n[[service]]   # ours\n" + service +
         "\n# behind\n[[service]]\nname = \"other\"\nfrom = \"bob\"\n[defaults]\nlog_level = "
         "\"warn\"\n";
}

TEST(AddService, ChangesWhatDiffersInItsPlace) {
  struct Row {
    std::string what;
    std::string before;
    std::string after;
    std::function<void(ServiceDraft&)> change;
  };
  const std::string head = "name = \"alice-ETH1\"\ntype = \"provider\"\n";
  const std::string config = "config = \"p.yml\"\n";  // relative to the file: the same
  const std::vector<Row> rows{
      {"nothing",
       head + config + "from='alice'\ngeolocation=1\n",
       "",
       [](auto&) {
       }},
      {"an absolute path with dots",
       head + "config = \"/etc/x/../lava/p.yml\"\nfrom='alice'\ngeolocation=1\n",
       "",
       [](auto&) {
       }},
      {"a path at home",
       head + "config = \"~/p.yml\"\nfrom='alice'\ngeolocation=1\n",
       "",
       [](auto& d) {
         d.config = "/home/op/p.yml";
       }},
      {"a string",
       head + config + "from  =  'bob' # key\ngeolocation=1\n",
       head + config + "from  =  \"alice\" # key\ngeolocation=1\n",
       [](auto&) {
       }},
      {"a number behind wide characters",
       head + config + "\"from\" = \"alice\" # é ü 漢字\ngeolocation = 7 # é\n",
       head + config + "\"from\" = \"alice\" # é ü 漢字\ngeolocation = 1 # é\n",
       [](auto&) {
       }},
      {"a value of many lines",
       head + config + "from = \"\"\"bob\nof\nlava\"\"\" # c\ngeolocation = 1\n",
       head + config + "from = \"alice\" # c\ngeolocation = 1\n",
       [](auto&) {
       }},
      {"a new key behind the others",
       head + config + "  from = \"alice\" # key\n\n# own comment\n",
       head + config + "  from = \"alice\" # key\ngeolocation = 1\n\n# own comment\n",
       [](auto&) {
       }},
      {"a new key in front of a subtable",
       head + config + "from = \"alice\"\n[service.unit.Service]\nNice = 5\n",
       head + config + "from = \"alice\"\ngeolocation = 1\n[service.unit.Service]\nNice = 5\n",
       [](auto&) {
       }},
      {"a new key behind a list of many lines",
       head + config + "from = \"alice\"\nhealth.command = [\n  \"x\", # x\n] # end\n",
       head + config +
           "from = \"alice\"\nhealth.command = [\n  \"x\", # x\n] # end\ngeolocation = 1\n",
       [](auto&) {
       }},
      {"another type",
       head + config + "from='alice'\ngeolocation=1\n",
       "name = \"alice-ETH1\"\ntype = \"consumer\"\n" + config + "from='alice'\ngeolocation=1\n",
       [](auto& d) {
         d.type = model::ServiceType::consumer;
       }},
      {"a flag in an inline table",
       head + config +
           "from='alice'\ngeolocation=1\nflags = { a = 1, parallel-connections = 5 } # f\n",
       head + config +
           "from='alice'\ngeolocation=1\nflags = { a = 1, parallel-connections = 10 } # f\n",
       [](auto& d) {
         d.parallel_connections = 10;
       }},
      {"a new flag in an inline table",
       head + config + "from='alice'\ngeolocation=1\nflags = { a = { b = 1 } }\n",
       head + config +
           "from='alice'\ngeolocation=1\nflags = { a = { b = 1 }, parallel-connections = 10 }\n",
       [](auto& d) {
         d.parallel_connections = 10;
       }},
      {"a new flag in an empty table",
       head + config + "from='alice'\ngeolocation=1\nflags = {  }\n",
       head + config + "from='alice'\ngeolocation=1\nflags = { parallel-connections = 10 }\n",
       [](auto& d) {
         d.parallel_connections = 10;
       }},
      {"a new flag in a table with a header",
       head + config +
           "from='alice'\ngeolocation=1\n[service.flags]\na = 1 # a\n[service.env]\nX = \"1\"\n",
       head + config +
           "from='alice'\ngeolocation=1\n[service.flags]\na = 1 # a\nparallel-connections = 10\n"
           "[service.env]\nX = \"1\"\n",
       [](auto& d) {
         d.parallel_connections = 10;
       }},
      {"a new flag beside dotted ones",
       head + config + "from='alice'\ngeolocation=1\nflags.a = 1\n",
       head + config +
           "from='alice'\ngeolocation=1\nflags.a = 1\nflags.parallel-connections = 10\n",
       [](auto& d) {
         d.parallel_connections = 10;
       }},
      {"a flag where there were none",
       head + config + "from='alice'\ngeolocation=1\n",
       head + config + "from='alice'\ngeolocation=1\nflags = { parallel-connections = 10 }\n",
       [](auto& d) {
         d.parallel_connections = 10;
       }},
      {"a flag given as text",
       head + config + "from='alice'\ngeolocation=1\nflags = { parallel-connections = \"10\" }\n",
       "",
       [](auto& d) {
         d.parallel_connections = 10;
       }},
      {"what is not said stays",
       head + config + "from='alice'\ngeolocation=1\nkeyring_backend = \"os\"\nversion = \"min\"\n",
       "",
       [](auto&) {
       }},
      {"what [defaults] says but the table overrides",
       head + config + "from='alice'\ngeolocation=1\nlog_level = \"info\"\n",
       head + config + "from='alice'\ngeolocation=1\nlog_level = \"warn\"\n",
       [](auto& d) {
         d.log_level = "warn";
       }},
  };
  for (const auto& row : rows) {
    for (const bool crlf : {false, true}) {
      ServiceDraft with = draft();
      row.change(with);
      std::string before = file_with(row.before);
      std::string after = file_with(row.after.empty() ? row.before : row.after);
      if (crlf) {
        before = base::replace_all(before, "\n", "\r\n");
        after = base::replace_all(after, "\n", "\r\n");
      }
      EXPECT_EQ(edited(before, with), after) << row.what;
      EXPECT_EQ(edit(before, with)->changed, before != after) << row.what;
    }
  }
}

TEST(AddService, AppendsKeysAtTheVeryEndOfAFileWithoutALastNewline) {
  const std::string file = k_chain +
                           "[[service]]\nname=\"alice-ETH1\"\ntype='provider'\n"
                           "config='p.yml'\nfrom='alice'";
  EXPECT_EQ(edited(file), file + "\ngeolocation = 1\n");
}

TEST(AddService, RefusesWithPlaceAndAdvice) {
  struct Row {
    std::string file;
    std::string words;
  };
  const std::vector<Row> rows{
      {"service = [ { name = \"x\" } ]\n" + k_chain,
       "config.toml:1:11: the services are an inline list"},
      {"service = [ ]\n", "config.toml:1:11: service is an empty list"},
      {"[service]\nname = \"x\"\n", "with double brackets"},
      {"service = 5\n", "with double brackets"},
      {k_chain + "x = \n", "config.toml:4:"},
      {k_chain + "a = \"\xff\"\n", "config.toml:4:6: not UTF-8"},
      {k_chain + "[[service]]\nname='alice-ETH1'\n[[service]]\nname='alice-ETH1'\n",
       "config.toml:6:1: a second service is called"},
      {k_chain + "[[service]]\nname='alice-ETH1'\ntype='cache'\n", "of type 'cache'"},
      {std::string(100, '['), "nested too deeply"},
  };
  for (const auto& row : rows) {
    EXPECT_NE(error_of(row.file).find(row.words), std::string::npos)
        << row.file << "-->" << error_of(row.file);
  }
}

TEST(AddService, RefusesAnotherChainAndUnitsThatAreNotToBeLinked) {
  ServiceDraft with = draft();
  with.chain_id = "lava-mainnet-1";
  EXPECT_NE(error_of(k_chain, with).find("config.toml:2:6: this file is for the chain 'lava'"),
            std::string::npos)
      << error_of(k_chain, with);
  with.chain_id = "";
  with.create_link = true;
  const std::string file = k_chain + "[systemd]\ncreate_link = false\n";
  EXPECT_NE(error_of(file, with).find("config.toml:5:15: units are not linked"), std::string::npos);
}

TEST(AddService, RefusesADraftThatIsNone) {
  ServiceDraft with = draft();
  with.name = "a b";
  EXPECT_NE(error_of(k_chain, with).find("service name"), std::string::npos);
  with = draft();
  with.from = "\xff";
  EXPECT_NE(error_of(k_chain, with).find("not UTF-8"), std::string::npos);
}

/// True when `after` has all lines of `before`, but those of the service itself, in their order.
bool keeps_others(const std::vector<std::string>& others, const std::string& after) {
  std::size_t at = 0;
  for (const std::string& line : others) {
    at = after.find(line, at);
    if (at == std::string::npos) {
      return false;
    }
    at += line.size();
  }
  return true;
}

TEST(AddService, KeepsEveryOtherLineOfFilesMadeAtRandom) {
  std::mt19937 random{20261122};
  const auto pick = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
  };
  const std::vector<std::string> blocks{
      "# a comment ü\n",
      "\n",
      "[systemd] # s\nscope = \"none\"\nunit_dir = '/etc/ü'\n",
      "[defaults]\nuser = \"lava\"\nflags = { a = 1 } # f\n",
      "[binary.sha256]\n\"6.2.5\" = \"00\"\n",
      "[hooks]\npre_upgrade = [ \"a\",\n\t\"b\" ] # list\n",
      "[rollout]\nwindows = []\n   max_parallel   =   2\n",
  };
  const std::vector<std::string> tails{"",
                                       "flags.x = 1\n",
                                       "[service.unit.Service]\nNice = 5\n",
                                       "health = { settle = '1s' }\n",
                                       "[service.flags]\ny = true\n",
                                       "# trailing\n\n"};
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> parts;
    std::vector<std::string> others{k_chain};
    for (const std::string& block : blocks) {
      if (pick(2) == 0) {
        others.push_back(block);
      }
    }
    for (std::size_t index = 0; index < pick(4); ++index) {
      others.push_back("[[service]]\nname = \"s" + std::to_string(index) + "\"\n" +
                       tails[pick(tails.size())]);
    }
    std::shuffle(others.begin(), others.end(), random);
    parts = others;
    if (pick(2) == 0) {
      parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(pick(parts.size() + 1)),
                   "[[service]]\nname = 'alice-ETH1'\nfrom = 'bob'\n" + tails[pick(tails.size())]);
    }
    const bool crlf = pick(2) == 0;
    std::string file = base::join(parts, "");
    if (crlf) {
      file = base::replace_all(file, "\n", "\r\n");
      for (std::string& each : others) {
        each = base::replace_all(each, "\n", "\r\n");
      }
    }
    ServiceDraft with = draft();
    if (pick(2) == 0) {
      with.parallel_connections = static_cast<unsigned>(pick(100));
    }
    const auto result = edit(file, with);
    ASSERT_TRUE(result) << result.error().message << "\n" << file;
    EXPECT_TRUE(keeps_others(others, result->text)) << file << "-->\n" << result->text;
    EXPECT_EQ(crlf, result->text.find("\r\n") != std::string::npos);
    EXPECT_FALSE(edit(result->text, with)->changed) << result->text;
  }
}

}  // namespace
}  // namespace lavavisor::compat
