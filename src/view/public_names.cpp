// URLs are taken apart by hand: what is shown must be right for wrong ones, too.
// SPDX-License-Identifier: Apache-2.0
#include "view/public_names.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <set>

namespace lavavisor::view {
namespace {

constexpr std::string_view k_after_scheme = "://";
constexpr std::string_view k_ends_authority = "/?#\"'<> \t\r\n";

/// Where the authority of the URL whose "://" is at `scheme_end` begins and ends.
std::pair<std::size_t, std::size_t> authority(std::string_view text, std::size_t scheme_end) {
  const auto begin = scheme_end + k_after_scheme.size();
  return {begin, std::min(text.find_first_of(k_ends_authority, begin), text.size())};
}

std::string without_userinfo(std::string text) {
  for (auto at = text.find(k_after_scheme); at != std::string::npos;
       at = text.find(k_after_scheme, at + 1)) {
    const auto [begin, end] = authority(text, at);
    const auto user_end = end == 0 ? std::string::npos : text.rfind('@', end - 1);
    if (user_end != std::string::npos && user_end >= begin) {
      text.erase(begin, user_end + 1 - begin);
    }
  }
  return text;
}

/// Scheme, host and port; "/..." stands for what follows.
std::string public_name(const std::string& url) {
  const std::string plain = without_userinfo(url);
  const auto at = plain.find(k_after_scheme);
  const auto end = at == std::string::npos ? plain.size() : authority(plain, at).second;
  const bool is_bare = plain.find_first_not_of('/', end) == std::string::npos;
  return plain.substr(0, end) + (is_bare ? "" : "/...");
}

}  // namespace

PublicNames::PublicNames(const model::Desired& desired) {
  std::set<std::string> taken;
  for (const auto& endpoint : desired.chain.endpoints) {
    std::string name = public_name(endpoint.text);
    for (int number = 2; !taken.insert(name).second; ++number) {
      name = public_name(endpoint.text) + " (" + std::to_string(number) + ")";
    }
    m_names.emplace_back(endpoint.text, name);
    if (!endpoint.url.empty() && endpoint.url != endpoint.text) {
      m_names.emplace_back(endpoint.url, name);
    }
  }
  // One may be the beginning of another.
  std::stable_sort(m_names.begin(), m_names.end(), [](const auto& a, const auto& b) {
    return a.first.size() > b.first.size();
  });
}

std::string PublicNames::endpoint(const std::string& written) const {
  const auto found = std::find_if(
      m_names.begin(), m_names.end(), [&](const auto& name) { return name.first == written; });
  return found == m_names.end() ? public_name(written) : found->second;
}

std::string PublicNames::in(std::string text) const {
  if (text.find(k_after_scheme) == std::string::npos) {
    return text;
  }
  for (const auto& [written, shown] : m_names) {
    if (written != shown) {
      text = base::replace_all(std::move(text), written, shown);
    }
  }
  return without_userinfo(std::move(text));
}

Look PublicNames::shown(Look look) const {
  auto& chain = look.observed.chain;
  for (auto& verdict : chain.endpoints) {
    verdict.endpoint = endpoint(verdict.endpoint);
    if (!verdict.said) {
      verdict.said = base::fail(in(verdict.said.error().message));
    }
  }
  if (!chain.versions) {
    chain.versions = base::fail(in(chain.versions.error().message));
  }
  for (auto& notice : look.plan.notices) {
    notice.subject = in(std::move(notice.subject));
    notice.detail = in(std::move(notice.detail));
  }
  for (auto& held : look.plan.held) {
    held.detail = in(std::move(held.detail));
  }
  for (auto& [release, binary] : look.observed.binaries) {
    if (!binary.record) {
      binary.record = base::fail(in(binary.record.error().message));
    }
  }
  for (auto& [release, entry] : look.observed.memory.quarantine) {
    entry.reason = in(std::move(entry.reason));
  }
  return look;
}

Past PublicNames::shown(Past past) const {
  for (auto& run : past.runs) {
    for (auto& action : run.actions) {
      action.reason = in(std::move(action.reason));
      action.error = in(std::move(action.error));
    }
  }
  return past;
}

}  // namespace lavavisor::view
