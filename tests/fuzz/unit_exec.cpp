// Fuzzes unit texts against systemd's own parser: what it would execute is what was meant. The
// words of a command line stand before a line "---", then variables NAME=value, then the directory;
// words and variables are separated by NUL. SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/names.hpp"
#include "fuzz/fuzz.hpp"
#include "plan/unit_text.hpp"
#include "support/systemd_parser.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace lavavisor;

using Words = std::vector<std::string>;

const model::Release k_release{"6.2.5"};

support::SystemdParser& parser() {
  static const auto opened = support::SystemdParser::open();
  if (!opened) {
    std::exit(77);  // skipped
  }
  return *opened;
}

/// As a configuration makes it: the text is UTF-8, a word is one line.
model::Desired desired_from(std::string_view input) {
  model::Desired desired;
  desired.chain.id = "lava-testnet-2";
  model::Service service;
  service.name = "custom-1";
  service.type = model::ServiceType::custom;
  service.user = "lava";
  for (const auto word : base::split(fuzz::next_part(input), '\0')) {
    service.command.emplace_back(word);
  }
  for (const auto variable : base::split(fuzz::next_part(input), '\0')) {
    const auto name = variable.substr(0, variable.find('='));
    if (config::check_variable(name) && name.size() < variable.size()) {
      service.env[std::string{name}] = variable.substr(name.size() + 1);
    }
  }
  desired.directory = std::filesystem::path{"/" + std::string{input}}.lexically_normal();
  service.log = input.empty() ? model::LogTo::journal : model::LogTo::file;
  desired.services = {service};
  return desired;
}

/// What the configuration refuses isn't asked for here.
bool is_taken(std::string_view input, const model::Desired& desired) {
  const auto& service = desired.services[0];
  const auto is_text = [](const std::string& value) {
    return config::check_text(value).has_value();
  };
  return base::is_utf8(input) && is_text(desired.directory.string()) &&
         config::check_program((desired.directory / "file").string()) &&
         config::check_program(service.command.front()) &&
         std::all_of(service.command.begin(), service.command.end(), is_text) &&
         std::all_of(service.env.begin(), service.env.end(), [&](const auto& variable) {
           return is_text(variable.second);
         });
}

/// systemd folds "//" and "/./" in the program's path; the file is the same.
std::string folded(const std::string& program) {
  return program.starts_with('/') ? std::filesystem::path{program}.lexically_normal().string()
                                  : program;
}

/// The last part may be a folder to one of them only.
bool is_folded_differently(const std::string& program) {
  return program.find("..") != std::string::npos || program.ends_with("/.");
}

Words variables_of(const model::Service& service) {
  Words variables;
  for (const auto& [name, value] : service.env) {
    variables.push_back(name + "=" + value);
  }
  return variables;
}

void check_lines(const std::vector<support::UnitLine>& lines, std::string_view text) {
  const auto written = base::split(text, '\n');
  const auto keys = std::count_if(written.begin(), written.end(), [](std::string_view line) {
    return !line.empty() && line.front() != '[' && line.front() != '#';
  });
  fuzz::require(std::ssize(lines) == keys, "a line that was written is one that systemd reads");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::text_of(data, size);
  const auto desired = desired_from(input);
  if (!is_taken(input, desired)) {
    return 0;
  }
  const auto& service = desired.services[0];
  const auto text = plan::unit_text(desired, service, k_release);
  fuzz::require(plan::is_untouched(text), "a unit carries its own digest");
  auto understood = parser().read(text);
  fuzz::require(understood.refused.empty(), "systemd takes all of it");
  check_lines(understood.lines, text);

  auto meant = plan::command_line(desired, service, k_release);
  if (!is_folded_differently(meant.front())) {
    meant.front() = folded(meant.front());
    understood.command.front() = folded(understood.command.front());
    fuzz::require(understood.command == meant, "systemd executes what was meant");
  }
  auto variables = variables_of(service);
  variables.push_back("LAVAVISOR_UNIT=" + plan::digest_in(text));
  fuzz::require(understood.environment == variables, "variables are what was meant");
  return 0;
}
