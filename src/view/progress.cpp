// A progress bar that fits the terminal.
// SPDX-License-Identifier: Apache-2.0
#include "view/progress.hpp"

#include "base/quantity.hpp"

#include <algorithm>
#include <chrono>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_min_bar = 12;  // columns, with its brackets
constexpr std::size_t k_max_bar = 42;
constexpr std::uint64_t k_max_left = 99ULL * 3600;  // seconds; longer says nothing

double fraction(std::uint64_t received, std::uint64_t total) {
  return total == 0 ? 1.0
                    : std::min(1.0, static_cast<double>(received) / static_cast<double>(total));
}

std::string bar(double part, std::size_t width) {
  const std::size_t inside = width - 2;
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(inside));
  std::string line(filled, '=');
  line += filled < inside ? ">" : "";
  line.resize(inside, ' ');
  return "[" + line + "]";
}

std::string percent(double part) {
  const std::string number = std::to_string(static_cast<int>(part * 100));
  return std::string(number.size() < 3 ? 3 - number.size() : 0, ' ') + number + " %";
}

std::string time_left(std::uint64_t received, std::uint64_t total, std::uint64_t speed) {
  if (speed == 0 || received >= total || (total - received) / speed > k_max_left) {
    return "";
  }
  const auto seconds = static_cast<std::int64_t>((total - received + speed - 1) / speed);
  return "  " + base::format_duration(std::chrono::seconds{seconds}) + " left";
}

}  // namespace

std::string progress_line(const model::Release& release,
                          std::uint64_t received,
                          std::optional<std::uint64_t> total,
                          std::uint64_t bytes_per_second,
                          std::size_t width) {
  const std::string speed = "  " + base::format_size(bytes_per_second) + "/s";
  if (!total) {
    return (release.name + "  " + base::format_size(received) + speed).substr(0, width);
  }
  const double part = fraction(received, *total);
  const std::string amount =
      "  " + base::format_size(received) + " of " + base::format_size(*total);
  const std::string behind =
      "  " + percent(part) + amount + speed + time_left(received, *total, bytes_per_second);
  const std::size_t taken = release.name.size() + behind.size() + 2;
  const std::size_t room = width > taken ? std::min(width - taken, k_max_bar) : 0;
  const std::string between = room < k_min_bar ? "" : "  " + bar(part, room);
  return (release.name + between + behind).substr(0, width);
}

}  // namespace lavavisor::view
