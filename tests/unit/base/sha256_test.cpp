// SHA-256 against the vectors of FIPS 180-4.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"

#include "base/file.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

namespace lavavisor::base {
namespace {

constexpr auto k_empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr auto k_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr auto k_million_a = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256Hex, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_hex(""), k_empty);
  EXPECT_EQ(sha256_hex("abc"), k_abc);
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), k_million_a);
}

TEST(Sha256, HashesPieceByPiece) {
  Sha256 hash;
  for (const auto* piece : {"a", "", "bc"}) {
    hash.update(piece);
  }
  auto moved = std::move(hash);
  EXPECT_EQ(moved.finish(), k_abc);
}

TEST(Sha256File, HashesMoreThanOnePiece) {
  const Scratch scratch;
  const auto file = scratch.path() / "big";
  ASSERT_TRUE(write_file_atomically(file, std::string(3'000'001, 'x')));
  EXPECT_EQ(sha256_file(file).value(), sha256_hex(std::string(3'000'001, 'x')));
}

TEST(Sha256File, NamesWhatItCannotRead) {
  const Scratch scratch;
  EXPECT_EQ(sha256_file(scratch.path() / "no").error().message,
            "cannot read " + (scratch.path() / "no").string() + ": no such file or directory");
  EXPECT_EQ(sha256_file(scratch.path()).error().message,
            "cannot read " + scratch.path().string() + ": is a directory");
  EXPECT_EQ(sha256_file("/dev/zero").error().message,
            "cannot read /dev/zero: is not a regular file");
}

TEST(IsSha256Hex, WantsSixtyFourHexDigits) {
  EXPECT_TRUE(is_sha256_hex(k_abc));
  EXPECT_TRUE(is_sha256_hex(std::string(64, 'F')));
  EXPECT_FALSE(is_sha256_hex(std::string(63, 'a')));
  EXPECT_FALSE(is_sha256_hex(std::string(65, 'a')));
  EXPECT_FALSE(is_sha256_hex(std::string(64, 'g')));
  EXPECT_FALSE(is_sha256_hex(""));
}

}  // namespace
}  // namespace lavavisor::base
