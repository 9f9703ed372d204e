// The original's config.yml, through yaml-cpp.
// SPDX-License-Identifier: Apache-2.0
#include "compat/original_list.hpp"

#include "base/text.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>

namespace lavavisor::compat {

namespace {

constexpr const char* k_subject = "config.yml";
constexpr std::size_t k_largest = 1U << 20U;

void warn(OriginalList& list, std::string text) {
  list.notes.push_back({Note::Kind::warning, k_subject, std::move(text)});
}

/// The document, or why it is none.
base::Result<YAML::Node> load(const std::string& yaml) {
  try {
    return YAML::Load(yaml);
  } catch (const YAML::Exception& error) {
    return base::fail("it is not valid YAML: " + base::printable(error.msg) + " (line " +
                      std::to_string(error.mark.line + 1) + ")");
  }
}

/// A list of names nests once; brackets without end would take yaml-cpp's stack.
bool is_bounded(std::string_view yaml) {
  return yaml.size() <= k_largest && std::count(yaml.begin(), yaml.end(), '[') < 100 &&
         std::count(yaml.begin(), yaml.end(), '{') < 100 &&
         yaml.find(std::string(100, '-')) == std::string_view::npos;
}

base::Result<YAML::Node> load_with_tabs(OriginalList& list, std::string_view yaml) {
  if (!base::is_utf8(yaml) || !is_bounded(yaml)) {
    return base::fail("it is no list of services");
  }
  auto document = load(std::string{yaml});
  if (!document && yaml.find('\t') != std::string_view::npos) {
    if (auto again = load(base::replace_all(std::string{yaml}, "\t", "  "))) {
      warn(list, "it holds tabs, which YAML does not allow; they are taken for blanks");
      return again;
    }
  }
  return document;
}

void add(OriginalList& list, const YAML::Node& item) {
  const std::string name = item.IsScalar() ? std::string{base::trim(item.Scalar())} : "";
  if (name.empty() || name.find('/') != std::string::npos) {
    warn(list, "'" + base::printable(name) + "' in its list is no name of a service");
    return;
  }
  const std::string unit = name.ends_with(".service") ? name : name + ".service";
  if (std::find(list.units.begin(), list.units.end(), unit) == list.units.end()) {
    list.units.push_back(unit);
  } else {
    list.notes.push_back({Note::Kind::info, k_subject, unit + " is listed twice"});
  }
}

void read(OriginalList& list, const YAML::Node& document) {
  const YAML::Node services = document.IsMap() ? document["services"] : YAML::Node{};
  if (document.IsMap()) {
    for (const auto& entry : document) {
      if (!entry.first.IsScalar() || entry.first.Scalar() != "services") {
        warn(list,
             "'" + base::printable(entry.first.IsScalar() ? entry.first.Scalar() : "") +
                 "' is nothing that the original reads; it is left out");
      }
    }
  } else if (!document.IsNull()) {
    warn(list, "it is no list of services");
  }
  if (!services.IsDefined() || services.IsNull()) {
    return;
  }
  if (!services.IsSequence()) {
    warn(list, "its `services` is no list");
    return;
  }
  for (const auto& item : services) {
    add(list, item);
  }
}

}  // namespace

OriginalList read_original_list(std::string_view yaml) {
  OriginalList list;
  const auto document = load_with_tabs(list, yaml);
  if (!document) {
    warn(list, document.error().message);
    return list;
  }
  try {
    read(list, *document);
  } catch (const YAML::Exception& error) {
    warn(list, "it can't be read: " + base::printable(error.msg));
  }
  return list;
}

}  // namespace lavavisor::compat
