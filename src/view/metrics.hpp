// What Prometheus is told of a host.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/overview.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {

enum class MetricType { gauge, counter, histogram, info };

/// One row of the table of metrics, as the manual page lists them.
struct MetricRow {
  std::string_view name;
  MetricType type;
  std::string_view unit;    ///< seconds, bytes; "" = a count, a state or an info
  std::string_view labels;  ///< their names, with ", " between them; "" = none
  std::string_view help;
};

/// Every metric there is.
const std::vector<MetricRow>& metric_rows();

/// The media type of the exposition format.
inline constexpr std::string_view k_metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// The text exposition format (prometheus.io/docs/instrumenting/exposition_formats). What is not
/// known is left out, and with `overview.passes` none everything that counts in one process.
std::string metrics_text(const Overview& overview);

}  // namespace lavavisor::view
