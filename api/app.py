"""The HTTP application: every door of the house, the printed contract, and the headers of every answer."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_smorest
from flask import Flask, Response
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from api import (
    accounts,
    administration,
    attachments,
    calendars,
    case_clauses,
    cases,
    checkpoints,
    clock,
    contract,
    corrections,
    decisions,
    definitions,
    delegations,
    directory,
    distribution_lists,
    documents,
    drafts,
    duties,
    events,
    exports,
    figures,
    findings,
    handover,
    health,
    identities,
    incidents,
    insights,
    jobs,
    keys,
    library,
    logs,
    meetings,
    messages,
    moves,
    notices,
    pages,
    people,
    plays,
    posts,
    proposals,
    reads,
    records,
    reliving,
    remarks,
    resets,
    reviews,
    search,
    second_factor,
    sessions,
    shapes,
    tasks,
    trail,
    units,
    versions,
    worklist,
)
from api.contract import ANYBODY, Asked, Door
from engine import settings
from engine.settings import Settings
from engine.store import Store

PREFIX = "/api/v1"
LARGEST_BODY = 8 << 20

DOORS: tuple[Door, ...] = (
    sessions.door,
    second_factor.door,
    resets.door,
    identities.door,
    definitions.door,
    duties.door,
    versions.door,
    drafts.door,
    reviews.door,
    library.door,
    plays.door,
    decisions.door,
    cases.door,
    case_clauses.door,
    reliving.door,
    reads.door,
    corrections.door,
    worklist.door,
    events.door,
    notices.door,
    tasks.door,
    attachments.door,
    remarks.door,
    documents.door,
    distribution_lists.door,
    exports.door,
    insights.door,
    records.door,
    incidents.door,
    moves.door,
    jobs.door,
    meetings.door,
    messages.door,
    trail.door,
    search.door,
    findings.door,
    checkpoints.door,
    units.door,
    people.door,
    posts.door,
    proposals.door,
    accounts.door,
    handover.door,
    administration.door,
    delegations.door,
    directory.door,
    calendars.door,
    keys.door,
    clock.door,
)


class _Application(Flask):
    """Flask that does not look for coroutines: every view and hook is an ordinary function."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create() -> Flask:
    """The application as a server process starts it: settings from the environment."""
    house = settings.read()
    logs.configure(house)
    store = Store(house)
    events.end_with_the_process(store)
    app = create_app(store)
    # What is there now stays as long as the process. A full collection that walks through all of it finds nothing, and
    # keeps everybody who asks waiting for a sixth of a second.
    gc.collect()
    gc.freeze()
    return app


def create_app(house: Settings | Store, built: Path = pages.BUILT) -> Flask:
    """The application of one database; raises ``RouteWithoutPolicy`` where somebody forgot to say who may knock.

    ``built`` is the folder of the built web pages.
    """
    store = house if isinstance(house, Store) else Store(house)
    app = _Application("liuhen", static_folder=None)
    app.config.update(
        API_TITLE="Liuhen 流痕",
        API_VERSION=settings.release(),
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        # A fault inside a test shows as the problem details that a person would get.
        PROPAGATE_EXCEPTIONS=False,
    )
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False  # an address is what it says; nothing is redirected
    figures.watch(store)
    logs.install(app)
    contract.install(app, store)
    api = _Contract(app)
    for door in DOORS:
        api.register_blueprint(door, url_prefix=PREFIX)
    printed = Door("contract", __name__, description="The printed contract.")

    @printed.opens("GET", "/openapi.json", policy=ANYBODY, answer=None)
    def openapi(asked: Asked) -> Response:
        """This document."""
        return Response(shapes.as_json(api.spec.to_dict()), mimetype="application/json")

    api.register_blueprint(printed, url_prefix=PREFIX)
    app.register_blueprint(health.door)
    app.register_blueprint(checkpoints.outside)
    pages.install(app, built)
    app.register_error_handler(Exception, contract.refuse)
    if store.settings.is_secure:
        # Somebody on this machine speaks https for us; without the address it forwards, everybody would share the
        # proxy's, and one person's failed sign-ins would keep the whole office waiting.
        app.wsgi_app = wrap_wsgi_with_proxy_headers(app.wsgi_app, ["127.0.0.1", "::1"])  # type: ignore[method-assign]
    app.after_request(lambda response: pages.seal(response, store.settings.is_secure))
    forgotten = contract.unguarded(app)
    if forgotten:
        raise contract.RouteWithoutPolicy(", ".join(forgotten))
    return app


class _Contract(flask_smorest.Api):
    """The printed contract: OpenAPI 3.1 of what the doors declare."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        super().__init__(
            app,
            spec_kwargs={
                "servers": [{"url": "/"}],
                "security": [{"key": []}, {"session": []}],
                "info": {
                    "description": "Approvals and member recruitment of an office: cases, tasks and their trail. "
                    "Errors are problem details (RFC 9457) in the language of Accept-Language (zh-CN, en).",
                },
            },
        )
        shapes.print_fields(self)
        components = self.spec.components
        components.security_scheme("key", {"type": "http", "scheme": "bearer", "description": "An API key."})
        components.security_scheme(
            "session",
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "liuhen",
                "description": "A browser's session; unsafe methods also carry X-CSRF-Token as GET /me gives it.",
            },
        )
        components.parameter(
            "IdempotencyKey",
            "header",
            {
                "name": "Idempotency-Key",
                "description": "A request sent again under the same key acts once and is given the same answer.",
                "schema": {"type": "string", "maxLength": 200},
            },
        )

    def _register_error_handlers(self) -> None:
        """Every exception is answered by ``contract.refuse`` instead."""


def guarded(app: Flask) -> dict[str, contract.Spec]:
    """Every guarded route (``GET /api/v1/me``) and what it promises: what the access tests walk."""
    found = [(rule, getattr(app.view_functions[rule.endpoint], "spec", None)) for rule in app.url_map.iter_rules()]
    return {
        f"{method} {rule.rule}": spec
        for rule, spec in found
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if spec is not None
    }
