"""One HTTPS request to a place that an administrator named, and to no other: what it may reach, and for how long.

The host's addresses are looked up once, all of them are judged, and one of those very addresses is connected to: a name
that answers otherwise the second time gains nothing. Redirects are not followed, proxies not used. Addresses inside a
network are reached only where ``LIUHEN_WEBHOOK_HOSTS`` names the host, and plain http only on loopback of such a host.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from engine.errors import Text

CONNECT = 5.0
"""Seconds to connect, and between two bytes."""
WHOLE = 15.0
"""Seconds for the whole request."""
LARGEST_ANSWER = 64 * 1024
LONGEST_URL = 2_000


class WrongTarget(Exception):
    """The address is not one that Liuhen may send to; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Unreachable(Exception):
    """No connection: nothing was sent. The words are the kind of fault, without an address."""


class Doubtful(Exception):
    """It may have arrived: the connection was lost before the answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes


def read_target(url: str, hosts: Collection[str]) -> SplitResult:
    """The parts of a URL that may be sent to, as far as its text tells; raises ``WrongTarget``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as e:
        raise WrongTarget(Text("地址不完整。", "This is no complete address.")) from e
    plain = parts.scheme == "http" and parts.hostname in hosts
    if not (parts.scheme == "https" or plain) or not parts.hostname or len(url) > LONGEST_URL:
        raise WrongTarget(Text("请填写 https:// 地址。", "Write an address that begins with https://."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise WrongTarget(
            Text("地址中不能有用户名、口令或 #。", "No user name, password or # may stand in the address.")
        )
    if port == 0 or not url.isascii() or any(c.isspace() for c in url):
        raise WrongTarget(Text("地址中有不允许的字符。", "The address holds a character that is not allowed."))
    with contextlib.suppress(ValueError):
        _judge(ipaddress.ip_address(parts.hostname), parts, hosts)
    return parts


def addresses(parts: SplitResult, hosts: Collection[str]) -> list[str]:
    """The IP addresses of a target, every one of which may be reached; raises ``WrongTarget`` or ``Unreachable``."""
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as e:
        raise Unreachable("unknown host") from e
    known = list(dict.fromkeys(str(one[4][0]) for one in found))
    for address in known:
        _judge(ipaddress.ip_address(address.partition("%")[0]), parts, hosts)
    return known


def _judge(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, parts: SplitResult, hosts: Collection[str]) -> None:
    ip = getattr(ip, "ipv4_mapped", None) or ip
    # Of what is not public, 169.254.169.254 (a cloud's own secrets) and its kin are nobody's receiver.
    never = ip.is_link_local or ip.is_multicast or ip.is_unspecified
    if never or (not ip.is_global and parts.hostname not in hosts):
        raise WrongTarget(
            Text(
                "该地址在内部网络；如确需使用，请把主机名写入 LIUHEN_WEBHOOK_HOSTS。",
                "This address lies inside a network; name the host in LIUHEN_WEBHOOK_HOSTS if it is meant.",
            )
        )
    if parts.scheme == "http" and not ip.is_loopback:
        raise WrongTarget(Text("请填写 https:// 地址。", "Write an address that begins with https://."))


def post(url: str, body: bytes, headers: Mapping[str, str], hosts: Collection[str] = ()) -> Reply:
    """POST and read the answer; raises ``WrongTarget``, ``Unreachable`` or ``Doubtful``."""
    parts = read_target(url, hosts)
    sock = _connect(parts, hosts)
    connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
    connection.default_port = 443 if parts.scheme == "https" else 80  # not to be said in Host
    connection.sock = sock
    # A server that sends a byte now and then would never run into the time limit of the socket.
    end = threading.Timer(WHOLE, _shut, [sock])
    end.daemon = True
    end.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"User-Agent": "liuhen", **headers})
        answer = connection.getresponse()
        return Reply(answer.status, answer.read(LARGEST_ANSWER))
    except (OSError, http.client.HTTPException) as e:
        raise Doubtful(type(e).__name__) from e
    finally:
        end.cancel()
        connection.close()


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _connect(parts: SplitResult, hosts: Collection[str]) -> socket.socket:
    port = _port(parts)
    fault = "unreachable"
    for address in addresses(parts, hosts):
        try:
            sock = socket.create_connection((address, port), timeout=CONNECT)
        except OSError as e:
            fault = type(e).__name__
            continue
        if parts.scheme == "http":
            return sock
        try:
            return ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
        except OSError as e:  # a certificate that does not fit is one
            sock.close()
            fault = type(e).__name__
    raise Unreachable(fault)


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
