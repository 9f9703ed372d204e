// A progress bar that fits the terminal.
// SPDX-License-Identifier: Apache-2.0
#include "view/progress.hpp"

#include "base/quantity.hpp"
#include "view/columns.hpp"
#include "view/human.hpp"

#include <algorithm>
#include <chrono>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_min_bar = 12;  // columns, with its brackets
constexpr std::size_t k_max_bar = 42;
constexpr std::size_t k_speed = 13;                 // "  999.9 MiB/s"
constexpr std::size_t k_left = 13;                  // "  59 min left"
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

std::string speed_text(std::uint64_t speed) {
  return speed == 0 ? "" : "  " + base::format_size(speed) + "/s";
}

std::string time_left(std::uint64_t received, std::uint64_t total, std::uint64_t speed) {
  if (speed == 0 || received >= total || (total - received) / speed > k_max_left) {
    return "";
  }
  const auto seconds = static_cast<std::int64_t>((total - received + speed - 1) / speed);
  const auto whole = seconds < 60 ? seconds : seconds / 60 * 60;  // more says what nobody knows
  return "  " + span_text(std::chrono::seconds{whole}) + " left";
}

/// "  12.5 of 150.0 MiB", as wide as it will ever be.
std::string amount_text(std::uint64_t received, std::uint64_t total) {
  const std::string all = base::format_size(total);
  std::string got = base::format_size(received);
  const std::string unit = all.substr(all.find(' '));
  if (got.ends_with(unit) && got.substr(got.find(' ')) == unit) {
    got.resize(got.size() - unit.size());
  }
  return "  " + pad(got + " of " + all, 2 * all.size() - unit.size() + 4);
}

std::string trimmed(const std::string& text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

/// Its fields keep their places while numbers grow, so that the bar stands still.
std::string progress_line(std::string_view name_text,
                          std::uint64_t received,
                          std::optional<std::uint64_t> total,
                          std::uint64_t bytes_per_second,
                          std::size_t width) {
  const std::string name{name_text};
  const std::string speed = speed_text(bytes_per_second);
  if (!total) {
    return cut(name + "  " + base::format_size(received) + speed, width);
  }
  const double part = fraction(received, *total);
  const std::string done = "  " + percent(part);
  const std::string amount = amount_text(received, *total);
  const std::string left = time_left(received, *total, bytes_per_second);
  const std::string whole = done + amount + pad(speed, k_speed) + left;
  const std::size_t taken = display_width(name) + done.size() + amount.size() + k_speed + k_left;
  if (taken + 2 + k_min_bar <= width) {
    return trimmed(name + "  " + bar(part, std::min(width - taken - 2, k_max_bar)) + whole);
  }
  for (const auto& behind : {whole, done + pad(speed, k_speed) + left, done + left}) {
    if (display_width(name) + trimmed(behind).size() <= width) {
      return trimmed(name + behind);
    }
  }
  return cut(name + done, width);
}

}  // namespace lavavisor::view
