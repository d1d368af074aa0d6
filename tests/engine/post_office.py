"""A mail server and an HTTP server on loopback, for tests of what leaves the house."""

from __future__ import annotations

import socket
import threading
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from aiosmtpd.controller import Controller


class Post:
    """A mail server that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.kept: list[Message] = []
        self.refuses: dict[str, str] = {}
        self.seen = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        self.seen += 1
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.kept.append(message_from_bytes(envelope.content, policy=default))
        return self.refuses.get("data", "250 OK")

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def body(self, number: int = -1) -> str:
        part: Any = self.kept[number].get_body(("plain",))  # type: ignore[attr-defined]
        return str(part.get_content())


class Desk:
    """An HTTP server that keeps what is posted, and answers what it is told to."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes]] = []
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                desk.kept.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, answer = desk.answers.pop(0) if desk.answers else (200, b'{"errcode":0,"errmsg":"ok"}')
                if status == 0:  # hangs up without an answer
                    self.connection.close()
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Nothing is printed."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?key=k"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
