#!/usr/bin/python3
"""A webhook's receiver for tests: takes POSTs over TLS, keeps them, and misbehaves on request.

SPDX-License-Identifier: Apache-2.0

As a program it listens on a free port of 127.0.0.1, prints one JSON line {"port": PORT, "ca": FILE}
and ends at the end of its standard input; what it answers is asked for by the path:
    /status/NNN[/RETRY_AFTER]   that status, and that Retry-After header
    /redirect                   302 to /status/200
    /hang                       no answer
    /huge                       200 with a body that never ends
    anything else               200 with the request's headers and body, as JSON, in a file --log
As a module, WebhookReceiver does the same in a thread; while its `status` is set, it answers that,
and while it `hangs`, nothing.
"""

import argparse
import http.server
import json
import pathlib
import socket
import ssl
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from release_server import make_certificates  # noqa: E402


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        receiver = self.server.receiver
        receiver.keep(self.path, {k.lower(): v for k, v in self.headers.items()}, body.decode())
        words = self.path.split("/")[1:]
        if receiver.hangs or words[0] == "hang":
            receiver.ended.wait()
        elif receiver.status:
            self.answer(receiver.status)
        elif words[0] == "status":
            self.answer(int(words[1]), {"Retry-After": words[2]} if len(words) > 2 else {})
        elif words[0] == "redirect":
            self.answer(302, {"Location": "/status/200"})
        elif words[0] == "huge":
            self.answer_without_end()
        else:
            self.answer(200)

    def answer(self, status, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def answer_without_end(self):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while not self.server.receiver.ended.is_set():
            self.wfile.write(bytes(65536))


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, receiver, listening, context):
        super().__init__(listening.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.receiver = receiver
        self.context = context

    def get_request(self):
        connection, address = self.socket.accept()
        wrapped = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return wrapped, address

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # clients that hang up are expected
            super().handle_error(request, client_address)


class WebhookReceiver:
    """Takes what comes to `listening`, a socket that listens; a context manager that ends it."""

    def __init__(self, certificates, listening, log=None):
        self.ca, cert, key = make_certificates(certificates)
        self.status = 0  # that every request is answered with; 0 = by its path
        self.hangs = False
        self.ended = threading.Event()
        self.port = listening.getsockname()[1]
        self._lock = threading.Lock()
        self._kept = []
        self._log = log
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self._listener = Listener(self, listening, context)
        threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.ended.set()
        self._listener.shutdown()
        self._listener.server_close()

    def keep(self, path, headers, body):
        request = {"path": path, "headers": headers, "body": body}
        with self._lock:
            self._kept.append(request)
            if self._log:
                with open(self._log, "a", encoding="utf-8") as file:
                    file.write(json.dumps(request) + "\n")

    def requests(self):
        with self._lock:
            return list(self._kept)

    def documents(self):
        """The JSON documents that were POSTed, refused ones too."""
        return [json.loads(request["body"]) for request in self.requests()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificates", required=True)
    parser.add_argument("--log")
    arguments = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", 0))
    with WebhookReceiver(arguments.certificates, listening, arguments.log) as receiver:
        print(json.dumps({"port": receiver.port, "ca": str(receiver.ca)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
