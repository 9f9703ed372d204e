// Where the URL and the token come from, and that no complaint holds them.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/receiver.hpp"

#include "base/file.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace lavavisor::notify {
namespace {

class Receivers : public testing::Test {
 protected:
  Receivers() { clear(); }
  ~Receivers() override { clear(); }

  std::filesystem::path write(const std::string& name, const std::string& text, mode_t mode) const {
    const auto file = folder() / name;
    EXPECT_TRUE(base::write_file_atomically(file, text, {mode, {}}));
    return file;
  }
  const std::filesystem::path& folder() const { return m_scratch.path(); }

 private:
  static void clear() {
    ::unsetenv("LAVAVISOR_WEBHOOK");
    ::unsetenv("LAVAVISOR_WEBHOOK_TOKEN");
  }
  base::Scratch m_scratch;
};

TEST_F(Receivers, AreTakenFromTheFirstPlaceThatNamesOne) {
  model::NotifySettings settings;
  EXPECT_FALSE(has_receiver(settings));
  ::setenv("LAVAVISOR_WEBHOOK", " https://env.example/secret\n", 1);
  ::setenv("LAVAVISOR_WEBHOOK_TOKEN", "env-token", 1);
  EXPECT_TRUE(has_receiver(settings));
  EXPECT_EQ(read_receiver(settings)->url, "https://env.example/secret");
  EXPECT_EQ(read_receiver(settings)->token, "env-token");

  settings.webhook_file = write("url", "https://file.example:8443/secret\r\nignored\n", 0600);
  settings.token_file = write("token", "file-token\n", 0600);
  const auto receiver = read_receiver(settings);
  ASSERT_TRUE(receiver) << receiver.error().message;
  EXPECT_EQ(receiver->url, "https://file.example:8443/secret");
  EXPECT_EQ(receiver->token, "file-token");
  EXPECT_EQ(receiver->shown, "https://file.example:8443");
  EXPECT_TRUE(receiver->warnings.empty());

  settings.webhook = "http://user:pass@key.example/secret?k=v";
  EXPECT_EQ(read_receiver(settings)->url, settings.webhook);
  EXPECT_EQ(read_receiver(settings)->shown, "http://key.example");
}

TEST_F(Receivers, AreReadAnewEachTime) {
  model::NotifySettings settings;
  settings.webhook_file = write("url", "https://a.example/\n", 0600);
  EXPECT_EQ(read_receiver(settings)->url, "https://a.example/");
  write("url", "https://b.example/\n", 0600);
  EXPECT_EQ(read_receiver(settings)->url, "https://b.example/");
}

TEST_F(Receivers, WarnOfAFileThatOthersMayRead) {
  model::NotifySettings settings;
  settings.webhook = "https://a.example/";
  for (const mode_t mode : {0640U, 0604U}) {
    settings.token_file = write("token", "t", mode);
    ASSERT_EQ(read_receiver(settings)->warnings.size(), 1U);
    EXPECT_EQ(read_receiver(settings)->warnings[0],
              "others than its owner may read " + settings.token_file.string() +
                  ", which holds a secret; chmod 600 it");
  }
}

TEST_F(Receivers, RefuseWhatIsNoUrlWithoutTellingIt) {
  const std::string rows[] = {"secret",
                              "ftp://secret.example/",
                              "file:///secret",
                              "https://",
                              "https://a.example/se cret",
                              "https://a.example/secret\x01",
                              "https://a.example:99999/secret",
                              "https://sécret.example/"};
  for (const auto& row : rows) {
    model::NotifySettings settings;
    settings.webhook = row;
    const auto receiver = read_receiver(settings);
    ASSERT_FALSE(receiver) << row;
    EXPECT_EQ(receiver.error().message,
              "notify.webhook holds no URL of the form https://host/path");
  }
}

TEST_F(Receivers, RefuseATokenThatCouldForgeAHeaderWithoutTellingIt) {
  model::NotifySettings settings;
  settings.webhook = "https://a.example/";
  ::setenv("LAVAVISOR_WEBHOOK_TOKEN", "secret\r\nX-Evil: 1", 1);
  EXPECT_EQ(read_receiver(settings).error().message,
            "$LAVAVISOR_WEBHOOK_TOKEN holds no token: it has blanks or control characters in it");
}

TEST_F(Receivers, RefuseFilesThatAreNone) {
  ASSERT_EQ(::mkfifo((folder() / "fifo").c_str(), 0600), 0);
  const std::filesystem::path rows[] = {folder() / "missing",
                                        folder() / "fifo",
                                        folder(),
                                        "/dev/zero",
                                        write("empty", "\nhttps://a.example/\n", 0600),
                                        write("huge", std::string(100'000, 'x'), 0600)};
  for (const auto& row : rows) {
    model::NotifySettings settings;
    settings.webhook_file = row;
    const auto receiver = read_receiver(settings);
    ASSERT_FALSE(receiver) << row;
    EXPECT_TRUE(receiver.error().message.starts_with("notify.webhook_file: ")) << row;
    EXPECT_NE(receiver.error().message.find(row.string()), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace lavavisor::notify
