"""Mail: one message to one person over SMTP (RFC 5321), as text and HTML."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any

from engine.couriers.outcomes import Doubtful, Later, Misconfigured, Never, Unreachable

SECURITIES = ("starttls", "tls", "none")
TIMEOUT = 10.0
"""Seconds to connect, and for each answer."""
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
"""Addresses that every server takes: ASCII, a dot in the domain."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says."""

    id: str
    """The delivery's id; the Message-ID is made of it."""
    to: str
    subject: str
    text: str
    html: str
    at: datetime


def written(letter: Letter, sender: str, sender_name: str, host: str) -> bytes:
    """The message as it goes over the wire; ``host`` is where this office is, for the Message-ID."""
    # Not EmailMessage: Python 3.11 folds a subject of ASCII and other letters with a space too many.
    message = MIMEMultipart("alternative")
    message["Message-ID"] = f"<{letter.id}@{host}>"
    message["Date"] = format_datetime(letter.at)
    message["From"] = formataddr((" ".join(sender_name.split()), sender))
    message["To"] = letter.to
    subject: Any = Header(" ".join(letter.subject.split()), "utf-8", header_name="Subject")
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's vacation answers
    message.attach(MIMEText(letter.text, "plain", "utf-8"))
    message.attach(MIMEText(letter.html, "html", "utf-8"))
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))


def send(settings: Mapping[str, Any], secrets: Mapping[str, str], letter: Letter, host: str) -> None:
    """Hand one message over; raises what became of it otherwise (``outcomes``).

    No error holds the words of the server, which may quote an address: only its numbers.
    """
    message = written(letter, settings["sender"], settings.get("sender_name") or "", host)
    try:
        server = _open(settings, secrets)
    except smtplib.SMTPAuthenticationError as e:
        raise Misconfigured(f"SMTP {e.smtp_code}: sign-in refused") from e
    except smtplib.SMTPNotSupportedError as e:
        raise Misconfigured("the server lacks STARTTLS or sign-in") from e
    except smtplib.SMTPResponseException as e:
        raise Unreachable(f"SMTP {e.smtp_code}") from e
    except (OSError, smtplib.SMTPException) as e:
        raise Unreachable(type(e).__name__) from e
    try:
        _hand_over(server, settings["sender"], letter.to, message)
    finally:
        _leave(server)


def _open(settings: Mapping[str, Any], secrets: Mapping[str, str]) -> smtplib.SMTP:
    host, port, security = settings["host"], settings["port"], settings["security"]
    if security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.get("user"):
            server.login(settings["user"], secrets.get("password", ""))
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, sender: str, to: str, message: bytes) -> None:
    try:
        for code, said in (server.mail(sender), server.rcpt(to)):
            _judge(code, said)
    except (OSError, smtplib.SMTPServerDisconnected) as e:
        raise Unreachable(type(e).__name__) from e
    try:
        code, said = server.data(message)
    except smtplib.SMTPDataError as e:  # DATA itself was refused: nothing of the message was sent
        code, said = e.smtp_code, e.smtp_error if isinstance(e.smtp_error, bytes) else e.smtp_error.encode()
    except (OSError, smtplib.SMTPServerDisconnected) as e:
        raise Doubtful(type(e).__name__) from e
    _judge(code, said)


def _judge(code: int, said: bytes) -> None:
    """4yz is a temporary refusal, 5yz a permanent one (RFC 5321, 4.2.1); the enhanced code of RFC 3463 goes along."""
    if 200 <= code < 300:
        return
    finer = re.match(rb"[245]\.\d{1,3}\.\d{1,3}", said)
    told = f"SMTP {code}{' ' + finer.group().decode() if finer else ''}"
    if code == 421:  # the service closes: whatever is sent to it
        raise Unreachable(told)
    if code in (530, 550) and finer is not None and finer.group() == b"5.7.0":
        raise Misconfigured(told)
    raise Later(told) if 400 <= code < 500 else Never(told)


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
