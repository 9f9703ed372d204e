"""An HTTP server on a port that can be closed and opened again, with TLS if asked.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Listen = Callable[[int], socket.socket]


def listen_on_loopback(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1:`port`; port 0 takes a free one."""
    return socket.create_server(("127.0.0.1", port), backlog=64)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, handler: Callable[..., BaseHTTPRequestHandler]) -> None:
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self._peers: set[socket.socket] = set()

    def process_request(self, request: socket.socket, client_address: object) -> None:
        self._peers.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        self._peers.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A peer that goes away in the middle is no news here."""

    def hang_up(self) -> None:
        for peer in list(self._peers):
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class PortServer:
    """Serve with `handler` on one port; between close() and open() connections are refused."""

    def __init__(
        self,
        handler: Callable[..., BaseHTTPRequestHandler],
        port: int,
        listen: Listen = listen_on_loopback,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.port = port
        self.listen = listen
        self._handler = handler
        self._tls = tls
        self._server: _Server | None = None
        self.open()

    def open(self) -> None:
        if self._server is not None:
            return
        listener = self.listen(self.port)
        self.port = listener.getsockname()[1]
        if self._tls is not None:
            listener = self._tls.wrap_socket(
                listener, server_side=True, do_handshake_on_connect=False
            )
        self._server = _Server(listener, self._handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        if self._server is None:
            return
        server, self._server = self._server, None
        server.shutdown()
        server.server_close()
        server.hang_up()


class QuietHandler(BaseHTTPRequestHandler):
    """HTTP/1.1 that keeps connections for 10 s, as CometBFT does, and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(
        self, status: int, content: bytes, content_type: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
