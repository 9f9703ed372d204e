"""Nodes of a small chain: CometBFT JSON-RPC by POST and GET, and the Cosmos REST paths, in the
shapes that CometBFT 0.37 answers with. Every node can lie, lag or fail on its own.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qs, urlsplit

from devnet_http import Listen, PortServer, QuietHandler, listen_on_loopback

PARAMS_PATH = "/lavanet.lava.protocol.Query/Params"
MODES = ("ok", "down", "hang", "garbage", "html", "huge", "error", "code")
HTML = b"<html><body><h1>503 Service Unavailable</h1></body></html>"


@dataclass
class ChainState:
    """What a node says; `mode` other than ok is how it fails to say it."""

    network: str = "lava-testnet-2"
    provider_target: str = "6.2.4"
    provider_min: str = "5.5.0"
    consumer_target: str = "6.2.4"
    consumer_min: str = "5.5.0"
    catching_up: bool = False
    block_age: float = 0.0  # seconds since the newest block
    latency: float = 0.0  # seconds before each answer
    mode: str = "ok"

    def set(self, values: dict[str, Any]) -> None:
        known = {field.name for field in fields(self)}
        for key, value in values.items():
            if key in ("target", "min"):
                self.set({f"provider_{key}": value, f"consumer_{key}": value})
            elif key in known:
                setattr(self, key, type(getattr(self, key))(value))
            else:
                raise ValueError(f"a node has no '{key}'; known: target, min, {', '.join(sorted(known))}")
        if self.mode not in MODES:
            raise ValueError(f"no mode '{self.mode}'; known: {', '.join(MODES)}")


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def encode_params(state: ChainState) -> bytes:
    """The protobuf answer of Query/Params."""
    versions = (
        state.provider_target,
        state.provider_min,
        state.consumer_target,
        state.consumer_min,
    )
    strings = b"".join(_field(at, text.encode()) for at, text in enumerate(versions, 1))
    return _field(1, _field(1, strings))


class RpcError(Exception):
    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message} | ({"data": data} if data else {})


class Node:
    """One endpoint on a port of its own, which serves RPC and REST both."""

    def __init__(self, port: int = 0, listen: Listen = listen_on_loopback) -> None:
        self.state = ChainState()
        self.asked = 0  # requests answered or failed
        self._born = time.time()
        self._gone = threading.Event()
        node = self

        class Handler(_NodeHandler):
            def __init__(self, *args: Any) -> None:
                self.node = node
                super().__init__(*args)

        self.server = PortServer(Handler, port, listen)

    @property
    def port(self) -> int:
        return self.server.port

    def set(self, **values: Any) -> None:
        """Change what the node says from the next request on."""
        self.state.set(values)
        if self.state.mode == "down":
            self.server.close()
        else:
            self.server.open()

    def close(self) -> None:
        self._gone.set()
        self.server.close()

    def hold(self, seconds: float) -> None:
        self._gone.wait(seconds)

    def height(self) -> int:
        return 100 + int(time.time() - self._born)

    def block_time(self) -> str:
        at = time.time() - self.state.block_age
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1e9):09d}Z"

    # --- what it says ----------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        return {
            "node_info": {
                "protocol_version": {"p2p": "8", "block": "11", "app": "0"},
                "id": "2f81dc25d5bb7e568e61b9cff091d40c4436eba0",
                "listen_addr": "tcp://127.0.0.1:26656",
                "network": self.state.network,
                "version": "0.37.5",
                "channels": "402021222330386061",
                "moniker": "devnet",
                "other": {"tx_index": "on", "rpc_address": f"tcp://127.0.0.1:{self.port}"},
            },
            "sync_info": {
                "latest_block_hash": "3226DC22314E0451AF1091B18165F96F04BC44CEEB6DB177819A2BA38F0C2E13",
                "latest_app_hash": "179CC236D25900BAFCC1605E591E167B396316E594E80FD8A662B1622C2E117A",
                "latest_block_height": str(self.height()),
                "latest_block_time": self.block_time(),
                "earliest_block_hash": "58E4B768ED447AF36A1ABCF0AE1B7D4C6785AFE2094A8A46324C45E8809AFA46",
                "earliest_app_hash": "",
                "earliest_block_height": "1",
                "earliest_block_time": "2026-11-22T08:38:33.92403848Z",
                "catching_up": self.state.catching_up,
            },
            "validator_info": {
                "address": "57FA3525B57E0A6B2C0588DC18C41002A015EAF6",
                "pub_key": {
                    "type": "tendermint/PubKeyEd25519",
                    "value": "I+hliug1/xlQgoVI5g9Nedx7eUvuS+38g2wMUCHqk58=",
                },
                "voting_power": "10",
            },
        }

    def abci_query(self, params: dict[str, Any]) -> dict[str, Any]:
        code, log, value, codespace = 0, "", None, ""
        if not isinstance(params.get("height", "0"), str):
            raise RpcError(-32602, "Invalid params", "error converting json params to arguments")
        if params.get("path") != PARAMS_PATH:
            code, log, codespace = 6, "unknown query path: unknown request", "sdk"
        elif self.state.mode == "code":
            code, log, codespace = 26, "lava is not ready; please wait for first block", "sdk"
        else:
            value = base64.b64encode(encode_params(self.state)).decode()
        response = {
            "code": code,
            "log": log,
            "info": "",
            "index": "0",
            "key": None,
            "value": value,
            "proofOps": None,
            "height": str(0 if code else self.height()),
            "codespace": codespace,
        }
        return {"response": response}

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if self.state.mode == "error":
            raise RpcError(-32603, "Internal error", "the node is out of order")
        if method == "status":
            return self.status()
        if method == "abci_query":
            return self.abci_query(params)
        if method == "health":
            return {}
        raise RpcError(-32601, "Method not found")

    def rest(self, path: str) -> dict[str, Any] | None:
        state, base = self.state, "/cosmos/base/tendermint/v1beta1"
        if path == "/lavanet/lava/protocol/params":
            version = {
                "provider_target": state.provider_target,
                "provider_min": state.provider_min,
                "consumer_target": state.consumer_target,
                "consumer_min": state.consumer_min,
            }
            return {"params": {"version": version}}
        if path == base + "/node_info":
            return {"default_node_info": {"network": state.network}, "application_version": {}}
        if path == base + "/syncing":
            return {"syncing": state.catching_up}
        if path == base + "/blocks/latest":
            header = {
                "chain_id": state.network,
                "height": str(self.height()),
                "time": self.block_time(),
            }
            return {"block_id": {}, "block": {"header": header}}
        return None


class _NodeHandler(QuietHandler):
    node: Node

    def do_GET(self) -> None:
        if self._misbehave():
            return
        url = urlsplit(self.path)
        document = self.node.rest(url.path) if self.node.state.mode != "error" else None
        if document is not None:
            height = {"Grpc-Metadata-X-Cosmos-Block-Height": str(self.node.height())}
            self._json(200, document, height)
            return
        params = {key: values[0].strip('"') for key, values in parse_qs(url.query).items()}
        try:
            result = self.node.call(url.path.strip("/"), params)
            self._json(200, {"jsonrpc": "2.0", "id": -1, "result": result})
        except RpcError as error:
            if error.body["code"] == -32601:
                self.answer(404, b"404 page not found\n", "text/plain; charset=utf-8")
            else:
                self._json(500, {"jsonrpc": "2.0", "id": -1, "error": error.body})

    def do_POST(self) -> None:
        body = self.body()
        if self._misbehave():
            return
        if not body:
            self.answer(200, b"<html><body>Available endpoints</body></html>", "text/html")
            return
        try:
            asked = json.loads(body)
        except ValueError as error:
            failure = {"code": -32700, "message": "Parse error. Invalid JSON", "data": str(error)}
            self._json(500, {"jsonrpc": "2.0", "error": failure})
            return
        calls = asked if isinstance(asked, list) else [asked]
        answers = [self._call(call) for call in calls if call.get("id") is not None]
        if not answers:
            self.answer(200, b"", "")
        else:  # a batch of one answers an object, as the real node does
            self._json(200, answers[0] if len(answers) == 1 else answers)

    def _call(self, call: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            answer["result"] = self.node.call(call.get("method", ""), call.get("params") or {})
        except RpcError as error:
            answer["error"] = error.body
        return answer

    def _misbehave(self) -> bool:
        """Delay as asked; True when the answer has been spoilt already."""
        self.node.asked += 1
        state = self.node.state
        self.node.hold(state.latency)
        if state.mode == "hang":
            self.node.hold(600)
            self.close_connection = True
        elif state.mode == "garbage":
            self.answer(200, b"\x00\xff\xfe{]not json at all", "application/json")
        elif state.mode == "html":
            self.answer(200, HTML, "text/html")
        elif state.mode == "huge":
            self.answer(200, b'{"jsonrpc":"2.0","id":1,"x":"' + b"x" * (8 << 20) + b'"}', "application/json")
        else:
            return False
        return True

    def _json(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        now = {"X-Server-Time": str(int(time.time()))}
        content = json.dumps(document, separators=(",", ":"))
        self.answer(status, content.encode(), "application/json", now | (headers or {}))
