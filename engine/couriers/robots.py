"""Robots of group chats: WeCom (企业微信) and DingTalk (钉钉), by the JSON that their makers document.

WeCom: https://developer.work.weixin.qq.com/document/path/91770 (POST to the robot's address, which holds its key;
``markdown.content`` up to 4096 bytes; 20 messages a minute; ``errcode`` 0 is taken).
DingTalk: https://open.dingtalk.com/document/robots/custom-robot-access (POST to the robot's address, which holds its
token; with signing, ``timestamp`` in milliseconds and ``sign`` = URL-encoded Base64 of HMAC-SHA256 over
``timestamp\\nsecret`` under the secret; 20 messages a minute).
Both answer 200 whatever becomes of the message: ``errcode`` says it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from engine.couriers import hooks
from engine.couriers.outcomes import Doubtful, Later, Misconfigured, Never

LARGEST_CONTENT = 4096
"""Bytes of a WeCom markdown message."""

BUSY: Mapping[str, frozenset[int]] = {
    "wecom": frozenset({-1, 45009}),  # busy; more than 20 a minute
    "dingtalk": frozenset({-1, 130101, 410100}),
}
UNKNOWN_TO_THEM: Mapping[str, frozenset[int]] = {
    "wecom": frozenset({93000}),  # no such robot
    "dingtalk": frozenset({300001, 300005, 310000}),  # no such token; neither signature nor word nor address fits
}


def address(kind: str, given: Mapping[str, str], at: datetime) -> str:
    """The robot's address, signed where it wants to be; ``at`` is the machine's time."""
    if kind != "dingtalk" or not given.get("key"):
        return given["url"]
    timestamp = str(int(at.timestamp() * 1000))
    digest = hmac.digest(given["key"].encode(), f"{timestamp}\n{given['key']}".encode(), hashlib.sha256)
    joint = "&" if "?" in given["url"] else "?"
    return f"{given['url']}{joint}timestamp={timestamp}&sign={quote_plus(base64.b64encode(digest))}"


def message(kind: str, title: str, text: str) -> dict[str, Any]:
    """The JSON of one markdown message."""
    if kind == "dingtalk":
        return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    cut = text.encode()[:LARGEST_CONTENT].decode(errors="ignore")
    return {"msgtype": "markdown", "markdown": {"content": cut}}


def send(kind: str, given: Mapping[str, str], title: str, text: str, at: datetime, hosts: Collection[str]) -> None:
    """Send one message; raises what became of it otherwise."""
    body = json.dumps(message(kind, title, text), ensure_ascii=False).encode()
    reply = hooks.posted(address(kind, given, at), body, {"Content-Type": "application/json"}, hosts)
    if not 200 <= reply.status < 300:
        hooks.raise_for(reply.status)
    try:
        code = json.loads(reply.body)["errcode"]
    except (ValueError, TypeError, KeyError) as e:
        raise Doubtful("an answer without errcode") from e
    if code == 0:
        return
    told = f"errcode {code}"
    if code in BUSY[kind]:
        raise Later(told)
    raise Misconfigured(told) if code in UNKNOWN_TO_THEM[kind] else Never(told)
