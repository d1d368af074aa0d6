"""A provider of OpenID Connect on loopback: discovery, keys, codes and tokens, and every lie it is told to tell."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "liuhen", "what only the two of us know"


class Provider:
    """One provider; ``claims``, ``signed`` and ``answer`` change what the next token says, and how."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.subject = "subject-1"
        self.amr: list[str] | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.signed: Callable[[dict[str, Any]], str] = self.sign
        self.answer: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.issuer_said: str | None = None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/office/authorize?"):
                    url = f"{provider.issuer}/authorize?{urlsplit(self.path).query}"
                    back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
                    self.send_response(302)
                    self.send_header("Location", f"{back}?{urlencode(provider.agrees(url))}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self._reply(provider.documents(urlsplit(self.path).path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                given = {name: values[0] for name, values in parse_qs(body).items()}
                self._reply(provider.token(given, self.headers.get("Authorization", "")))

            def _reply(self, content: dict[str, Any] | None) -> None:
                body = json.dumps(content).encode()
                self.send_response(200 if content is not None else 400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/office"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Provider:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def documents(self, path: str) -> dict[str, Any] | None:
        if path == "/office/.well-known/openid-configuration":
            return {
                "issuer": self.issuer_said or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                # Whoever believed this would take HS256 with the public key as its secret.
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        return {"keys": [self.key.as_dict(private=False)]} if path == "/office/keys" else None

    def agrees(self, url: str) -> dict[str, str]:
        """Somebody signs in at the address that the browser was sent to: what it is sent back with."""
        parts = urlsplit(url)
        assert url.startswith(f"{self.issuer}/authorize?")
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert asked["scope"] == "openid"
        assert len(asked["state"]) >= 43
        assert len(asked["nonce"]) >= 43
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "session_state": "not ours"}

    def token(self, given: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.codes.pop(given.get("code", ""), None)
        if asked is None or base64.b64decode(authorization.removeprefix("Basic ")).decode() != f"{CLIENT}:{SECRET}":
            return None
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        if given["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(datetime.now(UTC).timestamp())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "exp": now + 300, "iat": now}
        claims |= {"nonce": asked["nonce"], **({"amr": self.amr} if self.amr else {})}
        said = {"access_token": "opaque", "token_type": "Bearer", "id_token": self.signed(self.claims(claims))}
        return self.answer(said)

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def lies(self) -> dict[str, Callable[[], None]]:
        """Every way in which the next token does not hold, by what is wrong with it."""
        now = int(datetime.now(UTC).timestamp())
        stranger = RSAKey.generate_key(2048, {"kid": "k1"})

        def says(**wrong: Any) -> Callable[[], None]:
            def change() -> None:
                self.claims = lambda claims: {k: v for k, v in {**claims, **wrong}.items() if v is not None}

            return change

        def signs(sign: Callable[[dict[str, Any]], str]) -> Callable[[], None]:
            def change() -> None:
                self.signed = sign

            return change

        def answers(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[], None]:
            def change() -> None:
                self.answer = answer

            return change

        def part(value: Any) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        def by_secret(claims: dict[str, Any], secret: bytes) -> str:
            said = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(claims)}"
            mac = hmac.new(secret, said.encode(), hashlib.sha256).digest()
            return f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

        public = self.key.as_pem(private=False)
        return {
            "issuer": says(iss="https://another.example"),
            "issuer missing": says(iss=None),
            "audience": says(aud="another client"),
            "audience, with our azp": says(aud="another client", azp=CLIENT),
            "audience missing": says(aud=None),
            "expired": says(exp=now - 3600, iat=now - 7200),
            "from the future": says(iat=now + 3600),
            "nonce": says(nonce="another nonce"),
            "nonce missing": says(nonce=None),
            "subject missing": says(sub=None),
            "subject empty": says(sub=""),
            "another key": signs(lambda claims: jwt.encode({"alg": "RS256", "kid": "k1"}, claims, stranger)),
            "HS256 with the public key": signs(lambda claims: by_secret(claims, public)),
            "HS256 with the client's secret": signs(lambda claims: by_secret(claims, SECRET.encode())),
            "alg none": signs(lambda claims: f"{part({'alg': 'none'})}.{part(claims)}."),
            "no token at all": signs(lambda claims: "not a token"),
            "ID token missing": answers(lambda said: {k: v for k, v in said.items() if k != "id_token"}),
            "ID token empty": answers(lambda said: {**said, "id_token": ""}),
            "error": answers(lambda said: {"error": "invalid_grant"}),
        }

    def tells_the_truth(self) -> None:
        self.claims, self.signed, self.answer = dict, self.sign, dict
