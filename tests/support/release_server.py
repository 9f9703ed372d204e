#!/usr/bin/python3
"""A release server for tests: files over http and TLS, with faults on demand.

SPDX-License-Identifier: Apache-2.0

As a program it serves the files below --root on free ports of 127.0.0.1, prints one JSON line
{"http": PORT, "https": PORT, "other": PORT, "ca": FILE} when it is ready, and ends on SIGTERM or
at the end of its standard input. "other" is a second TLS port with the same files: another host,
as far as a redirect goes. As a module, ReleaseServer does the same in a thread.

Faults are set per path, by --fault, by ReleaseServer.set_faults, or over HTTP:
    PUT    /_control   {"path": "/v1/lavap", "faults": [FAULT, ...]}     sets a path's faults
    DELETE /_control                                                     forgets them all
Of a path's faults the first that is not used up shapes an answer. A FAULT is an object; "times"
says for how many requests it lasts (default: for ever), the other keys add up:
    status         answer with this status and a short body, e.g. 404, 500, 503
    html           answer 200 with an HTML page; "disguised": the same as application/octet-stream
    redirect       answer 302 to this URL
    hang           seconds until the answer begins (the connection is open all the while)
    truncate       close the connection after so many bytes of the body
    stall          send nothing more after so many bytes, and keep the connection open
    rate           bytes per second
    corrupt        flip all bits of the byte at this offset of the file
    endless        never stop sending (no Content-Length)
    no_length      no Content-Length: the end of the connection is the end of the file
    length         lie: this Content-Length
    ignore_range   answer 200 with the whole file to a Range request
    ignore_if_range  answer 206 though If-Range names another version
    content_range  send this Content-Range with a 206, in place of the right one
    etag           send this ETag; "" = none; "changing" = another one each time
    no_validator   send neither ETag nor Last-Modified
    headers        an object of further header fields
Each request is logged to --log as a JSON line: method, path, headers (lower-case names), port.
"""

import argparse
import email.utils
import hashlib
import http.server
import itertools
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import threading
import urllib.parse

PIECE = 64 * 1024


def make_certificates(folder):
    """A CA and a certificate for localhost, made by openssl(1) unless they are there already."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key, cert, key = (folder / n for n in ("ca.pem", "ca.key", "server.pem", "server.key"))
    if ca.exists() and cert.exists() and key.exists():
        return ca, cert, key

    def openssl(*words, text=None):
        subprocess.run(["openssl", *map(str, words)], check=True, input=text, text=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", ca, "-days", "3650",
            "-subj", "/CN=lavavisor test CA", "-addext", "keyUsage=critical,keyCertSign")
    request = folder / "server.csr"
    openssl("req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=localhost")
    extensions = folder / "server.ext"
    extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n"
                          "basicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
            "-days", "3650", "-extfile", extensions, "-out", cert)
    return ca, cert, key


class Faults:
    """Which fault meets the next request of a path."""

    def __init__(self):
        self._lock = threading.Lock()
        self._by_path = {}

    def set(self, path, faults):
        with self._lock:
            self._by_path[path] = [dict(fault) for fault in faults]

    def clear(self):
        with self._lock:
            self._by_path.clear()

    def take(self, path):
        with self._lock:
            for fault in self._by_path.get(path, []):
                times = fault.get("times")
                if times is None:
                    return fault
                if times > 0:
                    fault["times"] = times - 1
                    return fault
        return {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        owner = self.server.owner
        path = urllib.parse.urlsplit(self.path).path
        owner.log(self)
        fault = owner.faults.take(path)
        if owner.pause(fault.get("hang", 0)):
            return
        if "redirect" in fault:
            self._answer(302, b"", {"Location": fault["redirect"]})
        elif "status" in fault:
            self._answer(fault["status"], b"no such luck\n", fault.get("headers", {}))
        elif "html" in fault:
            kind = "application/octet-stream" if fault["html"] == "disguised" else "text/html"
            self._answer(200, b"<!DOCTYPE html><html><body>Log in</body></html>\n",
                         {"Content-Type": kind})
        else:
            self._send_file(path, fault)

    do_HEAD = do_GET

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/_control":
            return self._answer(404, b"")
        order = json.loads(body)
        self.server.owner.faults.set(order["path"], order["faults"])
        self._answer(204, b"")

    def do_DELETE(self):
        self.server.owner.faults.clear()
        self._answer(204, b"")

    def _answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_file(self, path, fault):
        file = self.server.owner.file_of(path)
        if file is None:
            return self._answer(404, b"not found\n")
        size = file.stat().st_size
        validators = self._validators(file, fault)
        first = self._first_byte(size, validators, fault)
        if first is not None and first >= size:
            return self._answer(416, b"", {"Content-Range": f"bytes */{size}"})
        self.send_response(200 if first is None else 206)
        start = first or 0
        if first is not None:
            right = f"bytes {start}-{size - 1}/{size}"
            self.send_header("Content-Range", fault.get("content_range", right))
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Accept-Ranges", "bytes")
        for name, value in {**validators, **fault.get("headers", {})}.items():
            self.send_header(name, value)
        if "no_length" in fault or "endless" in fault:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(fault.get("length", size - start)))
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(file, start, fault)

    def _validators(self, file, fault):
        if "no_validator" in fault:
            return {}
        stat = file.stat()
        etag = fault.get("etag", f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"')
        if etag == "changing":
            etag = f'"{next(self.server.owner.counter)}"'
        made = {"Last-Modified": email.utils.formatdate(stat.st_mtime, usegmt=True)}
        return {**made, "ETag": etag} if etag else made

    def _first_byte(self, size, validators, fault):
        """Where a Range request wants to begin; None = it gets the whole file."""
        wanted = self.headers.get("Range", "")
        if not wanted.startswith("bytes=") or "ignore_range" in fault:
            return None
        condition = self.headers.get("If-Range")
        if condition and condition not in validators.values() and "ignore_if_range" not in fault:
            return None
        return int(wanted.removeprefix("bytes=").split("-")[0])

    def _send_body(self, file, start, fault):
        owner = self.server.owner
        sent = 0
        for piece in self._pieces(file, start, fault):
            for limit in ("truncate", "stall"):
                if limit in fault:
                    piece = piece[:fault[limit] - sent]
            self.wfile.write(piece)
            sent += len(piece)
            if fault.get("truncate") == sent:
                self.close_connection = True
                return
            if fault.get("stall") == sent:
                owner.pause(3600)
                self.close_connection = True
                return
            if "rate" in fault and owner.pause(len(piece) / fault["rate"]):
                return
        if "length" in fault:
            self.close_connection = True

    def _pieces(self, file, start, fault):
        step = max(1, min(PIECE, fault["rate"] // 20)) if "rate" in fault else PIECE
        with open(file, "rb") as content:
            content.seek(start)
            at = start
            while piece := content.read(step):
                wrong = fault.get("corrupt", -1) - at
                if 0 <= wrong < len(piece):
                    piece = piece[:wrong] + bytes([piece[wrong] ^ 0xFF]) + piece[wrong + 1:]
                at += len(piece)
                yield piece
        while "endless" in fault:
            yield bytes(PIECE)


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner, port, context):
        self.owner = owner
        self.context = context
        super().__init__(("127.0.0.1", port), Handler)

    def get_request(self):
        connection, address = super().get_request()
        if self.context:  # the handshake is the handler thread's, so a slow one blocks nobody
            connection = self.context.wrap_socket(connection, server_side=True,
                                                  do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # clients that hang up are expected
            super().handle_error(request, client_address)


class ReleaseServer:
    """Serves the files below `root`; a context manager that starts and stops."""

    def __init__(self, root, certificates, log=None, http_port=0, https_port=0, other_port=0):
        self.root = pathlib.Path(root).resolve()
        self.faults = Faults()
        self.counter = itertools.count(1)
        self.ca, cert, key = make_certificates(certificates)
        self._log_path = log
        self._log_lock = threading.Lock()
        self._stopping = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self._listeners = {"http": Listener(self, http_port, None),
                           "https": Listener(self, https_port, context),
                           "other": Listener(self, other_port, context)}

    def __enter__(self):
        for listener in self._listeners.values():
            threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stopping.set()
        for listener in self._listeners.values():
            listener.shutdown()
            listener.server_close()

    def port(self, name):
        return self._listeners[name].server_address[1]

    def url(self, path, name="https"):
        scheme = "http" if name == "http" else "https"
        return f"{scheme}://localhost:{self.port(name)}{path}"

    def describe(self):
        return {**{name: self.port(name) for name in self._listeners}, "ca": str(self.ca)}

    def set_faults(self, path, *faults):
        self.faults.set(path, faults)

    def publish(self, path, content):
        """Write a file to serve, and its line into sha256sum.txt beside it."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        listed = file.parent / "sha256sum.txt"
        lines = listed.read_text().splitlines(True) if listed.exists() else []
        lines = [line for line in lines if line.split()[-1] != file.name]
        digest = hashlib.sha256(content).hexdigest()
        listed.write_text("".join([*lines, f"{digest}  {file.name}\n"]))
        return digest

    def requests(self):
        """What was asked so far, as the log has it."""
        text = pathlib.Path(self._log_path).read_text() if self._log_path else ""
        return [json.loads(line) for line in text.splitlines()]

    def file_of(self, path):
        file = (self.root / urllib.parse.unquote(path).lstrip("/")).resolve()
        return file if file.is_relative_to(self.root) and file.is_file() else None

    def log(self, handler):
        if self._log_path is None:
            return
        entry = {"method": handler.command, "path": handler.path,
                 "headers": {k.lower(): v for k, v in handler.headers.items()},
                 "port": handler.server.server_address[1]}
        with self._log_lock, open(self._log_path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def pause(self, seconds):
        """Wait; True when the server stops."""
        return seconds > 0 and self._stopping.wait(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--root", required=True, help="folder with the files to serve")
    parser.add_argument("--certificates", required=True, help="folder for the CA and certificate")
    parser.add_argument("--log", help="file that each request is logged to")
    for name in ("http", "https", "other"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="default: a free one")
    parser.add_argument("--fault", action="append", default=[], metavar="JSON",
                        help='{"path": ..., "faults": [...]}, as for /_control')
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = ReleaseServer(options.root, options.certificates, options.log, options.http_port,
                           options.https_port, options.other_port)
    for text in options.fault:
        order = json.loads(text)
        server.faults.set(order["path"], order["faults"])
    with server:
        print(json.dumps(server.describe()), flush=True)
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop.set()), daemon=True).start()
        stop.wait()
    os._exit(0)  # stalled answers are in daemon threads; nobody waits for them


if __name__ == "__main__":
    main()
