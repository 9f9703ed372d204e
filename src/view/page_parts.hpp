// The sections of the status page, each as HTML; "" where there is nothing to show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/overview.hpp"
#include "view/service_facts.hpp"
#include "view/verdict.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {

/// What every section is made from.
struct PageFacts {
  const Overview& overview;
  base::TimePoint now;
  std::vector<ServiceFacts> services;
  Verdict verdict;
};

/// A section with its heading; `id` names it for links and for the heading.
std::string section(std::string_view id, std::string_view heading, const std::string& content);

/// A word with a mark before it: state is told by colour, by shape and by the word itself.
std::string badge(Mood mood, std::string_view words);

std::string verdict_section(const PageFacts& facts);
std::string doing_section(const PageFacts& facts);
std::string attention_section(const PageFacts& facts);
std::string services_section(const PageFacts& facts);
std::string chain_section(const PageFacts& facts);
std::string timeline_section(const PageFacts& facts);
std::string runs_section(const PageFacts& facts);
std::string installed_section(const PageFacts& facts);

/// The style sheet of the page.
std::string_view page_style();

}  // namespace lavavisor::view
