"""What stands outside in the tests of files: a virus scanner and an S3-compatible storage, each on loopback.

The storage checks every signature by itself, as the specification of AWS Signature Version 4 says, and refuses what
does not fit; so a client that signs wrongly fails here as it would in an office.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer, ThreadingUnixStreamServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
KEY, SECRET = "office", "for-tests-only-secret"


class _Clamd(BaseRequestHandler):
    def handle(self) -> None:
        assert self._exactly(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(length)
        self.request.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")

    def _exactly(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            part = self.request.recv(size - len(got))
            assert part
            got += part
        return got


@contextmanager
def scanner(path: str | None = None) -> Iterator[str]:
    """A scanner that finds the EICAR test file, over TCP or a socket of this machine; gives its address."""
    made: Any = ThreadingUnixStreamServer(path, _Clamd) if path else ThreadingTCPServer(("127.0.0.1", 0), _Clamd)
    made.daemon_threads = True
    with made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"unix://{path}" if path else f"tcp://127.0.0.1:{made.server_address[1]}"
        made.shutdown()
        thread.join()


class Storage(ThreadingHTTPServer):
    """One bucket in memory."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _S3)
        self.objects: dict[str, bytes] = {}
        self.since: dict[str, datetime] = {}
        self.refused = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _S3(BaseHTTPRequestHandler):
    server: Storage
    protocol_version = "HTTP/1.1"

    def log_message(self, *said: Any) -> None:
        """Says nothing."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._is_signed(body):
            name = self._name()
            self.server.objects[name] = body
            self.server.since[name] = datetime.now(UTC)
            self._answer(200, b"", ETag=f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')

    def do_GET(self) -> None:
        if not self._is_signed(b""):
            return None
        if "list-type" in self.path:
            return self._answer(200, self._listed().encode(), **{"Content-Type": "application/xml"})
        found = self.server.objects.get(self._name())
        if found is None:
            return self._error(404, "NoSuchKey")
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "bytes=0-"))
        assert asked
        part = found[int(asked[1]) : int(asked[2]) + 1 if asked[2] else None]
        return self._answer(206 if "Range" in self.headers else 200, part)

    def do_HEAD(self) -> None:
        if self._is_signed(b""):
            name = self._name()
            if name not in self.server.objects:
                return self._answer(404, b"")
            return self._answer(
                200, b"", **{"Last-Modified": self.server.since[name].strftime("%a, %d %b %Y %H:%M:%S GMT")}
            )
        return None

    def do_DELETE(self) -> None:
        if self._is_signed(b""):
            self.server.objects.pop(self._name(), None)
            self._answer(204, b"")

    def _name(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/files/")

    def _listed(self) -> str:
        items = "".join(
            f"<Contents><Key>{name}</Key><LastModified>{self.server.since[name]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>x</ETag><Size>{len(body)}</Size></Contents>"
            for name, body in sorted(self.server.objects.items())
        )
        return (
            '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>files</Name><Prefix/><IsTruncated>false</IsTruncated>{items}</ListBucketResult>"
        )

    def _is_signed(self, body: bytes) -> bool:
        """The signature of a request, worked out anew (AWS Signature Version 4, "Create a signed request")."""
        given = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=(\S+?)/(\d{8})/(\S+?)/s3/aws4_request, ?"
            r"SignedHeaders=(\S+?), ?Signature=(\w+)",
            self.headers.get("Authorization", ""),
        )
        payload = self.headers.get("x-amz-content-sha256", "")
        if given is None or given[1] != KEY or payload != hashlib.sha256(body).hexdigest():
            return self._refuse()
        url = urlsplit(self.path)
        query = "&".join(
            f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}"
            for k, v in sorted(parse_qsl(url.query, keep_blank_values=True))
        )
        headers = "".join(f"{name}:{' '.join(self.headers[name].split())}\n" for name in given[4].split(";"))
        canonical = "\n".join((self.command, url.path, query, headers, given[4], payload))
        scope = f"{given[2]}/{given[3]}/s3/aws4_request"
        text = (
            f"AWS4-HMAC-SHA256\n{self.headers['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        )
        key = f"AWS4{SECRET}".encode()
        for part in (given[2], given[3], "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        fits = hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), given[5])
        return fits or self._refuse()

    def _refuse(self) -> bool:
        self.server.refused += 1
        self._error(403, "SignatureDoesNotMatch")
        return False

    def _error(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode(), **{"Content-Type": "application/xml"})

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def bucket() -> Iterator[Storage]:
    """An S3-compatible storage with the bucket ``files``."""
    with Storage() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()
