// The crash matrix: whatever is pulled out at whatever effect, the next pass ends where an
// undisturbed one does.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"
#include "fakes/host.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace lavavisor::reconcile {
namespace {

using fakes::Host;
using fakes::PowerLoss;
using model::Release;
using std::chrono::minutes;
using std::chrono::seconds;

struct Scenario {
  std::string name;
  std::function<void(Host&)> prepare;  ///< up to the moment at which the settle begins
};

std::unique_ptr<Host> settled_fleet() {
  auto host = std::make_unique<Host>(fakes::desired_with({"a", "b", "c"}));
  host->machine.publish("6.1.0", "6.1.0");
  host->machine.publish("6.2.5", "6.2.5");
  return host;
}

void run_old(Host& host) {
  host.settle();
  host.machine.advance(minutes{5});
}

void ask_for_new(Host& host) {
  run_old(host);
  host.machine.chain.target = "6.2.5";
}

void drift(Host& host) {
  run_old(host);
  auto& machine = host.machine;
  machine.edit_unit("a", *machine.units.at("a").text + "# by hand\n");
  machine.units.at("b").config = "endpoints: [by hand]\n";
  machine.units.at("b").enabled = false;
  machine.units.at("c").linked = false;
  machine.stop("c");
  machine.link.release.reset();
  machine.binaries.erase(Release{"6.1.0"});
}

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> k_all = {
      {"a fresh installation",
       [](Host&) {
       }},
      {"an upgrade", ask_for_new},
      {"an upgrade to what is built, as it can't be downloaded",
       [](Host& host) {
         ask_for_new(host);
         host.desired.binary.method = model::Method::automatic;
         host.machine.published.erase(Release{"6.2.5"});
         host.machine.sources[Release{"6.2.5"}] = {{"6.2.5"}, "", ""};
       }},
      {"an upgrade of two at once with hooks",
       [](Host& host) {
         host.desired.rollout.max_parallel = 2;
         host.desired.hooks.pre_upgrade = {"/bin/before"};
         host.desired.hooks.post_upgrade = {"/bin/after"};
         ask_for_new(host);
       }},
      {"an upgrade that prunes",
       [](Host& host) {
         host.desired.binary.keep = 0;
         ask_for_new(host);
         host.settle();
         host.machine.advance(minutes{5});
         host.machine.publish("6.2.6", "6.2.6");
         host.machine.chain.target = "6.2.6";
       }},
      {"a rollback",
       [](Host& host) {
         host.machine.publish("6.2.5", "6.2.5", {.lives = seconds{1}});
         ask_for_new(host);
       }},
      {"a rollback of a release that never starts",
       [](Host& host) {
         host.machine.publish("6.2.5", "6.2.5", {.starts = false});
         ask_for_new(host);
       }},
      {"a service that left",
       [](Host& host) {
         run_old(host);
         host.desired.services.erase(host.desired.services.begin() + 1);
       }},
      {"a service that came",
       [](Host& host) {
         run_old(host);
         host.desired.services.push_back(fakes::provider("d"));
       }},
      {"a changed flag and a changed YAML",
       [](Host& host) {
         run_old(host);
         host.desired.services[0].flags = {{"parallel-connections", "10"}};
         host.desired.services[2].config_text += "# new\n";
       }},
      {"a service switched off",
       [](Host& host) {
         run_old(host);
         host.desired.services[0].enabled = false;
       }},
      {"drift of every kind", drift},
      {"a unit taken over",
       [](Host& host) {
         run_old(host);
         host.machine.edit_unit("b", "[Service]\n[X-Lavavisor]\nRelease=6.1.0\n");
         host.machine.units.at("b").foreign = "others made it";
         host.desired.services[1].adopt = base::sha256_hex(*host.machine.units.at("b").text);
       }},
      {"a unit removed under a running service",
       [](Host& host) {
         run_old(host);
         host.machine.units.at("b") = {};
       }},
  };
  return k_all;
}

std::unique_ptr<Host> prepared(const Scenario& scenario) {
  auto host = settled_fleet();
  scenario.prepare(*host);
  return host;
}

/// Settle, cut short where that was ordered; true when it came to its end.
bool settle_unless_cut(Host& host) {
  try {
    host.settle();
    return true;
  } catch (const PowerLoss&) {
    host.machine.no_power_loss();
    return false;
  }
}

std::string down_services(const Host& host) {
  std::string down;
  for (const auto& service : host.desired.services) {
    const auto unit = host.machine.manager.find(service.name);
    const bool runs = unit != host.machine.manager.end() && unit->second.process;
    if (runs != service.enabled) {
      down += service.name + " ";
    }
  }
  return down;
}

/// What lasts in the end: the fleet a little later, when restarts have happened.
std::string end_state(Host& host) {
  host.machine.advance(seconds{10});
  return host.machine.snapshot();
}

struct Reference {
  std::string state;
  std::size_t effects = 0;
};

Reference undisturbed(const Scenario& scenario) {
  const auto host = prepared(scenario);
  host->settle();
  const std::size_t effects = host->machine.effects().size();
  EXPECT_TRUE(host->is_converged()) << scenario.name;
  EXPECT_EQ(down_services(*host), "") << scenario.name;
  return {end_state(*host), effects};
}

void expect_same_end(Host& host, const Reference& reference) {
  EXPECT_EQ(end_state(host), reference.state);
  EXPECT_EQ(testing::PrintToString(fakes::words(host.plan())), "{}");
  EXPECT_TRUE(host.is_converged());
  EXPECT_EQ(down_services(host), "");
}

enum class Cut { power, process };

void cut_at_every_effect(Cut what) {
  for (const auto& scenario : scenarios()) {
    const auto reference = undisturbed(scenario);
    ASSERT_GT(reference.effects, 0U) << scenario.name;
    for (std::size_t k = 0; k < reference.effects; ++k) {
      const auto host = prepared(scenario);
      host->machine.power_loss_after(k);
      ASSERT_FALSE(settle_unless_cut(*host)) << scenario.name << ", effect " << k;
      SCOPED_TRACE(scenario.name + ", cut before effect " + std::to_string(k) +
                   (k > 0 ? ", after '" + host->machine.effects().back() + "'" : ""));
      if (what == Cut::power) {
        host->machine.boot();
      }
      host->machine.advance(minutes{1});
      host->settle();
      expect_same_end(*host, reference);
    }
  }
}

TEST(CrashMatrix, EndsTheSameAfterAPowerCutBeforeEachEffect) {
  cut_at_every_effect(Cut::power);
}

TEST(CrashMatrix, EndsTheSameAfterAKillBeforeEachEffect) {
  cut_at_every_effect(Cut::process);
}

TEST(CrashMatrix, EndsTheSameAfterTwoPowerCuts) {
  for (const auto& scenario : scenarios()) {
    const auto reference = undisturbed(scenario);
    for (std::size_t k = 0; k < reference.effects; k += 2) {
      const auto host = prepared(scenario);
      SCOPED_TRACE(scenario.name + ", cuts after effects " + std::to_string(k) + " and one more");
      host->machine.power_loss_after(k);
      settle_unless_cut(*host);
      host->machine.boot();
      host->machine.advance(minutes{1});
      host->machine.power_loss_after(1);
      settle_unless_cut(*host);
      host->machine.boot();
      host->machine.advance(minutes{1});
      host->settle();
      expect_same_end(*host, reference);
    }
  }
}

TEST(CrashMatrix, ConvergesAfterEachEffectFailedOnce) {
  for (const auto& scenario : scenarios()) {
    const auto reference = undisturbed(scenario);
    for (std::size_t k = 0; k < reference.effects; ++k) {
      const auto host = prepared(scenario);
      host->machine.fail_after(k, "no space left on device");
      host->settle();
      ASSERT_TRUE(host->machine.has_failed()) << scenario.name << ", effect " << k;
      SCOPED_TRACE(scenario.name + ", failed effect " + std::to_string(k));
      host->machine.advance(minutes{1});
      host->settle();
      const bool blamed = !host->machine.memory.quarantine.empty() &&
                          reference.state.find("quarantined") == std::string::npos;
      if (blamed) {  // the failed effect was a restart of the upgrade: that is its gate
        EXPECT_TRUE(host->is_converged());
        EXPECT_EQ(down_services(*host), "");
      } else {
        expect_same_end(*host, reference);
      }
    }
  }
}

TEST(CrashMatrix, EachServiceIsStartedOnceAndOnceMoreToGoBack) {
  for (const auto& scenario : scenarios()) {
    const auto host = prepared(scenario);
    std::map<std::string, unsigned> jobs;
    host->settle();
    for (const auto& line : host->machine.effects()) {
      const auto blank = line.find(' ');
      const auto verb = line.substr(0, blank);
      if (verb == "restart" || verb == "start") {
        ++jobs[line.substr(blank + 1)];
      }
    }
    const bool rolls_back = scenario.name.find("rollback") != std::string::npos;
    for (const auto& [name, count] : jobs) {
      EXPECT_LE(count, rolls_back ? 2U : 1U) << scenario.name << ": " << name;
    }
  }
}

}  // namespace
}  // namespace lavavisor::reconcile
