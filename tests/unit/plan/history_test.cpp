// Every target and min that Lava's chain really had, walked in order by one host.
// SPDX-License-Identifier: Apache-2.0
#include "fakes/host.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace lavavisor::plan {
namespace {

using fakes::Host;
using model::Release;

struct Pair {
  std::string target;
  std::string min;
  bool has_tag = true;
};

std::vector<Pair> real_pairs() {
  std::ifstream file{LAVAVISOR_FIXTURES "/lava/lava_target_min_history.tsv"};
  std::vector<Pair> pairs;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields{line};
    std::string date;
    std::string commit;
    Pair pair;
    std::string tag;
    if (line.starts_with("20") && fields >> date >> commit >> pair.target >> pair.min >> tag) {
      pair.has_tag = tag == "yes";
      pairs.push_back(pair);
    }
  }
  return pairs;
}

/// Tags whose binary prints another version than their name.
std::map<std::string, std::string> misnamed_tags() {
  std::ifstream file{LAVAVISOR_FIXTURES "/lava/lava_tag_vs_reported_version.txt"};
  std::map<std::string, std::string> reports;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields{line};
    std::string tag;
    std::string verb;
    std::string version;
    if (line.starts_with('v') && fields >> tag >> verb >> version) {
      reports[tag.substr(1)] = version;
    }
  }
  return reports;
}

std::string reported_by(const std::string& release) {
  static const auto k_misnamed = misnamed_tags();
  const auto found = k_misnamed.find(release);
  return found == k_misnamed.end() ? release : found->second;
}

Release running(const Host& host) {
  return host.machine.manager.at("a").process->release;
}

/// One step of the walk: follow the pair, stay compliant, and rest afterwards.
void follow(Host& host, const Pair& pair) {
  SCOPED_TRACE(pair.target + "/" + pair.min);
  host.machine.chain.target = pair.target;
  host.machine.chain.min = pair.min;
  host.machine.advance(std::chrono::hours{1});
  host.settle();
  const auto reported = model::parse_version(reported_by(running(host).name));
  EXPECT_GE(*reported, *model::parse_version(pair.min)) << running(host).name;
  const auto pid = host.machine.manager.at("a").process->pid;
  host.settle();
  EXPECT_EQ(host.deeds(), std::vector<std::string>{});
  EXPECT_EQ(host.machine.manager.at("a").process->pid, pid);
}

Host& prepared(Host& host) {
  host.desired.services[0].health.settle = std::chrono::seconds{1};
  for (const auto& pair : real_pairs()) {
    if (pair.has_tag) {
      host.machine.publish(pair.target, reported_by(pair.target));
    }
  }
  for (const auto& [tag, version] : misnamed_tags()) {
    host.machine.publish(tag, version);
  }
  return host;
}

TEST(RealHistory, HasAllItsPairs) {
  EXPECT_EQ(real_pairs().size(), 91U);
  EXPECT_EQ(misnamed_tags().size(), 48U);
}

TEST(RealHistory, IsFollowedWithoutEverFallingBelowMinOrRestartingTwice) {
  Host host{fakes::desired_with({"a"})};
  for (const auto& pair : real_pairs()) {
    follow(prepared(host), pair);
  }
  EXPECT_EQ(running(host), Release{"6.2.5"});
}

TEST(RealHistory, TargetsWithoutATagAreServedByTheReleaseThatIsNamedForThem) {
  Host host{fakes::desired_with({"a"})};
  host.desired.binary.releases[*model::parse_version("4.2.8")] = Release{"5.0.0"};
  for (const auto& pair : real_pairs()) {
    follow(prepared(host), pair);
    if (pair.target == "4.2.8") {
      EXPECT_EQ(running(host), Release{"5.0.0"});
    }
    if (pair.target == "0.30.4") {
      EXPECT_EQ(running(host), Release{"0.30.3"}) << "nothing reports it: what runs stays";
    }
  }
}

TEST(RealHistory, EachPairIsReachedFromNothing) {
  for (const auto& pair : real_pairs()) {
    if (!pair.has_tag) {
      continue;
    }
    Host host{fakes::desired_with({"a"})};
    follow(prepared(host), pair);
    EXPECT_EQ(running(host), Release{pair.target});
  }
}

}  // namespace
}  // namespace lavavisor::plan
