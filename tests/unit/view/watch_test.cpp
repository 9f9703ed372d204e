// The page of `status --watch`, and what counts as a change.
// SPDX-License-Identifier: Apache-2.0
#include "view/watch.hpp"

#include "scene.hpp"
#include "view/columns.hpp"
#include "view/status.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lavavisor::view {
namespace {

std::vector<std::string> page(const Scene& s, const Screen& screen, std::size_t rows) {
  return watch_page(s.desired, s.observed, s.plan, "", screen, rows);
}

std::string essence(const Scene& s) {
  return watch_essence(s.desired, s.observed, s.plan);
}

TEST(WatchPage, BeginsWithFileNetworkAndTime) {
  Scene scene = converged_scene();
  scene.desired.file = "/etc/lavavisor/config.toml";
  Screen screen;
  screen.width = 72;
  const auto lines = page(scene, screen, 24);
  EXPECT_EQ(lines[0], "/etc/lavavisor/config.toml on lava-testnet-2                08:00:00 UTC");
  EXPECT_EQ(lines[1], "");
  EXPECT_TRUE(lines[2].starts_with("Chain lava-testnet-2: ")) << lines[2];
}

TEST(WatchPage, SaysWhatIsWrongWithTheFile) {
  const Scene s = converged_scene();
  EXPECT_EQ(watch_page(s.desired, s.observed, s.plan, "broken", Colour::no, 24)[1], "broken");
}

TEST(WatchPage, FitsTheTerminalAndCountsTheRest) {
  Screen screen;
  for (std::size_t width = 20; width < 120; width += 9) {
    screen.width = width;
    const auto lines = page(upgrade_scene(), screen, 10);
    ASSERT_EQ(lines.size(), 10U);
    for (const auto& line : lines) {
      EXPECT_LE(display_width(line), width) << line;
    }
    EXPECT_TRUE(lines.back().starts_with("... ")) << lines.back();
  }
}

TEST(WatchEssence, ChangesOnlyWithWhatMatters) {
  const std::string before = essence(upgrade_scene());
  Scene scene = upgrade_scene();
  scene.observed.at = at(60);
  scene.observed.chain.height += 12;
  EXPECT_EQ(essence(scene), before);
  scene.observed.units["provider-eth1"].service->restarts = 1;
  EXPECT_NE(essence(scene), before);
  scene = upgrade_scene();
  scene.observed.chain.versions->provider.target = {6, 3, 0};
  EXPECT_NE(essence(scene), before);
}

TEST(WatchEssence, IsTheSameWhileAChainStaysStale) {
  Scene one = last_known_scene();
  Scene other = last_known_scene();
  one.observed.chain.versions = base::fail("its newest block is 312s old");
  one.plan.notices[0].detail = "its newest block is 312s old";
  EXPECT_EQ(essence(one), essence(other));
}

TEST(OnOneLine, KeepsTheDocument) {
  const Scene s = converged_scene();
  const auto line = on_one_line(status_json(s.desired, s.observed, s.plan));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_TRUE(line.starts_with("{\"chain\": {\"id\": \"lava-testnet-2\",")) << line;
}

}  // namespace
}  // namespace lavavisor::view
