"""Every answer keeps the printed contract: compares an answer with what OpenAPI says about its route and status."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse


class Contract:
    """The printed contract of one app."""

    def __init__(self, app: Flask) -> None:
        self._routes = app.url_map.bind("localhost")
        document = app.test_client().get("/api/v1/openapi.json").get_json()
        self.document: dict[str, Any] = document
        self._schema = lru_cache(maxsize=None)(self._validator)

    def holds_for(self, response: TestResponse) -> None:
        """Fail where the answer is not what was printed; answers of routes that nobody printed are let be."""
        request = response.request
        if not request.path.startswith("/api/v1/"):
            return
        try:
            rule, _ = self._routes.match(request.path, request.method, return_rule=True)
        except HTTPException:
            assert response.mimetype == "application/problem+json", (request.path, response.data[:300])
            return
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if path not in self.document["paths"]:
            return  # an address of the pages
        where = f"{request.method} {path} {response.status_code}"
        mimetype, validator = self._schema(request.method.lower(), path, response.status_code)
        if validator is None:
            assert not response.data or path.endswith("/openapi.json"), (where, response.data[:200])
            return
        if mimetype == "*/*":
            return  # a file
        assert response.mimetype == mimetype, (where, response.mimetype)
        errors = [f"{e.json_path}: {e.message[:300]}" for e in validator.iter_errors(response.get_json())]
        assert not errors, (where, errors)

    def _validator(self, method: str, path: str, status: int) -> tuple[str, Draft202012Validator | None]:
        responses = self.document["paths"][path][method]["responses"]
        assert status >= 400 or str(status) in responses, f"{method} {path} does not print {status}: {list(responses)}"
        content = responses.get(str(status), responses["default"]).get("content")
        if not content:
            return "", None
        ((mimetype, body),) = content.items()
        root = {**body["schema"], "components": self.document["components"]}
        return mimetype, Draft202012Validator(root, format_checker=FormatChecker())
