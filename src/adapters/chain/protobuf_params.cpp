// A reader of the four wire types that protobuf still has, and the walk down to the versions.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/protobuf_params.hpp"

#include "base/text.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace lavavisor::chain {
namespace {

using base::fail;
using base::Result;

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
  std::uint32_t number = 0;
  WireType type = WireType::varint;
  std::string_view payload;  ///< of WireType::bytes
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : m_rest(bytes) {}

  bool done() const { return m_rest.empty(); }

  /// Take the next field, whatever it is.
  Result<Field> next() {
    const auto tag = varint();
    if (!tag) {
      return tl::make_unexpected(tag.error());
    }
    const std::uint64_t number = *tag >> 3U;
    if (number == 0 || number > k_max_field_number) {
      return fail("a field number is out of range");
    }
    Field field{.number = static_cast<std::uint32_t>(number), .type = {}, .payload = {}};
    switch (*tag & 7U) {
      case 0:
        field.type = WireType::varint;
        return varint().map([&](std::uint64_t) { return field; });
      case 1:
        field.type = WireType::fixed64;
        return take(8).map([&](std::string_view) { return field; });
      case 2:
        field.type = WireType::bytes;
        return varint()
            .and_then([&](std::uint64_t size) { return take(size); })
            .map([&](auto part) {
              field.payload = part;
              return field;
            });
      case 5:
        field.type = WireType::fixed32;
        return take(4).map([&](std::string_view) { return field; });
      case 3:
      case 4:
        return fail("it holds a group, which no version of these parameters has");
      default:
        return fail("a wire type is unknown");
    }
  }

 private:
  static constexpr std::uint64_t k_max_field_number = (1U << 29U) - 1U;

  Result<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      if (m_rest.empty()) {
        return fail("it ends in the middle of a field");
      }
      const auto byte = static_cast<std::uint8_t>(m_rest.front());
      m_rest.remove_prefix(1);
      if (shift == 63 && byte > 1) {
        break;
      }
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) {
        return value;
      }
    }
    return fail("a number is longer than 64 bits");
  }

  Result<std::string_view> take(std::uint64_t size) {
    if (size > m_rest.size()) {
      return fail("it ends in the middle of a field");
    }
    const auto part = m_rest.substr(0, static_cast<std::size_t>(size));
    m_rest.remove_prefix(part.size());
    return part;
  }

  std::string_view m_rest;
};

/// Every occurrence of message field 1 in `bytes`, in order.
Result<std::vector<std::string_view>> embedded_messages(std::string_view bytes) {
  std::vector<std::string_view> found;
  for (Reader reader{bytes}; !reader.done();) {
    const auto field = reader.next();
    if (!field) {
      return tl::make_unexpected(field.error());
    }
    if (field->number != 1) {
      continue;
    }
    if (field->type != WireType::bytes) {
      return fail("field 1 is no message");
    }
    found.push_back(field->payload);
  }
  return found;
}

using NamedString = std::pair<const char*, std::string VersionStrings::*>;
constexpr std::array<NamedString, 4> k_strings{{
    {"provider_target", &VersionStrings::provider_target},
    {"provider_min", &VersionStrings::provider_min},
    {"consumer_target", &VersionStrings::consumer_target},
    {"consumer_min", &VersionStrings::consumer_min},
}};

/// Read one Version message over what `versions` holds already.
Result<void> merge_version(std::string_view bytes, VersionStrings& versions) {
  for (Reader reader{bytes}; !reader.done();) {
    const auto field = reader.next();
    if (!field) {
      return tl::make_unexpected(field.error());
    }
    if (field->number > k_strings.size()) {
      continue;
    }
    const auto& [name, member] = k_strings.at(field->number - 1);
    if (field->type != WireType::bytes) {
      return fail(std::string{name} + " is no text");
    }
    if (!base::is_utf8(field->payload)) {
      return fail(std::string{name} + " is not UTF-8");
    }
    versions.*member = field->payload;
  }
  return {};
}

Result<void> require_all(const VersionStrings& versions) {
  std::vector<std::string> missing;
  for (const auto& [name, member] : k_strings) {
    if ((versions.*member).empty()) {
      missing.emplace_back(name);
    }
  }
  if (!missing.empty()) {
    return fail("it lacks " + base::join(missing, ", "));
  }
  return {};
}

Result<VersionStrings> read_params(std::string_view bytes) {
  const auto params = embedded_messages(bytes);
  if (!params) {
    return tl::make_unexpected(params.error());
  }
  VersionStrings versions;
  for (const auto param : *params) {
    const auto messages = embedded_messages(param);
    if (!messages) {
      return tl::make_unexpected(messages.error());
    }
    for (const auto message : *messages) {
      if (const auto merged = merge_version(message, versions); !merged) {
        return tl::make_unexpected(merged.error());
      }
    }
  }
  return require_all(versions).map([&] { return versions; });
}

}  // namespace

Result<VersionStrings> decode_params(std::string_view bytes) {
  const auto versions = read_params(bytes);
  if (!versions) {
    return fail("the protocol parameters can't be read", versions.error());
  }
  return *versions;
}

}  // namespace lavavisor::chain
