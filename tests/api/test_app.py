"""The printed contract, the headers of every answer, the pages and the probes."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from api.app import create_app, guarded
from api.contract import ANYBODY, Asked, Door
from engine.store import Store
from tests.api.conftest import House


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A build of the web pages."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Liuhen</title>")
    (tmp_path / "assets" / "index-4f2a.js").write_text("export {}")
    (tmp_path / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return tmp_path


def test_the_printed_contract_is_valid_openapi(lite: House) -> None:
    document = lite.contract.document
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_guarded_route_is_printed_with_its_policy(lite: House) -> None:
    printed = {
        f"{method.upper()} {path}": operation["x-policy"]
        for path, operations in lite.contract.document["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and "x-policy" in operation
    }
    expected = {
        key.replace("<int:", "{").replace("<", "{").replace(">", "}"): spec.policy.name
        for key, spec in guarded(lite.app).items()
    }
    assert printed == expected


def test_every_operation_is_described(lite: House) -> None:
    for path, operations in lite.contract.document["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                assert operation.get("summary"), f"{method} {path}"


@pytest.mark.parametrize("path", ["/", "/studio/recruitment", "/api/v1/me", "/api/v1/nothing", "/health/live", "/x.js"])
def test_every_answer_carries_the_headers_that_protect_it(lite: House, built: Path, path: str) -> None:
    headers = create_app(lite.store, built).test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert ("unsafe-inline" in policy) == path.startswith("/studio")
    assert "Strict-Transport-Security" not in headers


def test_only_the_studio_may_write_style_attributes(lite: House, built: Path) -> None:
    client = create_app(lite.store, built).test_client()
    assert "style-src-attr 'unsafe-inline'" in client.get("/studio").headers["Content-Security-Policy"]
    for path in ("/studios", "/cases/studio", "/?/studio"):
        assert "unsafe-inline" not in client.get(path).headers["Content-Security-Policy"]


def test_an_answer_with_content_is_not_kept_anywhere(lite: House) -> None:
    answer = lite.browser("zhao.zhishu").get("/me")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Accept-Language" in answer.headers["Vary"]


def test_every_address_of_a_page_gives_the_one_page(lite: House, built: Path) -> None:
    client = create_app(lite.store, built).test_client()
    for path in ("/", "/cases/123", "/studio/recruitment/3", "/audit?q=x"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert b"Liuhen" in answer.data
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_hashed_file_is_kept_for_ever_and_others_are_asked_for_again(lite: House, built: Path) -> None:
    client = create_app(lite.store, built).test_client()
    assert client.get("/assets/index-4f2a.js").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/favicon.svg").headers["Cache-Control"] == "no-cache"


def test_files_are_compressed_for_whoever_can_read_it(lite: House, built: Path) -> None:
    client = create_app(lite.store, built).test_client()
    plain = client.get("/assets/index-4f2a.js")
    packed = client.get("/assets/index-4f2a.js", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    kept = client.get("/assets/index-4f2a.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")
    assert "Content-Encoding" not in lite.browser("zhao.zhishu").get("/me", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize(
    "path",
    [
        "/assets/missing.js",
        "/../api/app.py",
        "/assets/../../secret_key.txt",
        "/%2e%2e/secret_key.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/api/nothing",
        "/health/nothing",
    ],
)
def test_what_is_not_of_the_build_is_not_served(lite: House, built: Path, path: str) -> None:
    (built.parent / "secret_key.txt").write_text("secret")
    answer = create_app(lite.store, built).test_client().get(path)
    assert answer.status_code == 404
    assert b"secret" not in answer.data


def test_only_a_proxy_on_this_machine_says_who_asks_and_only_over_https(lite: House) -> None:
    seen: list[str] = []
    door = Door("address", __name__)

    @door.opens("GET", "/address", policy=ANYBODY)
    def address(asked: Asked) -> None:
        """Where the asker is."""
        seen.append(asked.address)

    forwarded = {"X-Forwarded-For": "198.51.100.9, 10.0.0.7"}
    for base_url, remote in (
        ("https://office.example", "127.0.0.1"),
        ("https://office.example", "203.0.113.5"),
        ("http://127.0.0.1:8080", "127.0.0.1"),
    ):
        store = Store(replace(lite.store.settings, base_url=base_url))
        app = create_app(store)
        app.register_blueprint(door, url_prefix="/api/v1")
        app.test_client().get("/api/v1/address", headers=forwarded, environ_base={"REMOTE_ADDR": remote})
        store.close()
    assert seen == ["10.0.0.7", "203.0.113.5", "127.0.0.1"]
