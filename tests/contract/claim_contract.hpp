// What every BinaryStore promises of claims; run on the fake and on the real one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/binaries.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stop_token>

namespace lavavisor::contract {

/// `World` has a store(), an inventory() and a directory(), and can place(release, content) a
/// binary as people do and remove(release) it.
template <class World>
class ClaimContract : public testing::Test {
 protected:
  base::Result<ports::Claimed> claim(const model::Release& release, bool stopped = false) {
    std::stop_source stop;
    if (stopped) {
      stop.request_stop();
    }
    return world.store().claim(world.directory(), release, stop.get_token());
  }

  /// What a plan that is made now sees.
  std::optional<base::FileStamp> seen(const model::Release& release) {
    const auto installed = world.inventory().installed(world.directory());
    for (const auto& file : installed.value()) {
      if (file.release == release) {
        return file.stamp;
      }
    }
    return std::nullopt;
  }

  World world;
};

TYPED_TEST_SUITE_P(ClaimContract);

TYPED_TEST_P(ClaimContract, IsHadByOneAtATime) {
  {
    const auto first = this->claim({"6.2.5"});
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(this->claim({"6.2.6"})) << "another release is nobody's";
    const auto second = this->claim({"6.2.5"}, true);
    ASSERT_FALSE(second);
    EXPECT_TRUE(second.error().message.starts_with("release 6.2.5: interrupted while another "))
        << second.error().message;
  }
  EXPECT_TRUE(this->claim({"6.2.5"}, true)) << "a stop ends waiting only";
}

TYPED_TEST_P(ClaimContract, TellsWhetherWhatStandsThereIsWhatAPlanSaw) {
  struct Row {
    const char* before;     ///< what the plan sees; "" = nothing
    const char* meanwhile;  ///< what is placed then; "" = nothing
    bool same;
  };
  for (const Row& row : {Row{"", "", true},
                         Row{"", "good", false},
                         Row{"damaged", "", true},
                         Row{"damaged", "good", false},
                         Row{"damaged", "damaged", false}}) {
    this->world.remove({"6.2.5"});
    if (*row.before != '\0') {
      this->world.place({"6.2.5"}, row.before);
    }
    const auto plan_saw = this->seen({"6.2.5"});
    EXPECT_EQ(plan_saw.has_value(), *row.before != '\0');
    if (*row.meanwhile != '\0') {
      this->world.place({"6.2.5"}, row.meanwhile);
    }
    const auto claimed = this->claim({"6.2.5"});
    ASSERT_TRUE(claimed);
    EXPECT_EQ(claimed->installed == plan_saw, row.same) << row.before << ", " << row.meanwhile;
    EXPECT_EQ(claimed->installed, this->seen({"6.2.5"}));
  }
}

REGISTER_TYPED_TEST_SUITE_P(ClaimContract,
                            IsHadByOneAtATime,
                            TellsWhetherWhatStandsThereIsWhatAPlanSaw);

}  // namespace lavavisor::contract
