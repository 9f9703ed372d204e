#!/usr/bin/python3
"""A small chain and release server to try lavavisor on: everything on loopback, in one process.

    devnet.py serve --state DIR --lavap FILE [--nodes N]   print one JSON line when ready, serve on
    devnet.py set CONTROL KEY=VALUE...                     e.g. target=6.2.5 min=6.0.0 mode=down
    devnet.py release CONTROL VERSION [KEY=VALUE...]       publish a release, e.g. reported=6.1.0

CONTROL is the URL that `serve` printed; POST it {"op": "set" | "release" | "requests", ...}.
`set` takes node=0 to change one node alone. Keys are those of ChainState and ReleaseServer.add.
SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from devnet_chain import Node  # noqa: E402
from devnet_http import Listen, PortServer, QuietHandler, listen_on_loopback  # noqa: E402
from devnet_releases import ReleaseServer  # noqa: E402


class Devnet:
    """`nodes` endpoints of one chain and a release server, on consecutive or free ports."""

    def __init__(
        self,
        state: Path,
        lavap: Path,
        *,
        nodes: int = 1,
        first_port: int = 0,
        release_port: int = 0,
        listen: Listen = listen_on_loopback,
    ) -> None:
        ports = [first_port + at if first_port else 0 for at in range(nodes)]
        self.nodes = [Node(port, listen) for port in ports]
        self.releases = ReleaseServer(state, lavap, release_port, listen)

    def set(self, node: int | None = None, **values: Any) -> None:
        """Change what one node (or each) says: target, min, mode ... (see ChainState)."""
        for each in self.nodes if node is None else [self.nodes[node]]:
            each.set(**values)

    def move_to(self, listen: Listen) -> None:
        """Serve the same ports by another way to listen: after the network was replaced."""
        for server in [*(node.server for node in self.nodes), self.releases.server]:
            server.close()
            server.listen = listen
        for node in self.nodes:
            node.set()
        self.releases.server.open()

    def close(self) -> None:
        for node in self.nodes:
            node.close()
        self.releases.close()

    def describe(self) -> dict[str, Any]:
        return {
            "chain": [f"tcp://127.0.0.1:{node.port}" for node in self.nodes],
            "rest": [f"rest+http://127.0.0.1:{node.port}" for node in self.nodes],
            "releases": self.releases.url,
            "ca_file": str(self.releases.ca_file),
        }

    def control(self, order: dict[str, Any]) -> Any:
        """Carry out one order of the control endpoint."""
        op = order.pop("op", None)
        if op == "set":
            self.set(**order)
            return [asdict(node.state) for node in self.nodes]
        if op == "release":
            release = self.releases.add(**order)
            return {"version": release.version, "sha256": release.sha256, "size": len(release.content)}
        if op == "requests":
            return [asdict(request) for request in self.releases.requests]
        raise ValueError(f"no op '{op}'; known: set, release, requests")


def control_server(devnet: Devnet, port: int) -> PortServer:
    class Handler(QuietHandler):
        def do_POST(self) -> None:
            try:
                status, answer = 200, devnet.control(json.loads(self.body()))
            except (ValueError, TypeError, IndexError) as error:
                status, answer = 400, {"error": str(error)}
            self.answer(status, json.dumps(answer).encode(), "application/json")

    return PortServer(Handler, port)


def serve(arguments: argparse.Namespace) -> int:
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    devnet = Devnet(
        arguments.state,
        arguments.lavap,
        nodes=arguments.nodes,
        first_port=arguments.port,
        release_port=arguments.release_port,
    )
    control = control_server(devnet, arguments.control_port)
    url = f"http://127.0.0.1:{control.port}/_control"
    print(json.dumps(devnet.describe() | {"control": url}), flush=True)
    signal.sigwait(signals)
    control.close()
    devnet.close()
    return 0


def value_of(text: str) -> Any:
    """Numbers and true/false as such; all else, versions too, as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def order(control: str, document: dict[str, Any]) -> int:
    request = urllib.request.Request(control, json.dumps(document).encode(), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            print(answer.read().decode())
            return 0
    except urllib.error.HTTPError as error:
        print(f"devnet: {json.load(error)['error']}", file=sys.stderr)
    except OSError as error:
        print(f"devnet: {control} does not answer: {error}", file=sys.stderr)
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(description="a small chain and release server to try lavavisor on")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve until SIGINT or SIGTERM")
    serving.add_argument("--state", type=Path, required=True, help="folder for keys and certificates")
    serving.add_argument("--lavap", type=Path, required=True, help="the compiled stand-in for lavap")
    serving.add_argument("--nodes", type=int, default=1)
    serving.add_argument("--port", type=int, default=0, help="of the first node; 0 = free ones")
    serving.add_argument("--release-port", type=int, default=0)
    serving.add_argument("--control-port", type=int, default=0)
    for name in ("set", "release"):
        command = commands.add_parser(name)
        command.add_argument("control", help="the control URL")
        if name == "release":
            command.add_argument("version")
        command.add_argument("values", nargs="*", metavar="KEY=VALUE")
    arguments = parser.parse_args()
    if arguments.command == "serve":
        return serve(arguments)
    values = {key: value_of(value) for key, _, value in (text.partition("=") for text in arguments.values)}
    if arguments.command == "release":
        values["version"] = arguments.version
    return order(arguments.control, {"op": arguments.command} | values)


if __name__ == "__main__":
    sys.exit(main())
