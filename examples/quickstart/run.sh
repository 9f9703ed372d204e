#!/bin/bash
# See lavavisor work: in a throw-away systemd, with a small chain and release server on loopback, from
# one TOML file to running services, an upgrade that the chain asks for, and the history of both.
# SPDX-License-Identifier: Apache-2.0
#
# Called by `make quickstart`; $LAVAVISOR is the built program. Nothing of this host is changed, and
# nothing is left behind.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
box="$here/../../tests/support/systemd-box.sh"
program=${LAVAVISOR:-$(command -v lavavisor || true)}

if [ "$(id -u)" != 0 ]; then
  echo "The quickstart needs root: it boots a throw-away systemd out of Linux namespaces." >&2
  echo "Nothing of this host is touched. Run:  sudo make quickstart" >&2
  exit 1
fi
if [ ! -x "$program" ]; then
  echo "No lavavisor program found: set LAVAVISOR to the built one, or run  make quickstart" >&2
  exit 1
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/lavavisor-quickstart.XXXXXX")
export BOX_NAME="quickstart-$$" BOX_DIR="$work/box" BOX_WORK="$work/shared"
clean_up() {
  "$box" stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

in_box() { "$box" exec env ${NO_COLOR+"NO_COLOR=$NO_COLOR"} "$@"; }
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
explain() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
show() {
  printf '%s# %s%s\n' "$bold" "$*" "$plain"
  in_box "$@"
}

explain "A machine to play with: a systemd of its own, with its own network, processes and files"
mkdir -p "$BOX_WORK"
cp "$program" "$BOX_WORK/lavavisor"
cp "$here"/devnet*.py "$BOX_WORK/"
"${CXX:-c++}" -std=c++20 -O1 -s -o "$BOX_WORK/lavap-stand-in" "$here/lavap.cpp"
"$box" start
in_box ln -s /box/lavavisor /usr/local/bin/lavavisor
in_box useradd --system --create-home --shell /usr/sbin/nologin lava

explain "In it, a small chain that asks for lavap 6.2.4, and a TLS server with its releases"
in_box /box/devnet.py serve --state /root/devnet --lavap /box/lavap-stand-in \
  --port 26657 --release-port 8443 --control-port 8444 > "$work/devnet.json" 2> "$work/devnet.log" &
devnet=$!
until [ -s "$work/devnet.json" ]; do
  kill -0 "$devnet" 2>/dev/null || { cat "$work/devnet.log" >&2; exit 1; }
  read -rt 0.1 _ <> <(:) || :
done
control=http://127.0.0.1:8444/_control
for version in 6.2.4 6.2.5; do
  in_box /box/devnet.py release $control $version size=8000000 >/dev/null
done
echo "chain: tcp://127.0.0.1:26657   releases: https://127.0.0.1:8443"

explain "One file says what this host is to run"
in_box mkdir -p /etc/lavavisor
in_box cp /root/devnet/ca.pem /etc/lavavisor/
provider_yaml() {
  printf 'endpoints:\n  - api-interface: jsonrpc\n    chain-id: %s\n' "$1"
  printf '    network-address:\n      address: "127.0.0.1:%s"\n    node-urls:\n      - url: ws://127.0.0.1:3333\n' "$2"
}
provider_yaml ETH1 2221 | in_box tee /etc/lavavisor/provider-ETH1.yml >/dev/null
provider_yaml NEAR 2222 | in_box tee /etc/lavavisor/provider-NEAR.yml >/dev/null
in_box tee /etc/lavavisor/config.toml <<'TOML'
[chain]
id        = "lava-testnet-2"
endpoints = ["tcp://127.0.0.1:26657"]

[binary]
auto_download = true
[binary.release]
url       = "https://127.0.0.1:8443/lavanet/lava/releases/download/v{version}/lavap-v{version}-{os}-{arch}"
checksums = "https://127.0.0.1:8443/lavanet/lava/releases/download/v{version}/sha256sum.txt"
ca_file   = "ca.pem"

[defaults]
user   = "lava"
from   = "operator"
health = { settle = "1s", timeout = "20s" }

[[service]]
name   = "provider-eth1"
type   = "provider"
config = "provider-ETH1.yml"
flags  = { parallel-connections = 10 }

[[service]]
name   = "provider-near"
type   = "provider"
config = "provider-NEAR.yml"
TOML

explain "Check the file; every mistake would be shown at once, with its line"
show lavavisor validate /etc/lavavisor/config.toml

explain "What would be done? Nothing is touched by this"
show lavavisor plan /etc/lavavisor/config.toml

explain "Do it: download, verify, install, link, write units, enable, start, await healthy"
show lavavisor apply /etc/lavavisor/config.toml

explain "What is asked for, beside what is"
show lavavisor status /etc/lavavisor/config.toml
show systemctl --no-pager --lines=0 status provider-eth1.service

explain "The chain moves its target to 6.2.5 (on a real chain, by governance)"
show /box/devnet.py set $control target=6.2.5

explain "What follows from that?"
show lavavisor plan /etc/lavavisor/config.toml

explain "The upgrade, service by service, each behind its health gate"
show lavavisor apply /etc/lavavisor/config.toml

explain "A second apply finds nothing to do"
show lavavisor apply /etc/lavavisor/config.toml

explain "All of it is on record"
show lavavisor history /etc/lavavisor/config.toml

explain "That was it; the machine is thrown away now, and nothing of it is left"
