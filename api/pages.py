"""Serves the browser's files: ``web/dist`` as it was built, and ``index.html`` for every address of a page."""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.routing import PathConverter
from werkzeug.security import safe_join

from api import contract, errors, shapes
from engine import verifying

_HERE = Path(__file__).resolve().parent
BUILT = _HERE / "web" if (_HERE / "web").is_dir() else _HERE.parent / "web" / "dist"
"""The pages: inside an installed package, or as the clone built them."""

_SELF = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# bpmn-js with its simulation and dmn-js write style attributes; no other page may.
_STUDIO = f"{_SELF}; style-src-attr 'unsafe-inline'"
_EVERYWHERE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
VERIFIER = "verify.html"
"""The page that verifies a bundle: one file, served as it lies; its script and its style are let through by hash."""


class _Page(PathConverter):
    """Every address but those of the other doors: theirs answer 404 and 405 by themselves."""

    regex = "(?!api/|health/).*?"
    part_isolating = False


def install(app: Flask, built: Path = BUILT) -> None:
    """Serve the pages of one build."""
    app.url_map.converters["page"] = _Page

    @app.get("/", defaults={"path": ""})
    @app.get("/<page:path>")
    @contract.public
    def page(path: str) -> Response:
        """A file of the build, or the page that finds its own way from the address."""
        if path == VERIFIER:
            response = _file(verifying.place(VERIFIER), "no-cache")
            response.headers["Content-Security-Policy"] = _by_hash(verifying.place(VERIFIER))
            return response
        found = safe_join(str(built), path) if path else None
        if found is not None and Path(found).is_file():
            # The build puts a hash of the content into the names under assets/, so those never change.
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return _file(Path(found), kept)
        if "." in path.rpartition("/")[2] or not (built / "index.html").is_file():
            raise errors.NoSuchDoor()
        return _file(built / "index.html", "no-cache")


@lru_cache(maxsize=1)
def _by_hash(page: Path) -> str:
    """A policy under which the page's own script and style run, and nothing else does."""
    text = page.read_text(encoding="utf-8")
    hashes = {
        tag: base64.b64encode(
            hashlib.sha256(text.split(f"<{tag}>")[1].split(f"</{tag}>")[0].encode()).digest()
        ).decode()
        for tag in ("script", "style")
    }
    allowed = "; ".join(f"{tag}-src 'sha256-{hash_}'" for tag, hash_ in hashes.items())
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _file(path: Path, kept: str) -> Response:
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packs = kind.startswith("text/") or kind in ("image/svg+xml", "application/json")
    is_packed = packs and request.accept_encodings.quality("gzip") > 0
    response = Response(_packed(path, path.stat().st_mtime_ns) if is_packed else path.read_bytes(), mimetype=kind)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    if packs:
        response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = kept
    response.add_etag()
    response.make_conditional(request)
    return response


@lru_cache(maxsize=512)
def _packed(path: Path, changed: int) -> bytes:
    """The file compressed, once per process and change of it. Answers with content are never compressed: what an
    attacker can slip into one would tell them the secrets beside it by its length (BREACH)."""
    return gzip.compress(path.read_bytes(), mtime=0)


# What the machine's own table of types says about these differs, and nosniff makes a browser refuse a wrong one.
_KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


def seal(response: Response, is_secure: bool) -> Response:
    """The headers of every answer: what a browser may do with it, and where it may not be kept."""
    headers = response.headers
    path = request.path
    if path.startswith("/api/") or response.mimetype != "text/html":
        headers.setdefault("Content-Security-Policy", _NOTHING)
    elif path == "/studio" or path.startswith("/studio/"):
        headers["Content-Security-Policy"] = _STUDIO
    elif path != f"/{VERIFIER}":
        headers["Content-Security-Policy"] = _SELF
    headers.extend(_EVERYWHERE)
    if is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
        headers["Vary"] = "Accept-Language, Cookie, Authorization"
        headers["Content-Language"] = "en" if shapes.speaking.get() == "en" else "zh-CN"
    return response
