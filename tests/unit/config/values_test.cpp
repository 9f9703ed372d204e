// Rows of good and bad values: windows, endpoints, URLs, addresses, names.
// SPDX-License-Identifier: Apache-2.0
#include "config/names.hpp"
#include "config/url.hpp"
#include "config/window.hpp"
#include "support.hpp"

namespace lavavisor::config {
namespace {

using std::chrono::minutes;

TEST(Window, IsReadAsDaysAndMinutes) {
  struct Row {
    std::string text;
    unsigned days;
    int from;
    int to;
  };
  const std::vector<Row> rows{
      {"02:00-04:00", 0b1111111, 120, 240},
      {"Mon-Fri 02:00-04:00", 0b0011111, 120, 240},
      {"Sat,Sun 22:00-02:00", 0b1100000, 1320, 120},
      {"Fri-Mon 00:00-24:00", 0b1110001, 0, 1440},
      {"Sun 23:59-00:00", 0b1000000, 1439, 0},
      {"Mon, Wed-Thu 01:00-02:00", 0b0001101, 60, 120},
      {"Tue-Mon 01:00-02:00", 0b1111111, 60, 120},
      {"  Mon-Mon  01:00-02:00 ", 0b0000001, 60, 120},
  };
  for (const Row& row : rows) {
    const auto window = parse_window(row.text);
    ASSERT_TRUE(window) << row.text << ": " << window.error().message;
    EXPECT_EQ(
        *window,
        (model::Window{
            row.text, static_cast<std::uint8_t>(row.days), minutes{row.from}, minutes{row.to}}));
  }
}

TEST(Window, IsRefusedWhenItIsNone) {
  for (const char* const text : {"",
                                 "Mon",
                                 "mon 02:00-04:00",
                                 "Monday 02:00-04:00",
                                 "Mon-Fri",
                                 "02:00",
                                 "02:00-",
                                 "-04:00",
                                 "2:00-04:00",
                                 "02:00-04:00 UTC",
                                 "02:00-04:00-05:00",
                                 "24:00-24:00",
                                 "25:00-26:00",
                                 "02:00-02:00",
                                 "Mon,,Tue 02:00-04:00",
                                 "Mon- 02:00-04:00",
                                 ", 02:00-04:00",
                                 "02:00 - 04:00",
                                 "0x:00-04:00"}) {
    EXPECT_FALSE(parse_window(text)) << text;
  }
}

TEST(Endpoint, BecomesAUrlToAsk) {
  using model::EndpointKind;
  struct Row {
    std::string text;
    EndpointKind kind;
    std::string url;
    std::string name = {};  // in messages; "" = as it is written
  };
  const std::vector<Row> rows{
      {"tcp://127.0.0.1:26657", EndpointKind::rpc, "http://127.0.0.1:26657"},
      {"HTTPS://RPC.Example/Token/", EndpointKind::rpc, "https://rpc.example/Token"},
      {"https://user:pa%20ss@h:443",
       EndpointKind::rpc,
       "https://user:pa%20ss@h:443",
       "https://h:443"},
      {"https://h/?key=1", EndpointKind::rpc, "https://h/?key=1"},
      {"http://[::1]:26657", EndpointKind::rpc, "http://[::1]:26657"},
      {"rest+http://h:1317", EndpointKind::rest, "http://h:1317"},
      {"rest+https://h///", EndpointKind::rest, "https://h"},
  };
  for (const Row& row : rows) {
    const auto endpoint = parse_endpoint(row.text);
    ASSERT_TRUE(endpoint) << row.text << ": " << endpoint.error().message;
    EXPECT_EQ(*endpoint,
              (model::Endpoint{row.name.empty() ? row.text : row.name, row.kind, row.url}));
  }
}

TEST(Endpoint, IsRefusedWhenItIsNone) {
  for (const char* const text : {"",
                                 "h",
                                 "h:26657",
                                 "://h",
                                 "tcp://",
                                 "tcp://h",
                                 "tcp://h:",
                                 "tcp://h:0",
                                 "tcp://h:65536",
                                 "tcp://h:1x",
                                 "tcp://:26657",
                                 "ws://h:1",
                                 "http://h i",
                                 "http://h\n",
                                 "http://\xc3\xa9",
                                 "http://[::1",
                                 "http://::1",
                                 "http://h_<>",
                                 "http://h/#f",
                                 "rest+http://h?x",
                                 "http://@",
                                 "http://a@b@/"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

TEST(HostPort, IsTakenApart) {
  struct Row {
    std::string text;
    HostPort at;
  };
  for (const Row& row : {Row{":2224", {"", "2224"}},
                         Row{"0.0.0.0:1", {"0.0.0.0", "1"}},
                         Row{"LocalHost:65535", {"localhost", "65535"}},
                         Row{"[::1]:80", {"::1", "80"}},
                         Row{"[::]:80", {"::", "80"}}}) {
    const auto parsed = parse_host_port(row.text);
    ASSERT_TRUE(parsed) << row.text;
    EXPECT_EQ(*parsed, row.at) << row.text;
  }
  for (const char* const text : {"",
                                 "h",
                                 "h:",
                                 ":",
                                 "h:0",
                                 "h:-1",
                                 "h:65536",
                                 "::1:80",
                                 "a b:1",
                                 "http://h:1",
                                 "[::1]",
                                 "h:1/",
                                 "[::1]x:80"}) {
    EXPECT_FALSE(parse_host_port(text)) << text;
  }
}

TEST(Template, MayBePlainHttpOnTheOwnHostOnly) {
  for (const char* const text : {"https://h/{version}/{os}-{arch}",
                                 "http://localhost/{version}",
                                 "http://127.255.0.1:1/{version}",
                                 "http://[::1]/x"}) {
    EXPECT_TRUE(check_template(text)) << text;
  }
  for (const char* const text : {"http://h/{version}",
                                 "http://localhost.evil/",
                                 "http://127.0.0.1@evil/",
                                 "http://127.1/",
                                 "http://localhost@evil.example/",
                                 "http://127.0.0.1.nip.io/",
                                 "http://{version}/",
                                 "https://h/{Version}",
                                 "https://h/{",
                                 "https://h/}",
                                 "https://h/{}",
                                 "file:///x",
                                 "/x"}) {
    EXPECT_FALSE(check_template(text)) << text;
  }
}

TEST(Names, ThatFitIntoUnitsAreTaken) {
  for (const std::string& name : {std::string{"a"},
                                  std::string{"provider-eth1"},
                                  std::string{"A:b_c.d-e"},
                                  std::string{"9"},
                                  std::string(200, 'n')}) {
    EXPECT_TRUE(check_service_name(name)) << name;
  }
  for (const std::string& name : {std::string{},
                                  std::string{"."},
                                  std::string{".."},
                                  std::string{"a/b"},
                                  std::string{"../a"},
                                  std::string{"a..b"},
                                  std::string{"a b"},
                                  std::string{"a\tb"},
                                  std::string{"a@b"},
                                  std::string{"-a"},
                                  std::string{".a"},
                                  std::string{"a.service"},
                                  std::string{"a\\b"},
                                  std::string{"\xc3\xa9"},
                                  std::string{"a\0b", 3},
                                  std::string(201, 'n')}) {
    EXPECT_FALSE(check_service_name(name)) << name;
  }
}

TEST(Names, OfFlagsVariablesAndUnitKeysAreChecked) {
  EXPECT_TRUE(check_flag("metrics-listen-address") && check_flag("reward_x") && check_flag("9"));
  EXPECT_FALSE(check_flag("") || check_flag("-x") || check_flag("a=b") || check_flag("from"));
  EXPECT_TRUE(check_variable("_A1") && check_variable("a"));
  EXPECT_FALSE(check_variable("") || check_variable("1A") || check_variable("A=B") ||
               check_variable("LAVAVISOR_UNIT"));
  EXPECT_TRUE(check_unit_section("Install") && check_unit_section("X-Site"));
  EXPECT_FALSE(check_unit_section("Timer") || check_unit_section("X-Lavavisor") ||
               check_unit_section("X-a]\n[Service"));
  EXPECT_TRUE(check_unit_key("Service", "ExecStartPre") && check_unit_key("Unit", "Type"));
  EXPECT_FALSE(check_unit_key("Service", "ExecStart") || check_unit_key("Service", "Type") ||
               check_unit_key("Service", "") || check_unit_key("Service", "A=b"));
}

TEST(Names, OfProgramsAreThoseThatSystemdRuns) {
  for (const std::string& word : {std::string{"lavap"},
                                  std::string{"/opt/lavap"},
                                  std::string{"/usr/bin/socat"},
                                  std::string{"/opt/a b/50% of $HOME;#~"},
                                  std::string{"socat"},
                                  std::string{"~x"},
                                  "/" + std::string(255, 'n')}) {
    EXPECT_TRUE(check_program(word)) << word;
  }
  for (const std::string& word : {std::string{},
                                  std::string{"-/bin/false"},  // failure ignored
                                  std::string{"@/bin/sh"},     // another argv[0]
                                  std::string{":/bin/echo"},   // no variables
                                  std::string{"+/bin/sh"},     // as root, whoever User= is
                                  std::string{"!/bin/sh"},     // the same, nearly
                                  std::string{"+sh"},
                                  std::string{";"},      // the end of a command
                                  std::string{"$HOME"},  // gone, and the next word in its place
                                  std::string{"bin/sh"},
                                  std::string{"./sh"},
                                  std::string{"."},
                                  std::string{".."},
                                  std::string{"/"},
                                  std::string{"/bin/"},
                                  std::string{"/bin/a\"b"},
                                  std::string{"/bin/o'brien"},
                                  std::string{"/bin/a\\b"},
                                  std::string{"/bin/\x1b[31m"},
                                  std::string{"/bin/a\tb"},
                                  std::string{"/bin/\x7f"},
                                  "/" + std::string(256, 'n'),
                                  std::string(256, 'n')}) {
    EXPECT_FALSE(check_program(word)) << word;
  }
}

TEST(Texts, AreOneLineThatAUnitCanHold) {
  for (const std::string& text :
       {std::string{},
        std::string{"\t\x1b\x7f"},
        std::string{"\xef\xb7\x8f\xef\xb7\xb0"},          // beside U+FDD0..U+FDEF
        std::string{"\xef\xbf\xbd\xef\xbb\xbf"},          // U+FFFD, U+FEFF
        std::string{"\xf0\x9f\xbf\xbd\xf0\xa0\x80\x80"},  // beside U+1FFFE
        std::string{"\xe6\xbf\xbf\xf0\x90\xbf\xbf"}}) {   // U+6FFF, U+10FFF
    EXPECT_TRUE(check_text(text)) << text;
  }
  for (const std::string& text : {std::string{"a\0b", 3},
                                  std::string{"a\nExecStart=/bin/sh"},
                                  std::string{"a\rb"},
                                  std::string{"\xef\xbf\xbe"},
                                  std::string{"a\xef\xbf\xbf"},
                                  std::string{"\xef\xb7\x90"},
                                  std::string{"\xef\xb7\xaf"},
                                  std::string{"\xf0\x9f\xbf\xbe"},
                                  std::string{"\xf4\x8f\xbf\xbf"}}) {
    EXPECT_FALSE(check_text(text)) << text;
  }
}

TEST(Texts, OfUnitKeysEndInNoBackslashThatJoinsTheNextLine) {
  EXPECT_TRUE(check_unit_value("") && check_unit_value("a\\ b") && check_unit_value("a\\\\"));
  EXPECT_FALSE(check_unit_value("\\") || check_unit_value("a\\") || check_unit_value("a\\\\\\"));
}

}  // namespace
}  // namespace lavavisor::config
