// Release URLs: which are asked, which redirects are followed, what of them is shown.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::release {
namespace {

TEST(FillIn, PutsReleaseAndMachineIntoTheUrl) {
  const auto url = fill_in("https://h/v{version}/lavap-v{version}-{os}-{arch}", {"3.1.7-near-hf"});
#if defined(__aarch64__)
  EXPECT_EQ(url, "https://h/v3.1.7-near-hf/lavap-v3.1.7-near-hf-linux-arm64");
#elif defined(__x86_64__)
  EXPECT_EQ(url, "https://h/v3.1.7-near-hf/lavap-v3.1.7-near-hf-linux-amd64");
#endif
}

TEST(CheckUrl, TakesTlsAndPlainHttpFromLoopbackOnly) {
  for (const std::string url : {"https://github.com/a",
                                "https://10.0.0.1:8443/a",
                                "http://localhost:80/a",
                                "http://127.0.0.1/a",
                                "http://127.8.9.10:1234/a",
                                "http://[::1]:80/a",
                                "HTTP://LOCALHOST/a"}) {
    EXPECT_TRUE(check_url(url)) << url;
  }
  for (const std::string url : {"http://github.com/a",
                                "http://10.0.0.1/a",
                                "http://127.0.0.1.evil.example/a",
                                "http://localhost.evil.example/a",
                                "http://127.0.0.1@evil.example/a",
                                "ftp://localhost/a",
                                "file:///etc/passwd",
                                "github.com/a",
                                "",
                                "https://",
                                "http://[::2]/a",
                                "https://a b/c"}) {
    EXPECT_FALSE(check_url(url)) << url;
  }
}

TEST(CheckUrl, SaysWhatIsWrong) {
  EXPECT_EQ(
      check_url("http://user:secret@mirror.example/a?token=1").error().message,
      "http://mirror.example/a is not fetched: plain http is taken from loopback only, use https");
  EXPECT_EQ(check_url("ftp://mirror.example/a").error().message,
            "ftp://mirror.example/a is not fetched: only https is taken");
  EXPECT_EQ(check_url("nonsense").error().message,
            "'nonsense' is no URL of the form https://host/path");
}

TEST(CheckRedirect, NeverLeavesTls) {
  const std::string tls = "https://a.example/x";
  const std::string loopback = "http://127.0.0.1:1/x";
  EXPECT_TRUE(check_redirect(tls, "https://b.example:444/y"));
  EXPECT_TRUE(check_redirect(loopback, tls));
  EXPECT_TRUE(check_redirect(loopback, "http://localhost:2/y"));
  EXPECT_FALSE(check_redirect(tls, "http://b.example/y"));
  EXPECT_FALSE(check_redirect(tls, loopback));
  EXPECT_FALSE(check_redirect(tls, "file:///etc/passwd"));
  EXPECT_FALSE(check_redirect(loopback, "http://b.example/y"));
  EXPECT_FALSE(check_redirect(loopback, "ftp://localhost/y"));
}

TEST(AssetName, IsTheLastSegmentDecoded) {
  EXPECT_EQ(asset_name("https://h/v1/lavap-v1-linux-amd64").value(), "lavap-v1-linux-amd64");
  EXPECT_EQ(asset_name("https://h/lavap%2Dv1?x=/y#/z").value(), "lavap-v1");
  EXPECT_FALSE(asset_name("https://h/v1/"));
  EXPECT_FALSE(asset_name("https://h"));
}

TEST(Shown, KeepsSecretsAndControlCharactersBack) {
  EXPECT_EQ(shown("https://user:secret@h:8443/a?sig=abc#f"), "https://h:8443/a");
  EXPECT_EQ(shown("https://h/a\x1b[2J").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace lavavisor::release
