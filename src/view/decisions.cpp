// Words for what was decided: rules, held entries, notices.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "view/human.hpp"
#include "view/words.hpp"

namespace lavavisor::view {
namespace {

constexpr std::size_t k_max_detail = 2'000;  // bytes; several endpoints' errors fit

std::string safe(std::string_view text) {
  return base::printable(text, k_max_detail);
}

/// "" or " (`detail`)".
std::string in_brackets(std::string_view detail) {
  return detail.empty() ? "" : " (" + safe(detail) + ")";
}

std::string in_words(const std::optional<model::Version>& version, const char* otherwise) {
  return version ? model::to_string(*version) : otherwise;
}

std::string target_of(const model::Selection& selection) {
  return selection.versions ? "target " + model::to_string(selection.versions->target) : "target";
}

std::string min_of(const model::Selection& selection) {
  return selection.versions ? "min " + model::to_string(selection.versions->min) : "min";
}

std::string release_of(const model::Selection& selection) {
  return selection.release ? selection.release->name : "none";
}

std::string until(const model::Held& held, const std::string& phrase, const Screen& screen) {
  return held.until ? "; " + phrase + " " + until_text(*held.until, screen) : "";
}

/// How a held entry ends when no time is known for it.
std::string ending_event(const model::Held& held) {
  switch (held.why) {
    case model::Held::Why::download_off:
      return "when the binary is placed by hand or binary.auto_download is true";
    case model::Held::Why::fetch_failed:
      return "at the next pass";
    case model::Held::Why::quarantined:
      return "when it is cleared";
    case model::Held::Why::outside_window:
      return "when a rollout window opens";
    case model::Held::Why::target_delay:
      return "when binary.target_delay is over";
    case model::Held::Why::capped:
      return "when binary.max_version is raised";
    case model::Held::Why::halted:
      return "when the quarantine is cleared";
    case model::Held::Why::no_downgrade:
      return "when binary.allow_downgrade is true";
  }
  return "";
}

}  // namespace

std::string subject_name(std::string_view service) {
  return service.empty() ? "the link" : safe(service);
}

std::string end_of(const model::Held& held, const Screen& screen) {
  if (!held.until) {
    return ending_event(held);
  }
  return screen.now ? until_text(*held.until, screen) : base::format_time(*held.until);
}

std::string describe(const model::Held& held, const Screen& screen) {
  const std::string release = "release " + safe(held.release);
  const std::string clear = "lavavisor quarantine --clear " + safe(held.release);
  switch (held.why) {
    case model::Held::Why::download_off:
      return release + " is not installed and binary.auto_download is false" +
             "; it is waited for at " + safe(held.detail) + "; or set auto_download = true";
    case model::Held::Why::fetch_failed:
      return release + " could not be had" + in_brackets(held.detail) +
             until(held, "it is tried again", screen);
    case model::Held::Why::quarantined:
      return release + " is quarantined" + in_brackets(held.detail) +
             until(held, "it is tried again", screen) + "; clear it with '" + clear + "'";
    case model::Held::Why::outside_window:
      return release + " waits for a rollout window" + in_brackets(held.detail) +
             until(held, "the next one opens", screen);
    case model::Held::Why::target_delay:
      return release + " waits for binary.target_delay" + in_brackets(held.detail) +
             until(held, "it is over", screen);
    case model::Held::Why::capped:
      return release + " is above binary.max_version" + in_brackets(held.detail);
    case model::Held::Why::halted:
      return release + " failed and rollout.on_failure is \"halt\"" + in_brackets(held.detail) +
             "; go on with '" + clear + "'";
    case model::Held::Why::no_downgrade:
      return release + " is below what runs and binary.allow_downgrade is false" +
             in_brackets(held.detail);
  }
  return "";
}

std::string describe(const model::Notice& notice) {
  const std::string subject = safe(notice.subject);
  const std::string detail = safe(notice.detail);
  switch (notice.kind) {
    case model::Notice::Kind::pin_below_min:
      return "the pinned release " + subject + " is below the chain's min" +
             in_brackets(notice.detail);
    case model::Notice::Kind::no_release_reports:
      return "no known release reports the target " + subject + "; " + detail +
             " is used in its place";
    case model::Notice::Kind::below_min:
      return subject + " runs a version below the chain's min and nothing better can be had" +
             in_brackets(notice.detail);
    case model::Notice::Kind::major_jump:
      return "the chain's target " + subject + " is a new major version" +
             in_brackets(notice.detail) + "; binary.max_version can hold it back";
    case model::Notice::Kind::endpoint_outvoted:
      return "endpoint " + subject + " was outvoted; it said: " + detail;
    case model::Notice::Kind::chain_untrusted:
      return "the chain gave no trustworthy versions: " + detail;
    case model::Notice::Kind::crash_loop:
      return subject + " keeps crashing after its upgrade" + in_brackets(notice.detail);
    case model::Notice::Kind::unusable_binary:
      return "the installed release " + subject + " can't be used: " + detail;
    case model::Notice::Kind::no_version:
      return "no release can be chosen for " + subject_name(notice.subject) +
             in_brackets(notice.detail);
    case model::Notice::Kind::foreign_unit:
      return "the unit of " + subject + " is not lavavisor's and stays untouched: " + detail;
    case model::Notice::Kind::foreign_link:
      return "the link " + subject + " is not lavavisor's and stays untouched: " + detail +
             "; move it away or set binary.link";
    case model::Notice::Kind::missing_user:
      return "the user " + detail + " of " + subject +
             " does not exist on this host; create it or set 'user'";
    case model::Notice::Kind::manager_unreachable:
      return "the service manager can't be asked: " + detail;
  }
  return "";
}

std::string describe(const model::Selection& selection) {
  const std::string release = release_of(selection);
  const std::string target = target_of(selection);
  const std::string reports = "reports " + in_words(selection.reported, "an unknown version");
  switch (selection.rule) {
    case model::Rule::pinned:
      return "the configuration pins release " + release;
    case model::Rule::satisfied:
      return "what runs " + reports + ", which satisfies the chain's " + target;
    case model::Rule::above_target:
      return "what runs " + reports + ", which is above the chain's " + target +
             ", and may stay there";
    case model::Rule::target_release:
      return "it is the release for the chain's " + target;
    case model::Rule::target_short:
      return "it is the release for the chain's " + target + "; it " + reports +
             ", which is short of it but not below " + min_of(selection);
    case model::Rule::best_installed:
      return "the release for the chain's " + target +
             " can't be had; this is the highest known one from " + min_of(selection) + " up";
    case model::Rule::kept:
      return "the release for the chain's " + target +
             " can't be had; what runs stays, being at least " + min_of(selection);
    case model::Rule::newer_installed:
      return "only a release above the chain's " + target + " is installed";
    case model::Rule::version_before:
      return "it is the version before the one that failed, though below the chain's " +
             min_of(selection);
    case model::Rule::no_chain:
      return "no versions of the chain are known; what runs or is installed stays";
    case model::Rule::held:
      return "it would move towards the chain's " + target + ", but is held back";
  }
  return "";
}

std::string name_of(model::Rule rule) {
  switch (rule) {
    case model::Rule::pinned:
      return "pinned";
    case model::Rule::satisfied:
      return "satisfied";
    case model::Rule::above_target:
      return "above_target";
    case model::Rule::target_release:
      return "target_release";
    case model::Rule::target_short:
      return "target_short";
    case model::Rule::best_installed:
      return "best_installed";
    case model::Rule::kept:
      return "kept";
    case model::Rule::newer_installed:
      return "newer_installed";
    case model::Rule::version_before:
      return "version_before";
    case model::Rule::no_chain:
      return "no_chain";
    case model::Rule::held:
      return "held";
  }
  return "";
}

std::string name_of(model::Held::Why why) {
  switch (why) {
    case model::Held::Why::download_off:
      return "download_off";
    case model::Held::Why::fetch_failed:
      return "fetch_failed";
    case model::Held::Why::quarantined:
      return "quarantined";
    case model::Held::Why::outside_window:
      return "outside_window";
    case model::Held::Why::target_delay:
      return "target_delay";
    case model::Held::Why::capped:
      return "capped";
    case model::Held::Why::halted:
      return "halted";
    case model::Held::Why::no_downgrade:
      return "no_downgrade";
  }
  return "";
}

std::string name_of(model::Notice::Kind kind) {
  switch (kind) {
    case model::Notice::Kind::pin_below_min:
      return "pin_below_min";
    case model::Notice::Kind::no_release_reports:
      return "no_release_reports";
    case model::Notice::Kind::below_min:
      return "below_min";
    case model::Notice::Kind::major_jump:
      return "major_jump";
    case model::Notice::Kind::endpoint_outvoted:
      return "endpoint_outvoted";
    case model::Notice::Kind::chain_untrusted:
      return "chain_untrusted";
    case model::Notice::Kind::crash_loop:
      return "crash_loop";
    case model::Notice::Kind::unusable_binary:
      return "unusable_binary";
    case model::Notice::Kind::no_version:
      return "no_version";
    case model::Notice::Kind::foreign_unit:
      return "foreign_unit";
    case model::Notice::Kind::foreign_link:
      return "foreign_link";
    case model::Notice::Kind::missing_user:
      return "missing_user";
    case model::Notice::Kind::manager_unreachable:
      return "manager_unreachable";
  }
  return "";
}

std::string name_of(model::BinarySource source) {
  switch (source) {
    case model::BinarySource::downloaded:
      return "downloaded";
    case model::BinarySource::placed:
      return "placed";
    case model::BinarySource::built:
      return "built";
  }
  return "";
}

}  // namespace lavavisor::view
