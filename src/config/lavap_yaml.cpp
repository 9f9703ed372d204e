// lavap's endpoints, walked with yaml-cpp, whose marks count lines and bytes from 0.
// SPDX-License-Identifier: Apache-2.0
#include "config/lavap_yaml.hpp"

#include "base/rights.hpp"
#include "base/text.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace lavavisor::config {

namespace {

constexpr std::uint64_t k_max_file = 1U << 20U;
constexpr int k_max_brackets = 100;

/// A flow of brackets that is deeper than yaml-cpp should be bothered with. Brackets in strings are
/// counted too; a hundred more opened than closed are in no real file.
std::optional<std::size_t> find_deep_flow(std::string_view yaml) {
  int depth = 0;
  for (std::size_t at = 0; at < yaml.size(); ++at) {
    depth += yaml[at] == '[' || yaml[at] == '{' ? 1 : 0;
    depth -= depth > 0 && (yaml[at] == ']' || yaml[at] == '}') ? 1 : 0;
    if (depth > k_max_brackets) {
      return at;
    }
  }
  return std::nullopt;
}

class YamlChecker {
 public:
  YamlChecker(const Source& source, model::ServiceType type, Findings& findings)
      : m_source(source), m_type(type), m_findings(findings) {}

  std::vector<Listening> check(const YAML::Node& document);

 private:
  Place place(const YAML::Node& node) const;
  void error(const YAML::Node& node, std::string message, std::string hint = {});
  YAML::Node member(const YAML::Node& map, const std::string& key, const std::string& wanted);
  std::optional<std::string> text(const YAML::Node& map,
                                  const std::string& key,
                                  const std::string& wanted);
  void check_endpoint(const YAML::Node& endpoint);
  void check_interface(const YAML::Node& endpoint);
  void check_address(const YAML::Node& endpoint);
  void check_node_urls(const YAML::Node& endpoint);

  const Source& m_source;
  model::ServiceType m_type;
  Findings& m_findings;
  std::vector<Listening> m_addresses;
};

Place YamlChecker::place(const YAML::Node& node) const {
  const YAML::Mark mark = node.Mark();
  if (mark.is_null()) {
    return m_source.place_at(0);
  }
  Place at = m_source.place_at(static_cast<unsigned>(mark.line) + 1,
                               static_cast<std::size_t>(mark.column));
  at.width =
      node.IsScalar() ? static_cast<unsigned>(std::max<std::size_t>(node.Scalar().size(), 1)) : 1;
  return at;
}

void YamlChecker::error(const YAML::Node& node, std::string message, std::string hint) {
  m_findings.error(place(node), std::move(message), std::move(hint));
}

/// The value of `key` in `map`, or a finding that it is missing; a hint when a key is near it.
YAML::Node YamlChecker::member(const YAML::Node& map,
                               const std::string& key,
                               const std::string& wanted) {
  const YAML::Node found = map[key];
  if (found.IsDefined() && !found.IsNull()) {
    return found;
  }
  std::string hint = "it needs " + wanted;
  for (const auto& entry : map) {
    if (entry.first.IsScalar() && entry.first.Scalar() != key &&
        !guess(entry.first.Scalar(), {key}).empty()) {
      hint = "did you mean '" + key + "' with " + in_quotes(entry.first.Scalar()) + "?";
    }
  }
  error(map, (key == "endpoints" ? "the file has no " : "the endpoint has no ") + key, hint);
  return YAML::Node{YAML::NodeType::Undefined};
}

/// The text at `key`, not empty.
std::optional<std::string> YamlChecker::text(const YAML::Node& map,
                                             const std::string& key,
                                             const std::string& wanted) {
  const YAML::Node node = member(map, key, wanted);
  if (!node.IsDefined()) {
    return std::nullopt;
  }
  if (!node.IsScalar() || node.Scalar().empty()) {
    error(node, key + ": expected " + wanted);
    return std::nullopt;
  }
  return node.Scalar();
}

std::vector<Listening> YamlChecker::check(const YAML::Node& document) {
  if (!document.IsMap()) {
    error(document, "expected a map with endpoints");
    return {};
  }
  const YAML::Node endpoints = member(document, "endpoints", "a list of endpoints");
  if (!endpoints.IsDefined()) {
    return {};
  }
  if (!endpoints.IsSequence() || endpoints.size() == 0) {
    error(endpoints, "endpoints: expected a list of at least one endpoint");
    return {};
  }
  for (const auto& endpoint : endpoints) {
    if (endpoint.IsMap()) {
      check_endpoint(endpoint);
    } else {
      error(endpoint, "endpoints: expected a map with chain-id, api-interface and network-address");
    }
  }
  return m_addresses;
}

void YamlChecker::check_endpoint(const YAML::Node& endpoint) {
  text(endpoint, "chain-id", "a name such as ETH1");
  check_interface(endpoint);
  check_address(endpoint);
  if (m_type == model::ServiceType::provider) {
    check_node_urls(endpoint);
  }
}

void YamlChecker::check_interface(const YAML::Node& endpoint) {
  static const std::vector<std::string> known{"jsonrpc", "rest", "tendermintrpc", "grpc"};
  const auto value = text(endpoint, "api-interface", alternatives(known));
  if (value && std::find(known.begin(), known.end(), *value) == known.end()) {
    error(endpoint["api-interface"],
          "api-interface: expected " + alternatives(known) + ", found " + in_quotes(*value),
          guess(*value, known));
  }
}

void YamlChecker::check_address(const YAML::Node& endpoint) {
  YAML::Node node = member(endpoint, "network-address", "host:port");
  if (node.IsDefined() && node.IsMap()) {
    node.reset(member(node, "address", "host:port"));
  }
  if (!node.IsDefined()) {
    return;
  }
  if (!node.IsScalar()) {
    error(node, "network-address: expected host:port, or a map with address");
    return;
  }
  const auto parsed = parse_host_port(node.Scalar());
  if (!parsed) {
    error(node, "network-address: " + parsed.error().message, parsed.error().hint);
    return;
  }
  m_addresses.push_back({*parsed, node.Scalar(), place(node)});
}

void YamlChecker::check_node_urls(const YAML::Node& endpoint) {
  const YAML::Node urls = member(endpoint, "node-urls", "a list of {url: ...}");
  if (!urls.IsDefined()) {
    return;
  }
  if (!urls.IsSequence() || urls.size() == 0) {
    error(urls, "node-urls: expected a list of at least one {url: ...}");
    return;
  }
  for (const auto& item : urls) {
    if (item.IsMap()) {
      text(item, "url", "a URL");
    } else {
      error(item, "node-urls: expected a map with url", "write it as \"- url: ...\"");
    }
  }
}

}  // namespace

base::Result<LavapYaml> read_lavap_yaml(const std::filesystem::path& file,
                                        model::ServiceType type,
                                        Findings& findings) {
  auto content = base::read_owned_file(file, k_max_file);
  if (!content) {
    return tl::make_unexpected(content.error());
  }
  const auto source =
      std::make_shared<const Source>(file.string(), std::move(content->text), content->is);
  LavapYaml yaml{source, {}};
  if (auto bad = source->first_bad_byte()) {
    findings.error(*std::move(bad));
    return yaml;
  }
  if (const auto deep = find_deep_flow(source->text())) {
    findings.error(source->place_at(*deep), "nested too deeply");
    return yaml;
  }
  try {
    yaml.addresses = YamlChecker{*source, type, findings}.check(YAML::Load(source->text()));
  } catch (const YAML::DeepRecursion& error) {
    findings.error(source->place_at(static_cast<unsigned>(error.mark.line) + 1, 0),
                   "nested too deeply");
  } catch (const YAML::Exception& error) {
    const Place at = error.mark.is_null()
                         ? source->place_at(0)
                         : source->place_at(static_cast<unsigned>(error.mark.line) + 1,
                                            static_cast<std::size_t>(error.mark.column));
    findings.error(at, "not valid YAML: " + base::printable(error.msg));
  }
  return yaml;
}

}  // namespace lavavisor::config
