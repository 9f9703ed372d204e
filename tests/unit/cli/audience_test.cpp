// Several listeners as one.
// SPDX-License-Identifier: Apache-2.0
#include "cli/audience.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

using Told = std::vector<std::string>;

class Named final : public reconcile::Listener {
 public:
  Named(std::string name, Told& told) : m_name{std::move(name)}, m_told{told} {}

  void planned(const model::Observed&, const model::Plan&) override { add("plan"); }
  void step_started(std::size_t index, const model::Step&) override {
    add("start " + std::to_string(index));
  }
  void step_ended(std::size_t index, const model::StepReport&) override {
    add("end " + std::to_string(index));
  }
  void download_progress(const model::Release& release, const ports::FetchProgress&) override {
    add("download " + release.name);
  }
  void gate_moved(const std::string& service, model::Gate) override { add("gate " + service); }

 private:
  void add(const std::string& what) { m_told.push_back(m_name + ": " + what); }

  std::string m_name;
  Told& m_told;
};

TEST(Audience, TellsEachOfItsListenersEverythingInTheirOrder) {
  Told told;
  Named first{"first", told};
  Named second{"second", told};
  Audience audience{{&first, &second}};
  audience.planned({}, {});
  audience.step_started(1, {model::ReloadManager{}, {}, {}});
  audience.download_progress({"6.2.5"}, {});
  audience.gate_moved("a", model::Gate::settling);
  audience.step_ended(1, {});
  EXPECT_EQ(told,
            (Told{"first: plan",
                  "second: plan",
                  "first: start 1",
                  "second: start 1",
                  "first: download 6.2.5",
                  "second: download 6.2.5",
                  "first: gate a",
                  "second: gate a",
                  "first: end 1",
                  "second: end 1"}));
}

}  // namespace
}  // namespace lavavisor::cli
