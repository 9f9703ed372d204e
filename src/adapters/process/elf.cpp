// The ELF header and the name of the dynamic loader (elf(5)), in the file's own byte order.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/host_look.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;
using model::Elf;

constexpr std::size_t k_most_segments = 128;
constexpr std::size_t k_longest_name = 4'096;

/// A file and the byte order that its numbers are in.
class Source {
 public:
  explicit Source(const std::filesystem::path& path)
      : m_file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {}

  bool is_open() const { return static_cast<bool>(m_file); }
  void set_big_endian(bool is_big) { m_big = is_big; }

  bool read(std::uint64_t at, void* into, std::size_t size) const {
    const auto got = ::pread(m_file.get(), into, size, static_cast<off_t>(at));
    return got >= 0 && static_cast<std::size_t>(got) == size;
  }

  /// A number of the file as ours.
  template <class Number>
  Number number(Number raw) const {
    static_assert(std::is_unsigned_v<Number>);
    if (m_big == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)) {
      return raw;
    }
    auto* bytes = reinterpret_cast<unsigned char*>(&raw);
    std::reverse(bytes, bytes + sizeof raw);
    return raw;
  }

 private:
  base::Fd m_file;
  bool m_big = false;
};

/// The path in the segment PT_INTERP; "" = there is none.
template <class Header, class Segment>
Result<std::string> interpreter_of(const Source& source, const Header& header) {
  const std::size_t count = std::min<std::size_t>(source.number(header.e_phnum), k_most_segments);
  const std::uint64_t first = source.number(header.e_phoff);
  for (std::size_t i = 0; i < count; ++i) {
    Segment segment{};
    if (!source.read(first + i * sizeof segment, &segment, sizeof segment)) {
      return fail("is cut off");
    }
    if (source.number(segment.p_type) == PT_INTERP) {
      const std::uint64_t size = source.number(segment.p_filesz);
      std::string name(std::min<std::uint64_t>(size, k_longest_name), '\0');
      if (!source.read(source.number(segment.p_offset), name.data(), name.size())) {
        return fail("is cut off");
      }
      return name.substr(0, name.find('\0'));
    }
  }
  return std::string{};
}

template <class Header, class Segment>
Result<Elf> read_header(const Source& source, unsigned word_size, bool big_endian) {
  Header header{};
  if (!source.read(0, &header, sizeof header)) {
    return fail("is cut off");
  }
  auto interpreter = interpreter_of<Header, Segment>(source, header);
  if (!interpreter) {
    return tl::make_unexpected(interpreter.error());
  }
  Elf elf;
  elf.machine = source.number(header.e_machine);
  elf.word_size = word_size;
  elf.big_endian = big_endian;
  elf.interpreter_missing = !interpreter->empty() && ::access(interpreter->c_str(), F_OK) != 0;
  elf.interpreter = std::move(*interpreter);
  return elf;
}

}  // namespace

Result<Elf> read_elf(const std::filesystem::path& file) {
  Source source{file};
  if (!source.is_open()) {
    return fail("can't be opened: " + base::errno_text(errno));
  }
  std::array<unsigned char, EI_NIDENT> ident{};
  if (!source.read(0, ident.data(), ident.size()) ||
      !std::equal(ident.begin(), ident.begin() + SELFMAG, ELFMAG)) {
    return fail("is no ELF program");
  }
  const bool big_endian = ident[EI_DATA] == ELFDATA2MSB;
  source.set_big_endian(big_endian);
  return ident[EI_CLASS] == ELFCLASS32
             ? read_header<Elf32_Ehdr, Elf32_Phdr>(source, 32, big_endian)
             : read_header<Elf64_Ehdr, Elf64_Phdr>(source, 64, big_endian);
}

}  // namespace lavavisor::process
