// How long is a plan made for a host of 1 to 10,000 services that all are as they should be? Google
// Benchmark fits the time to the number of services (BigO) and prints the time of one.
// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"
#include "unit/plan/scene.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace lavavisor::plan {
namespace {

struct Host {
  model::Desired desired;
  model::Observed observed;
};

Host host_with(std::int64_t services) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < services; ++i) {
    names.push_back("provider-" + std::to_string(i));
  }
  Host host{fakes::desired_with(names), testing_scene::world("6.2.4", "5.5.0")};
  testing_scene::install(host.observed, "6.2.4", "6.2.4");
  host.observed.link.release = model::Release{"6.2.4"};
  const auto unit = testing_scene::run(host.observed, host.desired, names.front(), "6.2.4");
  for (const auto& service : host.desired.services) {
    auto& same = host.observed.units[service.name] = unit;
    same.file.text = unit_text(host.desired, service, model::Release{"6.2.4"});
    same.file.config_sha256 = base::sha256_hex(service.config_text);
    same.service->process->unit_digest = digest_in(*same.file.text);
  }
  return host;
}

void no_op_plan(benchmark::State& state) {
  const Host host = host_with(state.range(0));
  for (auto _ : state) {
    const auto plan = make_plan(host.desired, host.observed);
    if (!plan.steps.empty()) {
      state.SkipWithError("the host is not converged");
      break;
    }
    benchmark::DoNotOptimize(plan);
  }
  state.SetComplexityN(state.range(0));
  state.counters["per service"] = benchmark::Counter(
      static_cast<double>(state.range(0)),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK(no_op_plan)
    ->RangeMultiplier(10)
    ->Range(1, 10'000)
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oN);

}  // namespace
}  // namespace lavavisor::plan

BENCHMARK_MAIN();
