"""Serves the browser's files: ``web/dist`` as it was built, and ``index.html`` for every address of a page."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory
from werkzeug.security import safe_join

from api import contract, errors

BUILT = Path(__file__).resolve().parent.parent / "web" / "dist"

_SELF = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# bpmn-js with its simulation and dmn-js write style attributes; no other page may.
_STUDIO = f"{_SELF}; style-src-attr 'unsafe-inline'"
_NOTHING = "default-src 'none'; frame-ancestors 'none'"


def doors(built: Path = BUILT) -> Blueprint:
    """The pages out of one build."""
    door = Blueprint("pages", __name__)

    @door.get("/", defaults={"path": ""})
    @door.get("/<path:path>")
    @contract.public
    def page(path: str) -> Response:
        """A file of the build, or the page that finds its own way from the address."""
        if path.startswith(("api/", "health/")) or not built.is_dir():
            raise errors.NoSuchDoor()
        found = safe_join(str(built), path) if path else None
        if found is not None and Path(found).is_file():
            response = send_from_directory(built, path)
            # The build puts a hash of the content into the names under assets/, so those never change.
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            response.headers["Cache-Control"] = kept
            return response
        if "." in path.rpartition("/")[2]:
            raise errors.NoSuchDoor()
        response = send_from_directory(built, "index.html")
        response.headers["Cache-Control"] = "no-cache"
        return response

    return door


def seal(response: Response, is_secure: bool) -> Response:
    """The headers of every answer: what a browser may do with it, and where it may not be kept."""
    headers = response.headers
    path = request.path
    if path.startswith("/api/") or response.mimetype != "text/html":
        headers.setdefault("Content-Security-Policy", _NOTHING)
    elif path == "/studio" or path.startswith("/studio/"):
        headers["Content-Security-Policy"] = _STUDIO
    else:
        headers["Content-Security-Policy"] = _SELF
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
        headers["Vary"] = "Accept-Language, Cookie, Authorization"
    return response
