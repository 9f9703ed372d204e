// The kernel's word on file systems, sockets, programs and locks, from the real /proc and a made
// one. SPDX-License-Identifier: Apache-2.0
#include "adapters/process/host_look.hpp"

#include "adapters/process/directory_lock.hpp"
#include "base/fd.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <elf.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>
#include <variant>

namespace lavavisor::process {
namespace {

using testing_support::TemporaryFolder;

/// A socket that listens on `host`, a free port.
class Listening {
 public:
  explicit Listening(const char* host)
      : m_v6(std::string_view{host}.find(':') != std::string_view::npos),
        m_socket(::socket(m_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage storage{};
    storage.ss_family = static_cast<sa_family_t>(m_v6 ? AF_INET6 : AF_INET);
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    ::inet_pton(storage.ss_family,
                host,
                m_v6 ? static_cast<void*>(&v6->sin6_addr) : static_cast<void*>(&v4->sin_addr));
    socklen_t size = m_v6 ? sizeof *v6 : sizeof *v4;
    auto* generic = reinterpret_cast<sockaddr*>(&storage);
    m_works = m_socket && ::bind(m_socket.get(), generic, size) == 0 &&
              ::listen(m_socket.get(), 1) == 0 &&
              ::getsockname(m_socket.get(), generic, &size) == 0;
    m_port = ntohs(m_v6 ? v6->sin6_port : v4->sin_port);
  }

  bool works() const { return m_works; }
  unsigned port() const { return m_port; }

 private:
  bool m_v6;
  base::Fd m_socket;
  bool m_works = false;
  unsigned m_port = 0;
};

TEST(Listeners, NameTheProcessThatListens) {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::1", "::"}) {
    const Listening socket{host};
    if (!socket.works()) {
      continue;  // a host without IPv6
    }
    const auto all = listeners();
    ASSERT_TRUE(all) << all.error().message;
    const auto own = std::find_if(all->begin(), all->end(), [&](const model::Listener& each) {
      return each.port == socket.port() && each.host == host;
    });
    ASSERT_NE(own, all->end()) << host;
    EXPECT_EQ(own->pid, ::getpid());
    EXPECT_EQ(own->user, ::geteuid());
    EXPECT_EQ(own->program, std::string{"unit_adapters_process"}.substr(0, 15));
  }
}

TEST(Listeners, AreReadFromTheTablesOfTheKernel) {
  const TemporaryFolder proc;
  const std::string headings = "  sl  local_address rem_address st ...\n";
  proc.write("net/tcp",
             headings +
                 "   0: 0100007F:0898 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999"
                 "        0 4001 1 0\n"
                 "   1: 0100007F:0899 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0"
                 "        0 4002 1 0\n"
                 "   2: nonsense\n");
  proc.write(
      "net/tcp6",
      headings + "   0: 0000000000000000FFFF00000100007F:1F90 0:0 0A 0:0 0:0 0 0 0 4003 1 0\n");
  proc.write("77/comm", "lavap\n");
  proc.write("77/cgroup", "0::/system.slice/provider-eth1.service\n");
  std::filesystem::create_directories(proc.path() / "77/fd");
  std::filesystem::create_symlink("socket:[4001]", proc.path() / "77/fd/3");
  std::filesystem::create_symlink("/dev/null", proc.path() / "77/fd/0");
  const auto all = listeners(proc.path());
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).host, "127.0.0.1");
  EXPECT_EQ(all->at(0).port, 2'200U);
  EXPECT_EQ(all->at(0).user, 999U);
  EXPECT_EQ(all->at(0).pid, 77);
  EXPECT_EQ(all->at(0).program, "lavap");
  EXPECT_EQ(all->at(0).unit, "provider-eth1.service");
  EXPECT_EQ(all->at(1).host, "127.0.0.1") << "an IPv4 address in IPv6's clothes";
  EXPECT_EQ(all->at(1).port, 8'080U);
  EXPECT_EQ(all->at(1).pid, 0);
}

TEST(Listeners, SayThatTheKernelDoesNotTell) {
  EXPECT_FALSE(listeners("/nonexistent"));
}

TEST(Elf, IsReadFromAProgramOfThisHost) {
  const auto own = read_elf("/proc/self/exe");
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(own->word_size, 8 * sizeof(void*));
  EXPECT_FALSE(own->interpreter.empty());
  EXPECT_FALSE(own->interpreter_missing);
}

/// A header, with one segment that names `interpreter`.
std::string program(unsigned machine, const std::string& interpreter) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_EXEC;
  header.e_machine = static_cast<Elf64_Half>(machine);
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_INTERP;
  segment.p_offset = sizeof header + sizeof segment;
  segment.p_filesz = interpreter.size() + 1;
  std::string bytes(sizeof header + sizeof segment, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &segment, sizeof segment);
  return bytes + interpreter + '\0';
}

TEST(Elf, TellsMachineAndLoader) {
  const TemporaryFolder folder;
  const auto file = folder.write("lavap", program(EM_AARCH64, "/nonexistent/ld.so"));
  const auto elf = read_elf(file);
  ASSERT_TRUE(elf) << elf.error().message;
  EXPECT_EQ(*elf, (model::Elf{EM_AARCH64, 64, false, "/nonexistent/ld.so", true}));
}

TEST(Elf, TellsThirtyTwoBitsAndBigEndian) {
  const TemporaryFolder folder;
  std::string bytes(sizeof(Elf32_Ehdr), '\0');
  std::memcpy(bytes.data(), ELFMAG, SELFMAG);
  bytes[EI_CLASS] = ELFCLASS32;
  bytes[EI_DATA] = ELFDATA2MSB;
  bytes[offsetof(Elf32_Ehdr, e_machine) + 1] = EM_MIPS;
  const auto elf = read_elf(folder.write("lavap", bytes));
  ASSERT_TRUE(elf) << elf.error().message;
  EXPECT_EQ(*elf, (model::Elf{EM_MIPS, 32, true, "", false}));
}

TEST(Elf, RefusesWhatIsNone) {
  const TemporaryFolder folder;
  const auto whole = program(EM_X86_64, "/lib/ld.so");
  const struct {
    std::string name;
    std::string content;
    std::string error;
  } rows[] = {
      {"empty", "", "is no ELF program"},
      {"script", "#!/bin/sh\necho 6.2.5\n", "is no ELF program"},
      {"cut-in-the-header", whole.substr(0, 40), "is cut off"},
      {"cut-in-the-segments", whole.substr(0, sizeof(Elf64_Ehdr) + 8), "is cut off"},
      {"cut-in-the-name", whole.substr(0, whole.size() - 4), "is cut off"},
  };
  for (const auto& row : rows) {
    const auto elf = read_elf(folder.write(row.name, row.content));
    ASSERT_FALSE(elf) << row.name;
    EXPECT_EQ(elf.error().message, row.error) << row.name;
  }
  EXPECT_EQ(read_elf(folder.path() / "none").error().message,
            "can't be opened: no such file or directory");
}

TEST(Volume, IsThatOfTheDeepestFolderThatIsThere) {
  const TemporaryFolder folder;
  const auto there = look_at_volume(folder.path());
  const auto to_come = look_at_volume(folder.path() / "a/b/c");
  ASSERT_TRUE(there && to_come);
  EXPECT_GT(there->size, 0U);
  EXPECT_EQ(there->size, to_come->size);
  EXPECT_FALSE(there->read_only);
}

TEST(LockHolder, IsToldWithoutTakingTheLock) {
  const TemporaryFolder folder;
  EXPECT_FALSE(lock_holder(folder.path())) << "there is no lock file";
  {
    const auto lock = DirectoryLock::acquire(folder.path());
    ASSERT_TRUE(std::holds_alternative<DirectoryLock>(lock));
    const auto holder = lock_holder(folder.path());
    ASSERT_TRUE(holder);
    EXPECT_EQ(*holder, ::getpid());
  }
  EXPECT_FALSE(lock_holder(folder.path())) << "the lock is gone";
}

}  // namespace
}  // namespace lavavisor::process
