// Each family of metrics is filled in by one small function; prometheus-cpp writes them.
// SPDX-License-Identifier: Apache-2.0
#include "view/metrics.hpp"

#include "view/chain.hpp"
#include "view/parts.hpp"
#include "view/service_facts.hpp"
#include "view/visible.hpp"
#include "view/words.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cassert>
#include <concepts>
#include <limits>
#include <string_view>
#include <utility>

namespace lavavisor::view {
namespace {

using prometheus::ClientMetric;

struct Label {
  const char* name;
  std::string value;
};
using Labels = std::vector<Label>;

prometheus::MetricType type_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return prometheus::MetricType::Counter;
    case MetricType::histogram:
      return prometheus::MetricType::Histogram;
    case MetricType::gauge:
    case MetricType::info:
      return prometheus::MetricType::Gauge;
  }
  return prometheus::MetricType::Untyped;
}

ClientMetric labelled(const Labels& labels) {
  ClientMetric metric;
  for (const auto& [name, value] : labels) {
    metric.label.push_back({name, visible(value)});
  }
  return metric;
}

double seconds_of(base::TimePoint at) {
  return std::chrono::duration<double>{at.time_since_epoch()}.count();
}

/// A family for each row of the table, in its order; those that stay empty are not written.
class Families {
 public:
  Families() {
    for (const MetricRow& row : metric_rows()) {
      prometheus::MetricFamily family;
      family.name = row.name;
      family.help = row.help;
      family.type = type_of(row.type);
      m_families.push_back(std::move(family));
    }
  }

  /// A value of the gauge or counter `name`.
  void set(std::string_view name, double value, const Labels& labels = {}) {
    auto metric = labelled(labels);
    auto& family = of(name);
    (family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) =
        value;
    family.metric.push_back(std::move(metric));
  }

  void set(std::string_view name, bool value, const Labels& labels = {}) {
    set(name, value ? 1.0 : 0.0, labels);
  }

  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void set(std::string_view name,
                                                 Number value,
                                                 const Labels& labels = {}) {
    set(name, static_cast<double>(value), labels);
  }

  void set(std::string_view name, const std::optional<base::TimePoint>& at) {
    if (at) {
      set(name, seconds_of(*at));
    }
  }

  void add(std::string_view name, ClientMetric metric) {
    of(name).metric.push_back(std::move(metric));
  }

  std::string text() {
    m_families.erase(std::remove_if(m_families.begin(),
                                    m_families.end(),
                                    [](const auto& family) { return family.metric.empty(); }),
                     m_families.end());
    return prometheus::TextSerializer{}.Serialize(m_families);
  }

 private:
  prometheus::MetricFamily& of(std::string_view name) {
    const auto found = std::find_if(m_families.begin(), m_families.end(), [&](const auto& family) {
      return family.name == name;
    });
    assert(found != m_families.end());
    return *found;
  }

  std::vector<prometheus::MetricFamily> m_families;
};

std::string text_of(const std::optional<bool>& value) {
  return !value ? "" : *value ? "true" : "false";
}

void add_config(Families& out, const Overview& overview) {
  out.set("lavavisor_build_info", true, {{"version", overview.version}});
  out.set("lavavisor_config_info",
          true,
          {{"sha256", overview.desired->config_sha256},
           {"commit", overview.config_commit},
           {"dirty", text_of(overview.config_dirty)}});
}

ClientMetric histogram_of(const PassCounts& passes) {
  ClientMetric metric;
  auto& histogram = metric.histogram;
  for (std::size_t i = 0; i < passes.took.size(); ++i) {
    histogram.sample_count += passes.took.at(i);
    const double bound =
        i < k_pass_bounds.size() ? k_pass_bounds.at(i) : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  histogram.sample_sum = std::chrono::duration<double>{passes.total}.count();
  return metric;
}

void add_passes(Families& out, const Overview& overview) {
  out.set("lavavisor_last_pass_timestamp_seconds", overview.last_pass);
  out.set("lavavisor_last_success_timestamp_seconds", overview.last_success);
  if (!overview.passes) {
    return;
  }
  for (const char* result : {"converged", "changed", "failed", "rolled_back"}) {
    const auto found = overview.passes->results.find(result);
    out.set("lavavisor_passes_total",
            found == overview.passes->results.end() ? 0 : found->second,
            {{"result", result}});
  }
  out.add("lavavisor_pass_duration_seconds", histogram_of(*overview.passes));
  out.set("lavavisor_received_bytes_total", overview.passes->received);
}

template <class Counts, class Key>
std::uint64_t count_in(const Counts& counts, const Key& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void add_totals(Families& out, const model::Totals& totals) {
  for (const char* result : {"converged", "changed", "failed", "rolled_back"}) {
    out.set("lavavisor_runs_total", count_in(totals.runs, result), {{"result", result}});
  }
  out.set("lavavisor_rollbacks_total", count_in(totals.runs, "rolled_back"));
  for (const auto& [what, count] : totals.actions) {
    out.set("lavavisor_actions_total", count, {{"kind", what.first}, {"status", what.second}});
  }
  for (const char* status : {"done", "failed"}) {
    const auto key = std::pair<std::string, std::string>{"install_binary", status};
    out.set("lavavisor_downloads_total", count_in(totals.actions, key), {{"status", status}});
  }
}

void add_plan(Families& out, const Look& look) {
  using Why = model::Held::Why;
  const auto& [observed, plan] = look;
  out.set("lavavisor_converged", is_converged(plan));
  out.set("lavavisor_pending_actions", plan.steps.size());
  out.set("lavavisor_problems",
          std::count_if(plan.notices.begin(), plan.notices.end(), [](const auto& notice) {
            return model::is_problem(notice.kind);
          }));
  for (const Why why : {Why::download_off,
                        Why::fetch_failed,
                        Why::quarantined,
                        Why::outside_window,
                        Why::target_delay,
                        Why::capped,
                        Why::halted,
                        Why::no_downgrade}) {
    out.set("lavavisor_held",
            std::count_if(plan.held.begin(),
                          plan.held.end(),
                          [why](const auto& held) { return held.why == why; }),
            {{"reason", name_of(why)}});
  }
  out.set("lavavisor_quarantined_releases", observed.memory.quarantine.size());
  for (const auto& [release, entry] : observed.memory.quarantine) {
    out.set("lavavisor_quarantined_release_info", true, {{"release", release.name}});
  }
  for (const auto& [release, binary] : observed.binaries) {
    out.set("lavavisor_installed_release_bytes", binary.size, {{"release", release.name}});
  }
}

/// What the release that runs reports; "" = not known.
std::string protocol_of(const std::optional<std::string>& release,
                        const model::Observed& observed) {
  if (!release) {
    return "";
  }
  const auto binary = observed.binaries.find({*release});
  if (binary != observed.binaries.end() && binary->second.record) {
    return model::to_string(binary->second.record->reported);
  }
  const auto remembered = observed.memory.binaries.find({*release});
  return remembered == observed.memory.binaries.end()
             ? ""
             : model::to_string(remembered->second.reported);
}

void add_services(Families& out, const model::Desired& desired, const Look& look) {
  const auto services = service_facts(desired, look.observed, look.plan);
  out.set("lavavisor_compliant",
          std::all_of(services.begin(), services.end(), [](const ServiceFacts& facts) {
            return facts.compliant;
          }));
  for (const ServiceFacts& facts : services) {
    const Labels name{{"service", facts.name}};
    out.set("lavavisor_service_info",
            true,
            {{"service", facts.name},
             {"desired_version", facts.desired_version.value_or("")},
             {"running_version", facts.running_version.value_or("")},
             {"protocol", protocol_of(facts.running_version, look.observed)}});
    out.set("lavavisor_service_enabled", facts.enabled, name);
    out.set("lavavisor_service_healthy", facts.healthy, name);
    out.set("lavavisor_service_compliant", facts.compliant, name);
    out.set("lavavisor_service_converged", facts.drift.empty(), name);
    out.set("lavavisor_service_restarts_total", facts.restarts, name);
  }
}

void add_versions(Families& out, const model::Desired& desired, const ChainFacts& facts) {
  out.set("lavavisor_chain_trusted", facts.trusted);
  out.set("lavavisor_chain_quorum", desired.chain.quorum);
  out.set("lavavisor_chain_agreeing_endpoints", facts.agreed);
  if (!facts.versions) {
    return;
  }
  const auto& [provider, consumer] = *facts.versions;
  out.set("lavavisor_chain_info",
          true,
          {{"chain", facts.id},
           {"provider_target", model::to_string(provider.target)},
           {"provider_min", model::to_string(provider.min)},
           {"consumer_target", model::to_string(consumer.target)},
           {"consumer_min", model::to_string(consumer.min)}});
  out.set("lavavisor_chain_height", facts.height);
  out.set("lavavisor_chain_versions_timestamp_seconds", facts.seen_at);
}

void add_endpoints(Families& out, const model::Observed& observed) {
  const auto& chain = observed.chain;
  for (const auto& verdict : chain.endpoints) {
    const Labels name{{"endpoint", verdict.endpoint}};
    const bool agrees = chain.versions && verdict.said && *chain.versions == *verdict.said;
    out.set("lavavisor_chain_endpoint_up", verdict.said.has_value(), name);
    out.set("lavavisor_chain_endpoint_agrees", agrees, name);
    if (verdict.block_time) {
      const auto age = std::chrono::duration<double>{observed.at - *verdict.block_time};
      out.set("lavavisor_chain_endpoint_height", verdict.height, name);
      out.set("lavavisor_chain_endpoint_block_age_seconds", age.count(), name);
    }
  }
}

}  // namespace

std::string metrics_text(const Overview& overview) {
  const auto& desired = *overview.desired;
  Families out;
  add_config(out, overview);
  add_passes(out, overview);
  if (overview.past) {
    add_totals(out, overview.past->totals);
  }
  if (overview.look) {
    const auto& look = *overview.look;
    add_plan(out, look);
    add_services(out, desired, look);
    add_versions(out, desired, chain_facts(desired, look.observed));
    add_endpoints(out, look.observed);
  }
  return out.text();
}

}  // namespace lavavisor::view
