// Each check a line, its remedy below, the sum at the end; nothing from outside steers a terminal.
// SPDX-License-Identifier: Apache-2.0
#include "view/doctor.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::view {
namespace {

using model::Check;
using model::Verdict;

const std::vector<Check> k_checks = {
    {"chain.endpoint",
     "tcp://127.0.0.1:26657",
     Verdict::ok,
     "height 5, newest block 2s old",
     "",
     ""},
    {"systemd.manager", "systemd", Verdict::problem, "cannot be reached", "start it", "systemctl"},
    {"systemd.unit",
     "a.service",
     Verdict::warning,
     "systemd has not read its file as it is now and so goes by what was there before",
     "reload systemd, or let apply do it with the next pass that changes anything at all",
     ""},
    {"ports.address", "a health.tcp", Verdict::skipped, "in use", "look as root", ""},
};

Screen screen_of(std::size_t width, Colour colour = Colour::no) {
  Screen screen{colour};
  screen.width = width;
  return screen;
}

TEST(DoctorText, HasASectionForEachGroupAndASumAtTheEnd) {
  EXPECT_EQ(doctor_text(k_checks, screen_of(80)),
            "Chain\n"
            "  ok       tcp://127.0.0.1:26657: height 5, newest block 2s old\n"
            "\n"
            "systemd\n"
            "  problem  systemd: cannot be reached\n"
            "           > start it\n"
            "             $ systemctl\n"
            "  warning  a.service: systemd has not read its file as it is now and so goes by\n"
            "           what was there before\n"
            "           > reload systemd, or let apply do it with the next pass that changes\n"
            "             anything at all\n"
            "\n"
            "Ports\n"
            "  skipped  a health.tcp: in use\n"
            "           > look as root\n"
            "\n"
            "1 problem, 1 warning, 1 skipped, 4 checks\n");
}

TEST(DoctorText, SaysThatAllIsWell) {
  const auto text = doctor_text({k_checks[0]}, screen_of(80));
  EXPECT_TRUE(text.ends_with("\n0 problems, 0 warnings, 1 check\n")) << text;
}

TEST(DoctorText, PaintsTheMarksAndBreaksNoCommand) {
  Check check = k_checks[1];
  check.command = "curl -sS https://" + std::string(100, 'a') + " and more";
  const auto text = doctor_text({check}, screen_of(40, Colour::yes));
  EXPECT_NE(text.find("\x1b[31mproblem  \x1b[0m"), std::string::npos) << text;
  EXPECT_NE(text.find(check.command), std::string::npos) << text;
}

TEST(DoctorText, MakesTextsFromOutsideVisible) {
  Check check = k_checks[1];
  check.finding = "it serves '\x1b[2J'\nok";
  const auto text = doctor_text({check}, screen_of(80));
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_EQ(text.find("\nok"), std::string::npos) << text;
}

TEST(DoctorJson, HasTheCountsAndEveryCheck) {
  const auto json = doctor_json({k_checks[1]});
  EXPECT_EQ(json,
            "{\n"
            "  \"ok\": false,\n"
            "  \"problems\": 1,\n"
            "  \"warnings\": 0,\n"
            "  \"skipped\": 0,\n"
            "  \"checks\": [\n"
            "    {\n"
            "      \"id\": \"systemd.manager\",\n"
            "      \"subject\": \"systemd\",\n"
            "      \"verdict\": \"problem\",\n"
            "      \"finding\": \"cannot be reached\",\n"
            "      \"remedy\": \"start it\",\n"
            "      \"command\": \"systemctl\"\n"
            "    }\n"
            "  ]\n"
            "}\n");
}

}  // namespace
}  // namespace lavavisor::view
