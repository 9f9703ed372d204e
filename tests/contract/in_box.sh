#!/bin/bash
# Runs a test program as root in a throw-away box with a real systemd: in_box.sh PROGRAM [ARG..]
# SPDX-License-Identifier: Apache-2.0
# Exit code 77 = skipped: without root or namespaces there is no box.
set -eu

box=$(cd "$(dirname "${BASH_SOURCE[0]}")/../support" && pwd)/systemd-box.sh
skip() { printf 'SKIPPED: %s\n' "$*"; exit 77; }

[ "$(id -u)" = 0 ] || skip 'a real systemd in a box needs root'
unshare --pid --fork --mount --uts --ipc --net true 2>/dev/null || skip 'no namespaces here'
findmnt -n -f -t cgroup2 > /dev/null || skip 'no cgroup2 mount here'

BOX_NAME=contract-$$
BOX_DIR=$(mktemp -d "${TMPDIR:-/tmp}/lavavisor-contract-XXXXXX")
BOX_WORK=$BOX_DIR/work
export BOX_NAME BOX_DIR BOX_WORK
trap '"$box" stop; rm -rf -- "$BOX_DIR"' EXIT
mkdir -p "$BOX_WORK"
cp "$1" "$BOX_WORK/program"
shift
"$box" start > /dev/null
"$box" exec loginctl enable-linger root
"$box" exec env XDG_RUNTIME_DIR=/run/user/0 /box/program "$@"
