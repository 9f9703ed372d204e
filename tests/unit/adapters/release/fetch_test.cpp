// Fetching from a real TLS server: the good ways, and cut downloads that are gone on with.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"
#include "release_site.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <chrono>
#include <thread>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What the next request asked for: "" = the whole file.
std::vector<std::string> ranges(const ReleaseSite& site) {
  std::vector<std::string> ranges;
  for (const auto& asked : site.asked()) {
    ranges.push_back(asked.header("range"));
  }
  return ranges;
}
using Ranges = std::vector<std::string>;

void expect_whole(const ReleaseSite& site, const base::Result<ports::Fetched>& fetched) {
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_EQ(fetched->sha256, site.sha256());
  EXPECT_EQ(fetched->size, binary_bytes().size());
  EXPECT_EQ(slurp(site.staged()), binary_bytes());
  EXPECT_EQ(fs::status(site.staged()).permissions(), fs::perms{0755});
}

/// Leave a cut download of 1000 bytes, as a process that died would.
void leave_part(const ReleaseSite& site, const ports::FetchRequest& request) {
  site.fail(R"({"truncate": 1000, "times": 1}, {"status": 404})");
  ASSERT_FALSE(site.fetch(request));
  ASSERT_EQ(fs::file_size(site.staged()), 1000U);
  ASSERT_TRUE(fs::exists(site.note()));
  site.heal();
}

TEST(Fetch, BringsTheVerifiedFileAndSaysWhatVouchedForIt) {
  const ReleaseSite site;
  const auto fetched = site.fetch(site.request());
  expect_whole(site, fetched);
  EXPECT_EQ(fetched->vouched_by, site.url(site.checksums_path()));
  EXPECT_EQ(ranges(site), Ranges{""});
}

TEST(Fetch, TakesTheOperatorsPinWithoutAskingForChecksums) {
  const ReleaseSite site;
  auto request = site.request();
  request.sha256 = site.sha256();
  site.publish_checksums(std::string(64, '1') + "  " + site.asset() + "\n");
  const auto fetched = site.fetch(request);
  expect_whole(site, fetched);
  EXPECT_EQ(fetched->vouched_by, "binary.sha256");
  EXPECT_TRUE(site.asked(site.checksums_path()).empty());
}

TEST(Fetch, AsksForNoChecksumsWhenNothingIsToBeVerified) {
  const ReleaseSite site;
  auto request = site.request();
  request.verify = model::Verify::none;
  const auto fetched = site.fetch(request);
  expect_whole(site, fetched);
  EXPECT_EQ(fetched->vouched_by, "nothing");
  EXPECT_TRUE(site.asked(site.checksums_path()).empty());
}

TEST(Fetch, FollowsRedirectsToAnotherHostOverTls) {
  const ReleaseSite site;
  site.fail(R"({"redirect": ")" + site.url("/hop", Host::other) + R"("})");
  site.fail("/hop",
            R"({"redirect": ")" + site.url(site.asset_path() + "-real", Host::https) + R"("})");
  site.fail(site.asset_path() + "-real", R"({"status": 404})");
  const auto fetched = site.fetch(site.request());
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().message,
            "release 6.2.5: " + site.url(site.asset_path()) + " (redirected to " +
                site.url(site.asset_path() + "-real") +
                "): answered HTTP 404 (not found: is there such a release, with this asset?)");
  site.heal();
  site.fail(R"({"redirect": ")" + site.url(site.asset_path(), Host::other) +
            R"(?signature=secret", "times": 1})");
  expect_whole(site, site.fetch(site.request()));
}

TEST(Fetch, TakesPlainHttpFromLoopbackAndFollowsItToTls) {
  const ReleaseSite site;
  auto request = site.request();
  request.settings.url = site.url(site.asset_path(), Host::http);
  request.settings.checksums = site.url(site.checksums_path(), Host::http);
  expect_whole(site, site.fetch(request));
  fs::remove(site.staged());
  site.fail(R"({"redirect": ")" + site.url(site.asset_path()) + R"(", "times": 1})");
  expect_whole(site, site.fetch(request));
}

TEST(Fetch, TriesAgainWhatMayPass) {
  for (const std::string fault : {R"({"status": 503, "times": 2})",
                                  R"({"status": 429, "times": 1})",
                                  R"({"status": 500, "times": 4})",
                                  R"({"status": 408, "times": 1})",
                                  R"({"hang": 30, "times": 1})",
                                  R"({"truncate": 0, "times": 1})"}) {
    const ReleaseSite site;
    site.fail(fault);
    expect_whole(site, site.fetch(site.request(), easily_stalled()));
  }
  const ReleaseSite site;
  site.fail(site.checksums_path(), R"({"status": 503, "times": 1}, {"truncate": 10, "times": 1})");
  expect_whole(site, site.fetch(site.request()));
}

TEST(Fetch, ManagesWithoutContentLength) {
  const ReleaseSite site;
  site.fail(R"({"no_length": true})");
  expect_whole(site, site.fetch(site.request()));
}

TEST(Fetch, ReportsProgressNowAndThenUpToTheEnd) {
  const ReleaseSite site;
  site.fail(R"({"rate": 1000000})");
  std::vector<std::uint64_t> seen;
  mode_t mode = 0;
  const auto note = [&](const ports::FetchProgress& progress) {
    struct stat found {};
    if (progress.received < binary_bytes().size() && ::stat(site.staged().c_str(), &found) == 0) {
      mode = found.st_mode & 0777U;
    }
    EXPECT_EQ(progress.total, binary_bytes().size());
    seen.push_back(progress.received);
  };
  const auto begun = steady_clock::now();
  ASSERT_TRUE(HttpReleaseSource{impatient()}.fetch(site.request(), note, {}));
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_GE(seen.size(), 2U);
  EXPECT_LE(seen.size(), static_cast<std::size_t>(took.count() / 100 + 2));
  EXPECT_EQ(seen.back(), binary_bytes().size());
  EXPECT_EQ(mode, 0600U) << "not executable before it is verified";
}

TEST(Resume, AsksForTheRestOfACutDownload) {
  const ReleaseSite site;
  site.fail(R"({"truncate": 1000, "times": 1}, {"stall": 5000, "times": 1})");
  expect_whole(site, site.fetch(site.request(), easily_stalled()));
  EXPECT_EQ(ranges(site), (Ranges{"", "bytes=1000-", "bytes=6000-"}));
  EXPECT_FALSE(site.asked()[1].header("if-range").empty());
}

TEST(Resume, GoesOnWhereAnotherProcessWasCut) {
  const ReleaseSite site;
  leave_part(site, site.request());
  expect_whole(site, site.fetch(site.request()));
  EXPECT_EQ(ranges(site), (Ranges{"", "bytes=1000-", "bytes=1000-"}));
}

TEST(Resume, ManagesByTheDigestAloneWhereTheServerGivesNoValidator) {
  const ReleaseSite site;
  site.fail(R"({"no_validator": true, "truncate": 1000, "times": 1}, {"no_validator": true})");
  expect_whole(site, site.fetch(site.request()));
  EXPECT_EQ(ranges(site), (Ranges{"", "bytes=1000-"}));
  EXPECT_EQ(site.asked()[1].header("if-range"), "");
}

TEST(Resume, IsNotDoneWhereNothingCouldTellThatTheRestBelongs) {
  const ReleaseSite site;
  site.fail(R"({"no_validator": true, "truncate": 1000, "times": 1})");
  auto request = site.request();
  request.verify = model::Verify::none;
  expect_whole(site, site.fetch(request));
  EXPECT_EQ(ranges(site), (Ranges{"", ""}));
}

TEST(Resume, StartsOverWhereTheServerDoesNotGoAlong) {
  struct Row {
    const char* faults;
    Ranges ranges;
  };
  const std::string part = "bytes=1000-";
  const std::vector<Row> rows = {
      {R"({"ignore_range": true})", {"", part, part}},
      {R"({"content_range": "bytes 0-299999/300000"})", {"", part, part, ""}},
      {R"({"content_range": "bytes 1000-299999/300001"})", {"", part, part, ""}},
      {R"({"content_range": "nonsense"})", {"", part, part, ""}},
      {R"({"etag": "changing"})", {"", part, part}},
      {R"({"etag": "changing", "ignore_if_range": true, "times": 1})", {"", part, part, ""}},
      {R"({"status": 416, "times": 1})", {"", part, part, ""}},
      {R"({"status": 416, "headers": {"Content-Range": "bytes */999"}, "times": 1})",
       {"", part, part, ""}},
  };
  for (const auto& row : rows) {
    const ReleaseSite site;
    leave_part(site, site.request());
    site.fail(row.faults);
    expect_whole(site, site.fetch(site.request()));
    EXPECT_EQ(ranges(site), row.ranges) << row.faults;
  }
}

TEST(Resume, StartsOverOnceWhereThePiecesDoNotFit) {
  const ReleaseSite site;
  leave_part(site, site.request());
  spill(site.staged(), std::string(1000, 'x'));
  expect_whole(site, site.fetch(site.request()));
  EXPECT_EQ(ranges(site), (Ranges{"", "bytes=1000-", "bytes=1000-", ""}));
}

TEST(Resume, LeavesAPartAloneThatIsOfSomethingElse) {
  const auto damage = [](const ReleaseSite& site, int how) {
    auto request = site.request();
    const std::string other(64, '1');
    switch (how) {
      case 0:
        request.sha256 = other;
        break;
      case 1:
        request.settings.url += "?mirror=2";
        break;
      case 2:
        spill(site.note(), "nonsense");
        break;
      case 3:
        fs::remove(site.note());
        break;
      default:
        spill(site.note(), slurp(site.note()) + "more\n");
    }
    return request;
  };
  for (int how = 0; how < 5; ++how) {
    const ReleaseSite site;
    leave_part(site, site.request());
    static_cast<void>(site.fetch(damage(site, how)));
    const auto last =
        site.asked(how == 1 ? site.asset_path() + "?mirror=2" : site.asset_path()).back();
    EXPECT_EQ(last.header("range"), "") << how;
  }
}

TEST(Resume, DownloadsNothingWhereOnlyTheVerificationWasMissing) {
  const ReleaseSite site;
  expect_whole(site, site.fetch(site.request()));
  expect_whole(site, site.fetch(site.request()));
  EXPECT_EQ(ranges(site), Ranges{""});

  auto unverified = site.request();
  unverified.verify = model::Verify::none;
  expect_whole(site, site.fetch(unverified));
  expect_whole(site, site.fetch(unverified));
  EXPECT_EQ(ranges(site), (Ranges{"", "", "bytes=300000-"}));
}

TEST(Resume, DoesNotFollowALinkInPlaceOfThePart) {
  const ReleaseSite site;
  leave_part(site, site.request());
  const auto victim = site.scratch() / "victim";
  spill(victim, std::string(1000, 'v'));
  fs::remove(site.staged());
  fs::create_symlink(victim, site.staged());
  expect_whole(site, site.fetch(site.request()));
  EXPECT_EQ(slurp(victim), std::string(1000, 'v'));
  EXPECT_FALSE(fs::is_symlink(site.staged()));
}

/// 200 ms are promised; a busy machine gets as much again.
constexpr milliseconds k_prompt{400};

/// Ask to stop once `ready` holds; how long the fetch took to end from then on.
milliseconds stop_when(const ReleaseSite& site,
                       const Tuning& tuning,
                       const std::function<bool()>& ready) {
  std::stop_source stop;
  steady_clock::time_point asked_at;
  std::jthread operator_hand{[&](const std::stop_token& never_mind) {
    while (!ready() && !never_mind.stop_requested()) {
      std::this_thread::yield();
    }
    asked_at = steady_clock::now();
    stop.request_stop();
  }};
  const auto fetched = HttpReleaseSource{tuning}.fetch(site.request(), {}, stop.get_token());
  const auto ended_at = steady_clock::now();
  operator_hand.request_stop();
  operator_hand.join();
  EXPECT_FALSE(fetched);
  if (!fetched) {
    EXPECT_NE(fetched.error().message.find("download interrupted"), std::string::npos)
        << fetched.error().message;
  }
  return std::chrono::duration_cast<milliseconds>(ended_at - asked_at);
}

TEST(Stop, EndsAStalledDownloadAtOnceAndLeavesItToBeResumed) {
  const ReleaseSite site;
  site.fail(R"({"stall": 1000})");
  auto patient = impatient();
  patient.stall = milliseconds{20'000};
  const auto took = stop_when(site, patient, [&] {
    std::error_code error;
    return fs::file_size(site.staged(), error) == 1000 && !error;
  });
  EXPECT_LT(took, k_prompt);
  site.heal();
  expect_whole(site, site.fetch(site.request()));
  EXPECT_EQ(ranges(site), (Ranges{"", "bytes=1000-"}));
}

TEST(Stop, EndsTheWaitBetweenTriesAtOnce) {
  const ReleaseSite site;
  site.fail(R"({"status": 503})");
  auto patient = impatient();
  patient.backoff = patient.backoff_cap = milliseconds{20'000};
  const auto took = stop_when(site, patient, [&] { return !site.asked().empty(); });
  EXPECT_LT(took, k_prompt);
}

TEST(Stop, EndsARequestThatIsNotAnswered) {
  const ReleaseSite site;
  site.fail(site.checksums_path(), R"({"hang": 30})");
  auto patient = impatient();
  patient.stall = milliseconds{20'000};
  const auto took =
      stop_when(site, patient, [&] { return !site.asked(site.checksums_path()).empty(); });
  EXPECT_LT(took, k_prompt);
  EXPECT_FALSE(fs::exists(site.staged()));
}

}  // namespace
}  // namespace lavavisor::release
