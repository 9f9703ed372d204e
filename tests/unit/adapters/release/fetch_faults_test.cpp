// What a download must stand: each fault ends in its own words, leaves nothing wrong behind, and
// the next good fetch goes well.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"
#include "release_site.hpp"

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <set>
#include <thread>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

enum class Left { nothing, part };

/// The files below the directory, by name.
std::set<std::string> files(const ReleaseSite& site) {
  std::set<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator{site.directory(), none}) {
    if (!entry.is_directory()) {
      names.insert(entry.path().filename().string());
    }
  }
  return names;
}

/// Fetch, see it fail with `words` in its message, and look at what is left.
void expect_failure(const ReleaseSite& site,
                    const ports::FetchRequest& request,
                    const std::string& words,
                    Left left,
                    const Tuning& tuning = impatient()) {
  const auto fetched = site.fetch(request, tuning);
  ASSERT_FALSE(fetched) << "no failure: " << words;
  const std::string& message = fetched.error().message;
  EXPECT_TRUE(message.starts_with("release 6.2.5: ")) << message;
  EXPECT_NE(message.find(words), std::string::npos) << message << "\n  lacks: " << words;
  const std::set<std::string> part = {".v6.2.5.partial", ".v6.2.5.partial.resume"};
  EXPECT_EQ(files(site), left == Left::part ? part : std::set<std::string>{}) << words;
  if (left == Left::part) {
    EXPECT_EQ(fs::status(site.staged()).permissions(), fs::perms{0600}) << words;
  }
}

void expect_recovery(const ReleaseSite& site) {
  site.heal();
  const auto fetched = site.fetch(site.request());
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_EQ(slurp(site.staged()), binary_bytes());
}

struct Row {
  std::string faults;
  std::string words;
  Left left = Left::nothing;
  std::size_t requests = 1;
};

TEST(FaultyDownload, EndsInItsOwnWords) {
  const std::vector<Row> rows = {
      {R"({"truncate": 1000})", "gave up after 5 tries: ", Left::part, 5},
      {R"({"stall": 1000})", "no byte for 500ms", Left::part, 5},
      {R"({"hang": 30})", "no answer for 500ms", Left::nothing, 5},
      {R"({"corrupt": 150000})", "checksum mismatch: expected ", Left::nothing, 1},
      {R"({"truncate": 1000, "times": 1}, {"corrupt": 150000})",
       "checksum mismatch",
       Left::nothing,
       3},
      {R"({"no_length": true, "truncate": 1000})", "checksum mismatch", Left::nothing, 1},
      {R"({"endless": true})",
       "the file is larger than binary.release.max_size (1.0 MiB)",
       Left::nothing,
       1},
      {R"({"length": 4000000000})",
       "the file is larger than binary.release.max_size (1.0 MiB): 3.7 GiB",
       Left::nothing,
       1},
      {R"({"length": 0})", "the file is empty", Left::nothing, 1},
      {R"({"redirect": "http://127.0.0.1:9/x"})",
       "redirects to http://127.0.0.1:9/x, away from https",
       Left::nothing,
       1},
      {R"({"redirect": "file:///etc/passwd"})", "away from https", Left::nothing, 1},
      {R"({"redirect": "?again"})", "redirects in a loop", Left::nothing, 1},
      {R"({"status": 404})", "answered HTTP 404 (not found", Left::nothing, 1},
      {R"({"status": 401})", "answered HTTP 401 (unauthorized)", Left::nothing, 1},
      {R"({"status": 403})", "answered HTTP 403 (forbidden)", Left::nothing, 1},
      {R"({"status": 410})", "answered HTTP 410 (gone)", Left::nothing, 1},
      {R"({"status": 500})", "gave up after 5 tries", Left::nothing, 5},
      {R"({"status": 502})", "answered HTTP 502 (bad gateway)", Left::nothing, 5},
      {R"({"status": 503})", "answered HTTP 503 (service unavailable)", Left::nothing, 5},
      {R"({"status": 504})", "answered HTTP 504 (gateway timeout)", Left::nothing, 5},
      {R"({"status": 206})",
       "answered with a part of the file (HTTP 206) unasked",
       Left::nothing,
       1},
      {R"({"html": true})", "answered with a web page (HTML)", Left::nothing, 1},
      {R"({"html": "disguised"})", "answered with a web page (HTML)", Left::nothing, 1},
  };
  for (const auto& row : rows) {
    const ReleaseSite site;
    site.fail(row.faults);
    const bool stalls = row.words.find("500ms") != std::string::npos;
    const auto tuning = stalls ? easily_stalled() : impatient();
    expect_failure(site, site.request(), row.words, row.left, tuning);
    EXPECT_EQ(site.asked().size(), row.requests) << row.faults;
    expect_recovery(site);
  }
}

TEST(FaultyDownload, NamesBothDigestsAndTheUrl) {
  const ReleaseSite site;
  site.publish("something else");
  const auto fetched = site.fetch(site.request());
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().message,
            "release 6.2.5: checksum mismatch: expected " + site.sha256() + ", got " +
                base::sha256_hex("something else") + " (from " + site.url(site.asset_path()) + ")");
}

TEST(FaultyDownload, SaysHowFarItGot) {
  const ReleaseSite site;
  site.fail(R"({"truncate": 1000})");
  expect_failure(
      site,
      site.request(),
      site.url(site.asset_path()) + ": the connection was cut after 1000 of 296000 bytes",
      Left::part);
}

TEST(FaultyDownload, MayNotTakeLongerThanItsTimeout) {
  const ReleaseSite site;
  site.fail(R"({"rate": 100000})");
  auto request = site.request();
  request.settings.timeout = std::chrono::seconds{1};  // of 3; long enough for a slow start
  expect_failure(site, request, "not complete within 1s (binary.release.timeout)", Left::part);
  expect_recovery(site);
}

TEST(FaultyDownload, KeepsACutPartWhereAPortalStandsInBetween) {
  for (const std::string portal : {R"({"html": true})", R"({"status": 403})"}) {
    const ReleaseSite site;
    site.fail(R"({"truncate": 1000, "times": 1}, )" + portal);
    expect_failure(site, site.request(), "answered", Left::part);
    expect_recovery(site);
    EXPECT_EQ(site.asked().back().header("range"), "bytes=1000-");
  }
}

TEST(FaultyDownload, EndsAfterFiveRedirects) {
  const ReleaseSite site;
  for (int i = 0; i < 7; ++i) {
    const auto path = i == 0 ? site.asset_path() : "/endless" + std::to_string(i);
    site.fail(path, R"({"redirect": "/endless)" + std::to_string(i + 1) + R"("})");
  }
  expect_failure(site, site.request(), "redirects more than 5 times, at last to", Left::nothing);
  EXPECT_EQ(site.asked("/endless5").size(), 1U);
  EXPECT_TRUE(site.asked("/endless6").empty());
  expect_recovery(site);
}

TEST(FaultyChecksums, EndInTheirOwnWordsBeforeAnythingIsDownloaded) {
  const std::string other = std::string(64, '1') + "  lavap-v6.2.5-plan9-amd64\n";
  const ReleaseSite names;
  struct Case {
    std::string text;
    std::string faults;
    std::string words;
  };
  const std::vector<Case> rows = {
      {other,
       "",
       "sha256sum.txt does not list " + names.asset() + " (it lists: lavap-v6.2.5-plan9-amd64)"},
      {"", "", "(it lists: nothing)"},
      {"123  " + names.asset() + "\n",
       "",
       "sha256sum.txt gives no SHA-256 digest for " + names.asset() + " but '123'"},
      {std::string(64, '1') + "  " + names.asset() + "\n" + std::string(64, '2') + "  " +
           names.asset() + "\n",
       "",
       "with two digests"},
      {std::string((1U << 20U) + 1, '\n'), "", "is larger than 1 MiB"},
      {other, R"({"status": 404})", "answered HTTP 404 (not found"},
      {other, R"({"html": true})", "answered with a web page (HTML)"},
      {other, R"({"html": "disguised"})", "answered with a web page (HTML)"},
      {other, R"({"endless": true})", "is larger than 1 MiB"},
      {other, R"({"redirect": "http://127.0.0.1:9/x"})", "away from https"},
      {other, R"({"status": 500})", "gave up after 5 tries"},
  };
  for (const auto& row : rows) {
    const ReleaseSite site;
    const std::string good = site.sha256() + "  " + site.asset() + "\n";
    site.publish_checksums(row.text);
    site.fail(site.checksums_path(), row.faults);
    expect_failure(site, site.request(), row.words, Left::nothing);
    EXPECT_TRUE(site.asked().empty()) << row.words;
    site.publish_checksums(good);
    expect_recovery(site);
  }
}

TEST(FaultyChecksums, AreMissedWhereNothingElseVouches) {
  const ReleaseSite site;
  auto request = site.request();
  request.settings.checksums = "";
  expect_failure(site, request, "no checksum vouches for it", Left::nothing);
  request.sha256 = "abc";
  expect_failure(site, request, "binary.sha256 is no SHA-256 digest", Left::nothing);
  request.sha256 = std::string(64, '1');
  expect_failure(site, request, "checksum mismatch: expected 1111", Left::nothing);
  expect_recovery(site);
}

TEST(FaultySettings, AreRefusedBeforeAnythingIsAsked) {
  const ReleaseSite site;
  const auto garbage = site.scratch() / "garbage.pem";
  spill(garbage, "no certificate");
  const auto with = [&](auto change) {
    auto request = site.request();
    change(request.settings);
    return request;
  };
  using Settings = model::ReleaseSettings;
  const std::vector<std::pair<ports::FetchRequest, std::string>> rows = {
      {with([](Settings& s) { s.ca_file = ""; }), "its TLS certificate is not trusted"},
      {with([](Settings& s) { s.ca_file = "/nowhere/ca.pem"; }),
       "cannot read binary.release.ca_file /nowhere/ca.pem: no such file or directory"},
      {with([&](Settings& s) { s.ca_file = garbage; }),
       "binary.release.ca_file " + garbage.string() + " holds no PEM certificates"},
      {with([](Settings& s) { s.checksums = "http://mirror.example/sums"; }),
       "plain http is taken from loopback only"},
      {with([](Settings& s) { s.url = "http://mirror.example/lavap"; }),
       "sha256sum.txt does not list"},
      {with([](Settings& s) { s.url += "/"; }), "names no file"},
      {with([&](Settings& s) { s.checksums = "https://localhost:1/sums"; }),
       "can't connect: connection refused"},
      {with([&](Settings& s) {
         s.checksums = base::Result<std::string>{site.url("/sums", Host::http)}.value().replace(
             0, 4, "https");
       }),
       "TLS handshake failed"},
  };
  for (const auto& [request, words] : rows) {
    expect_failure(site, request, words, Left::nothing);
    EXPECT_TRUE(site.asked().empty()) << words;
  }
  expect_recovery(site);
}

TEST(FaultySettings, AreRefusedForAPinnedReleaseToo) {
  const ReleaseSite site;
  auto request = site.request();
  request.sha256 = site.sha256();
  request.settings.url = "http://mirror.example/lavap";
  expect_failure(
      site,
      request,
      "http://mirror.example/lavap is not fetched: plain http is taken from loopback only",
      Left::nothing);
}

TEST(FullDisk, IsNamedAndGetsItsSpaceBack) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "a small file system can be mounted by root only";
  }
  const ReleaseSite site;
  fs::create_directories(site.directory());
  bool mounted = false;
  std::thread{[&] {  // a thread's own mounts, gone with it
    mounted = ::unshare(CLONE_NEWNS) == 0 &&
              ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
              ::mount("none", site.directory().c_str(), "tmpfs", 0, "size=128k") == 0;
    if (mounted) {
      expect_failure(site,
                     site.request(),
                     "cannot write " + site.staged().string() + ": no space left on device",
                     Left::nothing);
    }
  }}
      .join();
  if (!mounted) {
    GTEST_SKIP() << "no file system can be mounted here";
  }
  expect_recovery(site);
}

}  // namespace
}  // namespace lavavisor::release
