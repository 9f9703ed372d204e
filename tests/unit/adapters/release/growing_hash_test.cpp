// A hash beside the writer is the hash of what was written, whoever is faster.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/growing_hash.hpp"

#include "base/fd.hpp"
#include "temp_folder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace lavavisor::release {
namespace {

constexpr uid_t k_nobody = 65534;

/// Bytes of which no two places look the same.
std::string content(std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += std::to_string(text.size()) + ",";
  }
  text.resize(size);
  return text;
}

/// A file that is written and hashed.
class Growing {
 public:
  int fd() const { return m_fd.get(); }

  /// Write `text` in pieces, telling `hash` of each.
  void write(GrowingHash& hash, std::string_view text, std::size_t piece) {
    for (std::size_t at = 0; at < text.size(); at += piece) {
      const auto part = text.substr(at, piece);
      ASSERT_EQ(::write(fd(), part.data(), part.size()), static_cast<ssize_t>(part.size()));
      m_size += part.size();
      hash.grow(m_size);
    }
  }

 private:
  TempFolder m_folder;
  base::Fd m_fd{::open((m_folder.path() / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  std::uint64_t m_size = 0;
};

TEST(GrowingHash, Is_that_of_all_that_was_written) {
  struct Case {
    std::size_t size;
    std::size_t piece;
  };
  for (const auto& [size, piece] : {Case{0, 1},
                                    Case{1, 1},
                                    Case{(256U << 10U) - 1, 16U << 10U},
                                    Case{256U << 10U, 256U << 10U},
                                    Case{(256U << 10U) + 1, 100'003},
                                    Case{5'000'000, 16U << 10U},
                                    Case{5'000'000, 5'000'000}}) {
    Growing file;
    GrowingHash hash{file.fd()};
    const std::string text = content(size);
    file.write(hash, text, piece);
    EXPECT_EQ(hash.finish({}), base::sha256_hex(text)) << size << " in pieces of " << piece;
  }
}

TEST(GrowingHash, Begins_with_what_was_there_before) {
  Growing file;
  const std::string text = content(1'000'000);
  ASSERT_EQ(::write(file.fd(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  GrowingHash hash{file.fd()};
  hash.grow(text.size());
  EXPECT_EQ(hash.finish({}), base::sha256_hex(text));
}

TEST(GrowingHash, A_file_that_was_cut_off_can_not_be_read) {
  Growing file;
  GrowingHash hash{file.fd()};
  hash.grow(1'000'000);  // which nobody wrote
  const auto digest = hash.finish({});
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind, Failure::Kind::start_over);
  EXPECT_EQ(digest.error().message, "cannot read what was downloaded: input/output error");
}

TEST(GrowingHash, Ends_early_where_it_is_asked_to_stop) {
  Growing file;
  GrowingHash hash{file.fd()};
  file.write(hash, content(1'000), 1'000);
  std::stop_source stop;
  stop.request_stop();
  const auto digest = hash.finish(stop.get_token());
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind, Failure::Kind::stopped);
}

TEST(GrowingHash, Ends_with_its_owner_though_nobody_asks_for_the_digest) {
  Growing file;
  GrowingHash hash{file.fd()};
  file.write(hash, content(1'000'000), 100'000);
}

/// In a process that may have no thread beside its first; the digest it gets there.
std::string digest_without_threads(const std::string& text) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  Growing file;
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    if (::geteuid() == 0 && ::setresuid(k_nobody, k_nobody, k_nobody) != 0) {
      ::_exit(2);
    }
    ::setrlimit(RLIMIT_NPROC, &none);
    GrowingHash hash{file.fd()};
    file.write(hash, text, 10'000);
    const auto digest = hash.finish({});
    const std::string said = digest ? *digest : digest.error().message;
    ::_exit(::write(ends[1], said.data(), said.size()) < 0 ? 3 : 0);
  }
  ::close(ends[1]);
  std::string said(256, '\0');
  const ssize_t got = ::read(ends[0], said.data(), said.size());
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return said;
}

TEST(GrowingHash, Does_without_a_thread_where_none_can_be_had) {
  const std::string text = content(1'000'000);
  EXPECT_EQ(digest_without_threads(text), base::sha256_hex(text));
}

}  // namespace
}  // namespace lavavisor::release
