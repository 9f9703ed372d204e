// Flags and words beside a file; what defaults there are, the file's reader fills in.
// SPDX-License-Identifier: Apache-2.0
#include "compat/wrapped.hpp"

#include "compat/command_words.hpp"
#include "compat/lavap_words.hpp"
#include "compat/wrapped_words.hpp"
#include "config/names.hpp"
#include "config/single_process.hpp"
#include "config/source.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lavavisor::compat {

namespace {

using config::Finding;
using config::Given;
using config::Source;
using Words = std::vector<std::string>;

/// execve(2) takes no longer word (MAX_ARG_STRLEN, less its NUL).
constexpr std::size_t k_longest_word = 131'071;

/// Words that a shell would have obeyed.
constexpr std::array<std::string_view, 11> k_operators{
    "|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>>", "2>&1"};

/// One `wrap` on its way to Desired; collects what is wrong with its flags.
class Wrapping {
 public:
  Wrapping(const WrapRequest& request, const config::Environment& environment)
      : m_request(request), m_environment(environment), m_cmd("--cmd", request.cmd) {}

  config::Loaded run();

 private:
  void error(const Source& source, const config::Place& place, const config::Problem& problem);
  Words read_words();
  void check_words(const Words& words);
  void warn_of_operators(const Words& words);
  Given chain_id(const Words& words);
  Given node(const Words& words);
  std::string directory() const;

  const WrapRequest& m_request;
  const config::Environment& m_environment;
  Source m_cmd;
  std::vector<Finding> m_findings;
  bool m_has_errors = false;
};

void Wrapping::error(const Source& source,
                     const config::Place& place,
                     const config::Problem& problem) {
  m_findings.push_back(source.finding(place, problem.message, problem.hint));
  m_has_errors = true;
}

Words Wrapping::read_words() {
  auto words = command_words(m_request.cmd);
  if (!words) {
    error(m_cmd, m_cmd.place_at(words.error().at), {words.error().message, words.error().hint});
    return {};
  }
  check_words(*words);
  warn_of_operators(*words);
  return *std::move(words);
}

void Wrapping::check_words(const Words& words) {
  if (!is_lavap(words.front())) {
    error(m_cmd,
          m_cmd.place_at(m_request.cmd.find_first_not_of(" \t\n\\")),
          {config::in_quotes(words.front()) + " is not lavap",
           "the command begins with lavap, or a path that ends in /lavap; lavavisor puts the right "
           "binary in its place"});
  }
  const bool fits = std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return word.size() <= k_longest_word;
  });
  if (!fits) {
    error(m_cmd,
          config::k_no_place,
          {"holds a word of more than " + std::to_string(k_longest_word) +
               " bytes, which no program can be given",
           ""});
  }
}

void Wrapping::warn_of_operators(const Words& words) {
  const auto found =
      std::find_first_of(words.begin(), words.end(), k_operators.begin(), k_operators.end());
  if (found != words.end()) {
    m_findings.push_back(
        m_cmd.finding(config::k_no_place,
                      config::in_quotes(*found) + " is handed to lavap as it is: no shell runs",
                      "leave it out, and what follows it"));
    m_findings.back().severity = Finding::Severity::warning;
  }
}

Given Wrapping::chain_id(const Words& words) {
  const std::string own = flag_of(words, "chain-id");
  const bool is_flag = !m_request.chain_id.empty();
  const std::string& id = is_flag ? m_request.chain_id : own;
  if (const auto checked = config::check_chain_id(id); !id.empty() && !checked) {
    error(is_flag ? Source{"--chain-id", id} : m_cmd, config::k_no_place, checked.error());
    return {};
  }
  return {id, is_flag ? "" : "--chain-id in the command"};
}

Given Wrapping::node(const Words& words) {
  std::string own = flag_of(words, "node");
  if (!own.empty() && own.find("://") == std::string::npos) {
    own.insert(0, "tcp://");  // as lavap reads it
  }
  const bool is_flag = !m_request.node.empty();
  const std::string& node = is_flag ? m_request.node : own;
  if (const auto endpoint = config::parse_endpoint(node); !node.empty() && !endpoint) {
    error(is_flag ? Source{"--node", node} : m_cmd, config::k_no_place, endpoint.error());
    return {};
  }
  return {node, is_flag ? "" : "--node in the command"};
}

/// Where it is the file's, or the reader's default, "".
std::string Wrapping::directory() const {
  const std::filesystem::path given = m_request.directory;
  if (given.empty()) {
    return "";
  }
  const bool is_home = m_request.directory.starts_with('~');
  return ((is_home ? given : std::filesystem::absolute(given)) / ".lavavisor").string();
}

config::Loaded Wrapping::run() {
  Words words = read_words();
  config::SingleProcess process;
  process.name = service_name_of(words);
  process.directory = directory();
  process.chain_id = chain_id(words);
  process.node = node(words);
  process.auto_download = m_request.auto_download;
  config::Loaded loaded = config::load_single(m_request.config, process, m_environment);
  loaded.findings.insert(loaded.findings.begin(), m_findings.begin(), m_findings.end());
  if (m_has_errors) {
    loaded.desired.reset();
  }
  if (loaded.desired) {
    model::Service& service = loaded.desired->services.front();
    service.role = role_of_subcommand(subcommand_of(words));
    words.front() = "lavap";
    service.command = std::move(words);
  }
  return loaded;
}

}  // namespace

config::Loaded wrapped(const WrapRequest& request, const config::Environment& environment) {
  return Wrapping{request, environment}.run();
}

}  // namespace lavavisor::compat
