#!/bin/sh
# Builds the packages twice, from two copies of the source at different places, into folders of
# different names, under another umask, locale, time zone and number of jobs and without a compiler
# cache; prints the SHA-256 of program, .deb and .tar.gz, and fails where the two differ.
# SPDX-License-Identifier: Apache-2.0
#
#   reproducible.sh [JOBS]      $TMPDIR (default: /var/tmp) has room for two builds
set -eu
jobs=${1:-2}
source=$(cd "$(dirname "$0")/../.." && pwd)
top=$(mktemp -d "${TMPDIR:-/var/tmp}/lavavisor-reproducible.XXXXXX")
trap 'rm -rf "$top"' EXIT
trap 'exit 1' INT TERM

# The time of what is packed: that of the source, once for both.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct 2>/dev/null) ||
    SOURCE_DATE_EPOCH=$(stat -c %Y "$source/CHANGELOG.md")
fi
export SOURCE_DATE_EPOCH

# One source for both, whoever works on it meanwhile.
mkdir "$top/snapshot"
tar -C "$source" --exclude=./.git --exclude='./build*' -cf - . | tar -C "$top/snapshot" -xf -

# build NAME SOURCE BUILD JOBS UMASK LOCALE ZONE: what came out goes to $top/NAME.sum.
build() (
  umask "$5"
  mkdir -p "$2" "$3"
  tar -C "$top/snapshot" -cf - . | tar -C "$2" --no-same-permissions -xf -
  export LC_ALL="$6" TZ="$7" HOME="$3" CCACHE_DISABLE=1
  cmake -S "$2" -B "$3" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLAVAVISOR_TESTS=OFF \
    -DCMAKE_CXX_COMPILER_LAUNCHER=/usr/bin/env >"$top/$1.log" 2>&1
  { cmake --build "$3" -j "$4" && cd "$3" && cpack; } >>"$top/$1.log" 2>&1 || {
    tail -20 "$top/$1.log" >&2
    exit 1
  }
  mkdir "$3/unpacked"
  dpkg-deb -x "$3"/lavavisor_*.deb "$3/unpacked"
  cp "$3/unpacked/usr/bin/lavavisor" "$3/lavavisor"
  cd "$3"
  sha256sum lavavisor lavavisor_*.deb lavavisor-*.tar.gz >"$top/$1.sum"
)

build first "$top/a/source" "$top/a/build" "$jobs" 022 C.UTF-8 UTC
build second "$top/elsewhere/a longer/name of source" "$top/elsewhere/out-of-tree" 1 077 C Asia/Kolkata

cat "$top/first.sum"
if cmp -s "$top/first.sum" "$top/second.sum"; then
  echo "The same, built twice."
else
  echo "They differ; the second:" >&2
  cat "$top/second.sum" >&2
  exit 1
fi
