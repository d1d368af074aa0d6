"""Speaks to a provider of OpenID Connect (Core 1.0): authorization code with PKCE S256, state and nonce.

Nothing here opens the database. Authlib checks the ID token; what it leaves to its user is asked here: the issuer is
the one that was configured, only signatures with the provider's public keys count, the token is for us, and there is
an ID token with a subject at all.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError

from engine.accounts.real_time import machine_time
from engine.errors import NotSignedIn, Text
from engine.settings import Provider

_log = logging.getLogger("liuhen.accounts")

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures by a key that only the provider has; ``none`` and ``HS256`` are not among them, whatever it announces."""
TIMEOUT = 10.0
"""Seconds to connect, and for each answer."""
_FAULTS = (
    AuthlibBaseError,
    JoseError,
    requests.RequestException,
    *(ValueError, KeyError, RuntimeError, TypeError, AttributeError),  # where an answer has another form than agreed
)
LEEWAY = 60
"""Seconds by which the provider's clock may differ."""


PROVIDER_FAILED = "err_provider"


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what has to be remembered until it is back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it was."""

    issuer: str
    subject: str
    had_factor: bool
    """It says that they showed a second factor (``amr`` of RFC 8176 has ``mfa``)."""


class _Session(OAuth2Session):  # type: ignore[misc]
    """Never waits for ever."""

    def request(self, *args: Any, **more: Any) -> Any:
        more.setdefault("timeout", TIMEOUT)
        return super().request(*args, **more)


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]
    client_cls = _Session


_KEPT = timedelta(minutes=10)
"""How long what a provider says of itself is believed without asking again; its keys are asked for at every sign-in."""
_known: dict[Provider, tuple[datetime, dict[str, Any]]] = {}


def _client(provider: Provider) -> Any:
    return _Client(
        None,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={"scope": "openid", "code_challenge_method": "S256"},
        **_metadata(provider),
    )


def _metadata(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0), as far as it can be believed."""
    until, kept = _known.get(provider, (None, {}))
    if until is not None and until > machine_time():
        return dict(kept)
    said = requests.get(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", timeout=TIMEOUT)
    said.raise_for_status()
    known = said.json()
    if known.get("issuer") != provider.issuer:
        raise _refused(provider, "it names itself otherwise than LIUHEN_OIDC_ISSUER")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        address = str(known.get(name) or "")
        if not address.startswith("https://") and not (
            address.startswith("http://") and provider.issuer.startswith("http://")
        ):
            raise _refused(provider, f"its {name} is no https address")
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "token_endpoint_auth_methods_supported")
    kept = {name: known[name] for name in names if name in known}
    kept["id_token_signing_alg_values_supported"] = list(ALGORITHMS)
    _known[provider] = (machine_time() + _KEPT, kept)
    return dict(kept)


def depart(provider: Provider, redirect_uri: str) -> Departure:
    """Where to send a browser. Raises ``NotSignedIn``."""
    try:
        made = _client(provider).create_authorization_url(
            redirect_uri, state=generate_token(43), nonce=generate_token(43), code_verifier=generate_token(64)
        )
    except _FAULTS as e:
        raise _refused(provider, type(e).__name__) from e
    return Departure(made["url"], made["state"], made["nonce"], made["code_verifier"])


def arrive(provider: Provider, redirect_uri: str, code: str, nonce: str, verifier: str) -> Identity:
    """Who it was, by the code that the browser brings back. Raises ``NotSignedIn``."""
    try:
        client = _client(provider)
        token = client.fetch_access_token(redirect_uri, code=code, code_verifier=verifier)
        if not isinstance(token, Mapping) or not token.get("id_token"):
            raise _refused(provider, "no ID token in its answer")
        claims = client.parse_id_token(
            token,
            nonce=nonce,
            claims_options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            leeway=LEEWAY,
        )
    except _FAULTS as e:
        raise _refused(provider, f"{type(e).__name__} {getattr(e, 'claim', '') or ''}".strip()) from e
    subject = claims.get("sub") if claims is not None else None
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise _refused(provider, "no subject in its ID token")
    methods = claims.get("amr")
    return Identity(provider.issuer, subject, isinstance(methods, list) and "mfa" in methods)


def _refused(provider: Provider, why: str) -> NotSignedIn:
    """The reason is for whoever runs the office, and never quotes what came from outside."""
    _log.warning("provider %s refused: %s", provider.key, why)
    return NotSignedIn(
        Text(
            "身份提供方没有给出可信的答复，未能登录；请重试，或用账号名和密码登录。",
            "The provider gave no answer that can be trusted. Try again, or sign in with your password.",
        ),
        code=PROVIDER_FAILED,
    )
