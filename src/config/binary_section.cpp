// [binary] and the tables below it.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "config/sections.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <iterator>

namespace lavavisor::config {

namespace {

using std::chrono::milliseconds;

std::string lower_hex(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// An unquoted 6.2.5 is three nested tables to TOML.
bool lacks_quotes(const TableReader& table, const Entry& entry) {
  const bool lacks = entry.value.as<RawTable>() != nullptr;
  if (lacks) {
    table.error(entry.key,
                entry.place,
                "expected a string, found a table",
                "write the version between quotes: \"6.2.5\" = ...");
  }
  return lacks;
}

/// The digests in the table sha256 of `parent`.
std::map<model::Release, std::string> read_pins(const TableReader& parent) {
  const TableReader table = parent.table("sha256");
  std::map<model::Release, std::string> pins;
  for (const Entry& entry : table.entries()) {
    if (lacks_quotes(table, entry)) {
      continue;
    }
    const auto release = parse_release_name(entry.key);
    const auto digest = table.as_text(entry.key, entry.value);
    if (!release) {
      table.error(entry.key, entry.place, release.error());
    } else if (digest && !base::is_sha256_hex(digest->value)) {
      table.error(entry.key,
                  digest->place,
                  "is not a SHA-256 digest",
                  "64 hexadecimal digits, as sha256sum prints them");
    } else if (digest && !pins.emplace(*release, lower_hex(digest->value)).second) {
      table.error(entry.key, entry.place, "release " + release->name + " has a digest already");
    }
  }
  return pins;
}

std::map<model::Version, model::Release> read_releases(const TableReader& binary) {
  const TableReader table = binary.table("releases");
  std::map<model::Version, model::Release> releases;
  for (const Entry& entry : table.entries()) {
    if (lacks_quotes(table, entry)) {
      continue;
    }
    const auto version = model::parse_version(entry.key);
    const auto release =
        table.checked(entry.key, table.as_text(entry.key, entry.value), parse_release_name);
    if (!version) {
      table.error(entry.key,
                  entry.place,
                  version.error().message,
                  "the key is the protocol version that the chain asks for");
    } else if (release && !releases.emplace(*version, release->value).second) {
      table.error(entry.key,
                  entry.place,
                  "protocol version " + model::to_string(*version) + " has a release already");
    }
  }
  return releases;
}

/// The URL template at `key`; "" is taken when `may_be_empty`.
std::string read_template(const TableReader& release, std::string_view key, bool may_be_empty) {
  const auto text = release.find_string(key);
  if (!text || (text->value.empty() && may_be_empty)) {
    return text ? "" : release.string(key);
  }
  const auto url = release.checked(key, text, check_template);
  if (url && url->value.find("{version}") == std::string::npos) {
    release.warning(key, url->place, "has no {version}, so every release would come from one URL");
  }
  return url ? url->value : release.string(key);
}

/// Add the key that `written` is to `keys`, which their ids tell apart.
void add_public_key(const TableReader& release,
                    const Raw& written,
                    std::vector<model::SigningKey>& keys) {
  const auto refuse = [&](const std::string& why, std::string hint = {}) {
    release.error("public_key", written.place, why, std::move(hint));
  };
  const auto* const text = written.as<std::string>();
  if (text == nullptr) {
    return refuse("expected a string or a list of strings, found " + std::string{kind_of(written)});
  }
  const auto key = model::parse_signing_key(*text);
  if (!key) {
    return refuse(key.error().message, "the line of minisign.pub that begins with RW");
  }
  const auto same = std::find_if(keys.begin(), keys.end(), [&](const model::SigningKey& other) {
    return other.id == key->id;
  });
  if (same != keys.end()) {
    const std::string id = model::to_string(key->id);
    return refuse(*same == *key ? "holds the key " + id + " twice"
                                : "holds two keys with the id " + id);
  }
  keys.push_back(*key);
}

/// What the file gives as keys: one, or a list of them.
std::vector<const Raw*> written_keys(const TableReader& release) {
  const Raw* const given = release.find("public_key");
  const auto* const text = given == nullptr ? nullptr : given->as<std::string>();
  const auto* const list = given == nullptr ? nullptr : given->as<RawList>();
  std::vector<const Raw*> written;
  if (list != nullptr) {
    std::transform(list->begin(), list->end(), std::back_inserter(written), [](const Raw& each) {
      return &each;
    });
  } else if (given != nullptr && (text == nullptr || !text->empty())) {
    written.push_back(given);
  }
  return written;
}

std::vector<model::SigningKey> read_public_keys(const TableReader& release) {
  std::vector<model::SigningKey> keys;
  for (const Raw* const written : written_keys(release)) {
    add_public_key(release, *written, keys);
  }
  return keys;
}

/// A signature is by a key and of a file; where none is asked for, neither matters.
void check_signing(const TableReader& binary,
                   const TableReader& release,
                   const model::ReleaseSettings& settings,
                   model::Verify verify) {
  const bool has_keys = !written_keys(release).empty();  // be they wrong ones
  if (verify == model::Verify::signature && !has_keys) {
    binary.error("verify",
                 binary.place_of("verify"),
                 "is 'signature', but binary.release.public_key gives no key",
                 "the line of minisign.pub that begins with RW");
  }
  if (verify == model::Verify::signature && settings.checksums.empty()) {
    binary.error("verify",
                 binary.place_of("verify"),
                 "is 'signature', but binary.release.checksums names no file that is signed");
  }
  const auto warn = [&](std::string_view key) {
    release.warning(
        key, release.place_of(key), "is not looked at unless binary.verify is 'signature'");
  };
  if (verify != model::Verify::signature && has_keys) {
    warn("public_key");
  }
  if (verify != model::Verify::signature && !settings.signature.empty()) {
    warn("signature");
  }
}

model::ReleaseSettings read_release(const TableReader& binary, model::Verify verify) {
  const TableReader release = binary.table("release");
  model::ReleaseSettings out;
  out.url = read_template(release, "url", false);
  out.checksums = read_template(release, "checksums", true);
  out.signature = read_template(release, "signature", true);
  out.public_keys = read_public_keys(release);
  check_signing(binary, release, out, verify);
  const auto ca_file = release.find_path("ca_file");
  out.ca_file = ca_file ? ca_file->value : "";
  out.max_size = release.size("max_size");
  out.timeout = release.duration("timeout", milliseconds{1});
  return out;
}

/// A folder below the source's top, as Go writes it: "cmd/lavap", or "." for the top itself.
Checked<std::string> check_package(std::string_view text) {
  std::string_view rest = text;
  rest.remove_prefix(rest.starts_with("./") ? 2 : 0);
  const auto is_plain = [](std::string_view name) {
    return !name.empty() && name.front() != '.' && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '_' || c == '-';
           });
  };
  const auto names = base::split(rest, '/');
  if (text != "." && !std::all_of(names.begin(), names.end(), is_plain)) {
    return problem(in_quotes(text) + " is no folder of the source",
                   "a path below its top, such as cmd/lavap");
  }
  return std::string{rest};
}

/// "go" is looked for in PATH; with a "/" it is a path like any other.
std::string read_go(const TableReader& build) {
  const auto text = build.find_string("go");
  if (text && text->value.empty()) {
    build.error("go", text->place, "is empty", "the go command: a name, or a path");
  }
  if (text && text->value.find('/') != std::string::npos) {
    const auto path = build.find_path("go");
    return path ? path->value.string() : text->value;
  }
  return build.string("go");
}

model::BuildSettings read_build(const TableReader& binary) {
  const TableReader build = binary.table("build");
  model::BuildSettings out;
  out.url = read_template(build, "url", false);
  const auto package = build.checked("package", build.find_string("package"), check_package);
  out.package = package ? package->value : "";
  out.go = read_go(build);
  out.sha256 = read_pins(build);
  return out;
}

model::Method read_method(const TableReader& binary) {
  const std::string word = binary.word("method");
  return word == "build"  ? model::Method::build
         : word == "auto" ? model::Method::automatic
                          : model::Method::release;
}

std::filesystem::path read_link(const TableReader& binary) {
  if (const auto given = binary.find_path("link")) {
    return given->value;
  }
  const Environment& environment = binary.context().environment;
  if (environment.is_root) {
    return "/usr/local/bin/lavap";
  }
  return environment.home.empty() ? "" : environment.home / ".local/bin/lavap";
}

model::Verify read_verify(const TableReader& binary) {
  const std::string word = binary.word("verify");
  return word == "none"        ? model::Verify::none
         : word == "signature" ? model::Verify::signature
                               : model::Verify::checksum;
}

}  // namespace

Checked<model::Release> parse_release_name(std::string_view text) {
  const auto release = model::parse_release(text);
  return release ? Checked<model::Release>{*release} : problem(release.error().message);
}

Checked<model::VersionChoice> parse_version_choice(std::string_view text) {
  if (text == "target") {
    return model::FollowTarget{};
  }
  if (text == "min") {
    return model::FollowMin{};
  }
  const auto release = model::parse_release(text);
  if (!release) {
    return problem(
        "expected 'target', 'min' or a release such as '6.2.5', found " + in_quotes(text),
        guess(text, {"target", "min"}));
  }
  return *release;
}

model::BinaryPolicy read_binary(const TableReader& root) {
  const TableReader binary = root.table("binary");
  model::BinaryPolicy out;
  if (const auto version =
          binary.checked("version", binary.find_string("version"), parse_version_choice)) {
    out.version = version->value;
  }
  const auto max_version = binary.find_string("max_version");
  if (max_version && !max_version->value.empty()) {
    const auto release = binary.checked("max_version", max_version, parse_release_name);
    out.max_version = release ? std::optional{release->value} : std::nullopt;
  }
  out.target_delay = binary.duration("target_delay", milliseconds{0});
  out.auto_download = binary.boolean("auto_download");
  out.method = read_method(binary);
  out.link = read_link(binary);
  out.allow_downgrade = binary.boolean("allow_downgrade");
  out.keep = binary.count("keep", 0);
  out.verify = read_verify(binary);
  out.sha256 = read_pins(binary);
  out.releases = read_releases(binary);
  out.release = read_release(binary, out.verify);
  out.build = read_build(binary);
  return out;
}

}  // namespace lavavisor::config
