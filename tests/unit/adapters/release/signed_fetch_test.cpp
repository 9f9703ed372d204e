// Releases whose checksums have to be signed, from a real TLS server: believed only after that.
// SPDX-License-Identifier: Apache-2.0
#include "release_site.hpp"
#include "support/minisign_signer.hpp"

#include <gtest/gtest.h>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;
using testing_support::Form;
using testing_support::MinisignSigner;

class SignedFetch : public testing::Test {
 protected:
  ports::FetchRequest request() const {
    auto request = site.request();
    request.verify = model::Verify::signature;
    request.settings.public_keys = {signer.key()};
    return request;
  }

  std::string checksums() const { return site.sha256() + "  " + site.asset() + "\n"; }
  std::string signature_path() const { return site.checksums_path() + ".minisig"; }
  std::string signature_url() const { return site.url(signature_path()); }

  void publish(const std::string& text, const std::string& minisig) const {
    site.publish_checksums(text);
    site.publish_at(signature_path(), minisig);
  }

  /// The release is refused by `expected`, and nothing of it was fetched.
  void expect_refused(const ports::FetchRequest& asked, const std::string& expected) const {
    const auto fetched = site.fetch(asked);
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().message, "release 6.2.5: " + expected);
    EXPECT_TRUE(site.asked().empty()) << "the binary was asked for";
    EXPECT_FALSE(fs::exists(site.staged()));
  }

  std::string refusal() const {
    return "its checksums are not believed: the signature " + signature_url() + " ";
  }

  ReleaseSite site;
  MinisignSigner signer;
};

TEST_F(SignedFetch, TakesBothFormsAndSaysWhoSigned) {
  for (const auto form : {Form::prehashed, Form::legacy}) {
    publish(checksums(), signer.sign(checksums(), "timestamp:1\tfile:\x1b[2Jx", form));
    const auto fetched = site.fetch(request());
    ASSERT_TRUE(fetched) << fetched.error().message;
    EXPECT_EQ(fetched->sha256, site.sha256());
    EXPECT_EQ(fetched->vouched_by,
              site.url(site.checksums_path()) + ", signed by key 21F437520A8DF1E5 " +
                  "(trusted comment: timestamp:1 file:\\x1b[2Jx)");
    fs::remove(site.staged());
  }
}

TEST_F(SignedFetch, TakesASignatureByAnyOfTheKeys) {
  auto asked = request();
  const MinisignSigner next{9};
  asked.settings.public_keys.push_back(next.key());
  publish(checksums(), next.sign(checksums()));
  const auto fetched = site.fetch(asked);
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_NE(fetched->vouched_by.find("signed by key 0909090909090909"), std::string::npos);
  fs::remove(site.staged());
  asked.settings.public_keys = {next.key()};
  publish(checksums(), signer.sign(checksums()));
  EXPECT_FALSE(site.fetch(asked)) << "the old key was removed";
}

TEST_F(SignedFetch, RefusesWhatTheKeyDidNotSign) {
  const std::string wrong = std::string(64, '1') + "  " + site.asset() + "\n";
  const auto good = signer.sign(checksums());
  publish(wrong, good);
  expect_refused(request(),
                 refusal() + "does not match " + site.url(site.checksums_path()) +
                     ": key 21F437520A8DF1E5 signed another content");
  publish(checksums(), MinisignSigner{9}.sign(checksums()));
  expect_refused(request(),
                 refusal() + "is by the unknown key 0909090909090909 " +
                     "(binary.release.public_key has: 21F437520A8DF1E5)");
  auto forged = signer.sign(checksums(), "file:x");
  forged.replace(forged.find("file:x"), 6, "file:y");
  publish(checksums(), forged);
  expect_refused(
      request(),
      refusal() + "has a forged trusted comment: key 21F437520A8DF1E5 signed another one");
  publish(checksums(), "Log in, please\n");
  expect_refused(request(),
                 refusal() + "is no minisign signature: has 1 lines, not the four of a signature");
  publish(checksums(), std::string(70'000, 'x'));
  expect_refused(
      request(),
      "no signature: " + signature_url() + ": is larger than 64 KiB; that is no signature");
}

TEST_F(SignedFetch, RefusesAnotherReleasesSignedChecksumsAsTheyStand) {
  const std::string others = std::string(64, '1') + "  lavap-v6.2.4-linux-amd64\n";
  publish(others, signer.sign(others));
  const auto fetched = site.fetch(request());
  ASSERT_FALSE(fetched);
  EXPECT_NE(fetched.error().message.find("does not list " + site.asset()), std::string::npos);
}

TEST_F(SignedFetch, RefusesWhereThereIsNoSignature) {
  expect_refused(request(),
                 "no signature: " + signature_url() +
                     ": answered HTTP 404 (not found: is there such a release, with this asset?)");
  EXPECT_EQ(site.asked(signature_path()).size(), 1U);
}

TEST_F(SignedFetch, BelievesNothingFromBefore) {
  publish(checksums(), signer.sign(checksums()));
  site.fail(R"({"truncate": 1000, "times": 1}, {"status": 404})");
  ASSERT_FALSE(site.fetch(request()));
  ASSERT_TRUE(fs::exists(site.note())) << "a part of it waits to be gone on with";
  site.heal();
  site.publish_at(signature_path(), MinisignSigner{9}.sign(checksums()));
  EXPECT_FALSE(site.fetch(request()));
  publish(checksums(), signer.sign(checksums()));
  EXPECT_TRUE(site.fetch(request()));
}

TEST_F(SignedFetch, TriesAgainWhatMayPass) {
  publish(checksums(), signer.sign(checksums()));
  site.fail(signature_path(), R"({"status": 503, "times": 2}, {"truncate": 10, "times": 1})");
  const auto fetched = site.fetch(request());
  EXPECT_TRUE(fetched) << fetched.error().message;
}

TEST_F(SignedFetch, AsksWhereTheOperatorSaysTheSignatureIs) {
  auto asked = request();
  asked.settings.signature = site.url("/signatures/{version}.sig");
  site.publish_checksums(checksums());
  site.publish_at("/signatures/6.2.5.sig", signer.sign(checksums()));
  EXPECT_TRUE(site.fetch(asked));
  EXPECT_TRUE(site.asked(signature_path()).empty());
}

TEST_F(SignedFetch, PutsTheSuffixBeforeAQuery) {
  auto asked = request();
  asked.settings.checksums += "?raw=1";
  publish(checksums(), signer.sign(checksums()));
  const auto fetched = site.fetch(asked);
  EXPECT_TRUE(fetched) << fetched.error().message;
  EXPECT_EQ(site.asked(signature_path() + "?raw=1").size(), 1U);
}

TEST_F(SignedFetch, NeedsNoSignatureForWhatTheOperatorPinned) {
  auto asked = request();
  asked.sha256 = site.sha256();
  const auto fetched = site.fetch(asked);
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_EQ(fetched->vouched_by, "binary.sha256");
  EXPECT_TRUE(site.asked(signature_path()).empty());
}

TEST_F(SignedFetch, GoesForASourceArchiveToo) {
  auto asked = request();
  asked.asset = ports::Asset::source;
  publish(checksums(), signer.sign(checksums()));
  EXPECT_TRUE(site.fetch(asked));
  publish(checksums(), MinisignSigner{9}.sign(checksums()));
  EXPECT_FALSE(site.fetch(asked));
}

TEST_F(SignedFetch, LooksAtNoSignatureWhereNoneIsAskedFor) {
  auto asked = request();
  asked.verify = model::Verify::checksum;
  publish(checksums(), MinisignSigner{9}.sign(checksums()));
  EXPECT_TRUE(site.fetch(asked));
  EXPECT_TRUE(site.asked(signature_path()).empty());
}

}  // namespace
}  // namespace lavavisor::release
