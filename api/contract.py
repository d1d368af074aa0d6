"""Each request, in order: who asks ▸ their own page (CSRF) ▸ policy ▸ shape ▸ idempotency ▸ one transaction ▸ answer.

The one module that knows Flask's ``request`` and ``current_app``. An endpoint is a function of ``Asked`` that calls
one verb of the engine; it begins and commits nothing. Reading endpoints never take the write lock.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Literal, NoReturn
from urllib.parse import urlsplit

import flask_smorest
import orjson
from flask import Flask, Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import RAISE, Schema
from sqlalchemy import Connection
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from api import clauses, errors, idempotency, logs, seen, shapes
from engine import accounts, messages, reads, trail
from engine.actors import Actor
from engine.errors import FieldError, Forbidden, Language, NotSignedIn, Refused, Text, Unfit
from engine.settings import Settings
from engine.store import Moment, Store

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
USUAL_BODY = 1 << 20
"""Bytes a request may have where its door says nothing else."""
DEEPEST = 40
"""Levels of lists and objects that a body may have."""


# ---------------------------------------------------------------- policies


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may knock at a door at all; whether they may do it to this object is the verb's question.

    ``permissions``: one of them is enough; empty means anybody signed in. ``scope``: what a program's key needs in
    place of ``read`` and ``write``, so that it may be good for these doors alone. ``unproven``: open also to whoever
    must have a second factor here and has none yet: what they need to get one.
    """

    name: str
    permissions: frozenset[str] = frozenset()
    anonymous: bool = False
    scope: str | None = None
    unproven: bool = False

    def check(self, actor: Actor | None) -> None:
        """Raises ``NotSignedIn`` or ``Forbidden``."""
        if self.anonymous:
            return
        if actor is None:
            raise NotSignedIn()
        if self.permissions and not self.permissions & actor.permissions:
            raise Forbidden(needs=sorted(self.permissions))


ANYBODY = Policy("anybody", anonymous=True)
SIGNED_IN = Policy("signed_in")
ENROLLING = Policy("signed_in", unproven=True)


def for_programs(permission: str) -> Policy:
    """Programs whose key names the permission as a scope; it need not be able to do anything else."""
    return Policy(permission, frozenset({permission}), scope=permission)


def may(*permissions: str) -> Policy:
    """Whoever holds one of the permissions."""
    return Policy(" or ".join(permissions), frozenset(permissions))


# ---------------------------------------------------------------- what an endpoint is given, and gives


@dataclass(slots=True)
class Asked:
    """One request, read and checked, inside its transaction."""

    store: Store
    connection: Connection | None
    now: Moment | None
    session: accounts.Session | None
    body: dict[str, Any]
    query: dict[str, Any]
    address: str
    prepared: Any = None
    """What the door's ``before`` gave."""
    answered: Any = None
    """What the door answers, before it is written as JSON."""

    @property
    def db(self) -> Connection:
        """The transaction of this request."""
        if self.connection is None:
            raise RuntimeError("this door opens its own transactions")
        return self.connection

    @property
    def moment(self) -> Moment:
        """The time of this deed."""
        if self.now is None:
            raise RuntimeError("this door opens its own transactions")
        return self.now

    @property
    def asker(self) -> Actor | None:
        return self.session.actor if self.session else None

    @property
    def actor(self) -> Actor:
        if self.asker is None:
            raise NotSignedIn()
        return self.asker

    @property
    def language(self) -> Language:
        return shapes.speaking.get()

    @property
    def cursor(self) -> Any:
        """Where the list goes on, as the verb gave it; raises ``WrongCursor``."""
        given = self.query.get("cursor")
        if not given:
            return None
        try:
            return _cursors(self.store.settings).loads(given)
        except BadData as e:
            raise errors.WrongCursor() from e

    def page(self, items: Sequence[Any], following: Any, total: int | None = None) -> dict[str, Any]:
        """A part of a list, with the cursor of what follows."""
        part: dict[str, Any] = {
            "items": items,
            "next": None if following is None else _cursors(self.store.settings).dumps(following),
        }
        return part if total is None else {**part, "total": total}

    @property
    def _secret(self) -> str:
        return self.store.settings.secret_key

    @property
    def is_repeatable(self) -> bool:
        """Whether the request bears an Idempotency-Key."""
        return _idempotency_key() is not None

    def upload(self) -> Upload:
        """The file sent to a door that ``streams``: the part ``file`` of a form, or the body itself (``?name=``)."""
        if request.mimetype != "multipart/form-data":
            return Upload(nullcontext(request.stream), self.query.get("name") or "", self.query.get("level"))
        # Asked here, because the reader of forms would leave its half of the file open where it stops.
        if (request.content_length or 0) > (request.max_content_length or 0):
            raise errors.TooLarge()
        sent = request.files.get("file")
        if sent is None:
            raise Unfit(errors=[FieldError("file", "required", Text("请选择文件。", "Choose a file."))])
        return Upload(closing(sent.stream), sent.filename or "", request.form.get("level"))

    def once(self, act: Callable[[Asked], Any], shape: Schema, what: bytes | None = None, status: int = 200) -> Any:
        """Do the deed of a request that opens its own transactions; ``None`` where ``act`` finds nothing to do.

        Under an Idempotency-Key it is done once, and its answer given again; nothing done is nothing remembered.
        ``what`` stands for a body that was not read as a whole.
        """
        key, account = _idempotency_key(), self.actor.account_id
        try:
            with self.store.transaction() as db:
                own = replace(self, connection=db, now=self.store.moment(db))
                if key and account:
                    sent = request.get_data(cache=True) if what is None else what
                    mark = idempotency.digest(self._secret, request.method, request.full_path, sent)
                    given = idempotency.claim(db, accounts.machine_time(), account, key, mark)
                    if given is not None:
                        return orjson.loads(given[1])
                found = act(own)
                if found is None:
                    raise _NothingDone
                done = shape.dump(found)
                if key and account:
                    idempotency.keep(db, account, key, status, shapes.as_json(done))
        except _NothingDone:
            return None
        messages.after(self.store, db)
        return done

    def apart(self, part: str, act: Callable[[Asked], Any], shape: Schema) -> dict[str, Any]:
        """Do one of many deeds in a transaction of its own: ``{status, done, problem}``, one of the two null.

        Under an Idempotency-Key each part acts once, by what it is (``part``), whatever became of the others.
        """
        key, account = _idempotency_key(), self.actor.account_id
        mark = idempotency.digest(self._secret, request.method, request.full_path, part.encode())
        named = f"{hashlib.sha256(key.encode()).hexdigest()}:{mark}" if key else ""
        try:
            with self.store.transaction() as db:
                own = replace(self, connection=db, now=self.store.moment(db))
                if named and account:
                    given = idempotency.claim(db, accounts.machine_time(), account, named, mark)
                    if given is not None:
                        return {"status": given[0], "done": orjson.loads(given[1]), "problem": None}
                done = shape.dump(act(own))
                if named and account:
                    idempotency.keep(db, account, named, 200, shapes.as_json(done))
        except Refused as refused:
            _settle_refusal(self.store, self.session, refused, {"task_id": part.partition(" ")[0]}, None)
            return {"status": errors.status_of(refused), "done": None, "problem": errors.problem(refused)}
        messages.after(self.store, db)
        return {"status": 200, "done": done, "problem": None}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in: its bytes, what its sender calls it, and the level of secrecy that they declare."""

    stream: AbstractContextManager[Any]
    name: str
    level: str | None


class _NothingDone(Exception):
    """Takes a claim on an Idempotency-Key back with its transaction."""


@dataclass(slots=True)
class Answer:
    """An answer with more than a body: another status, or cookies to set (``None`` deletes)."""

    data: Any
    status: int | None = None
    cookies: dict[str, str | None] = field(default_factory=dict)


Endpoint = Callable[..., Any]


@dataclass(frozen=True)
class Spec:
    """What a door promises; printed in the contract and kept to on every request."""

    policy: Policy
    answer: Schema | None
    status: int
    body: Schema | None
    query: Schema | None
    works: Works
    idempotent: bool
    max_body: int
    reads_where: Callable[[Any], bool] | None = None
    before: Callable[[Asked], Any] | None = None
    before_where: Callable[[Any], bool] | None = None
    streams: bool = False
    gives_files: bool = False
    or_answer: Schema | None = None
    place: str = ""
    """Method and path, as ``api/seen.py`` has them."""

    @cached_property
    def as_reading(self) -> Spec:
        """The same door for requests that only look."""
        return replace(self, works="reading")

    @cached_property
    def write(self) -> shapes.Writer:
        """How an answer is put into its shape; made at the first answer, when every nested shape is there."""
        return shapes.writer(self.answer) if self.answer is not None else lambda given: given

    def write_as(self, status: int, data: Any) -> Any:
        """An answer of this status in its shape."""
        if self.or_answer is not None and status != self.status:
            return shapes.writer(self.or_answer)(data)
        return self.write(data)


Works = Literal["writing", "reading", "by itself"]
"""The transaction of a door: one that writes, one that only reads, or none because it opens its own."""


class Door(flask_smorest.Blueprint):
    """The endpoints of one word."""

    def opens(
        self,
        method: str,
        rule: str,
        *,
        policy: Policy,
        answer: type[Schema] | None = None,
        status: int = 200,
        or_status: int | None = None,
        or_answer: type[Schema] | None = None,
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        works: Works | None = None,
        idempotent: bool = True,
        max_body: int = USUAL_BODY,
        reads_where: Callable[[Any], bool] | None = None,
        before: Callable[[Asked], Any] | None = None,
        before_where: Callable[[Any], bool] | None = None,
        streams: bool = False,
        gives_files: bool = False,
    ) -> Callable[[Endpoint], Endpoint]:
        """Decorate an endpoint: ``def read(asked: Asked, case_id: str) -> Mapping | Answer``.

        ``or_status`` is another status that an ``Answer`` may have, ``or_answer`` its shape where that is another too.
        ``reads_where`` says of a body, as it was sent, that the request only looks: no write lock is taken then.

        ``before`` is done before the transaction, where ``before_where`` says so of the body: what takes long, or has
        to be committed by itself; what it gives is ``asked.prepared``. ``streams``: the body is a file, which is read
        by ``asked.upload`` and nowhere else. ``gives_files``: the answer is the content of a file, of whatever type.
        """
        spec = Spec(
            policy,
            answer() if answer else None,
            status,
            body(unknown=RAISE) if body else None,
            query(unknown=getattr(query, "others", RAISE)) if query else None,
            works or ("writing" if method in UNSAFE else "reading"),
            idempotent,
            max_body,
            reads_where,
            before,
            before_where,
            streams,
            gives_files,
            or_answer() if or_answer else None,
            f"{method} {rule}",
        )

        def decorate(endpoint: Endpoint) -> Endpoint:
            def view(**path: str) -> Response:
                return _serve(spec, endpoint, path)

            view.__name__ = endpoint.__name__
            view.__doc__ = endpoint.__doc__
            view.spec = spec  # type: ignore[attr-defined]
            view._apidoc = _printed(spec, method, or_status)  # type: ignore[attr-defined]
            self.route(rule, methods=[method])(view)
            return endpoint

        return decorate


_BINARY = {"type": "string", "format": "binary"}


def _printed(spec: Spec, method: str, or_status: int | None) -> dict[str, Any]:
    """What flask-smorest prints about an endpoint, in the form that its own decorators leave behind."""
    parameters: list[Any] = []
    if spec.query:
        parameters.append({"in": "query", "required": False, "schema": spec.query})
    if spec.body:
        parameters.append({"in": "json", "required": True, "schema": spec.body})
    done: dict[str, Any] = {"description": "Done.", "content_type": None}
    if spec.answer:
        done["schema"] = spec.answer
    refused = {"schema": shapes.Problem, "description": "Refused.", "content_type": "application/problem+json"}
    if spec.gives_files:
        done = {"description": "The file.", "content_type": "*/*", "schema": {"type": "string", "format": "binary"}}
    responses: dict[Any, Any] = {spec.status: [done], "default": [refused]}
    if spec.gives_files:
        responses[206] = [dict(done)]
        responses[304] = [{"description": "As it was.", "content_type": None}]
    if or_status is not None:
        responses[or_status] = [{**done, "schema": spec.or_answer} if spec.or_answer else dict(done)]
    manual: dict[str, Any] = {"x-policy": spec.policy.name}
    if spec.policy.anonymous:
        manual["security"] = []
    if (spec.works == "writing" and spec.idempotent) or spec.streams:
        parameters.append("IdempotencyKey")
    if spec.streams:
        form = {"type": "object", "required": ["file"], "properties": {"file": _BINARY, "level": {"type": "string"}}}
        manual["requestBody"] = {
            "required": True,
            "content": {"application/octet-stream": {"schema": _BINARY}, "multipart/form-data": {"schema": form}},
        }
    return {
        "arguments": {"parameters": parameters} if parameters else {},
        "response": {"responses": responses},
        "manual_doc": manual,
    }


# ---------------------------------------------------------------- the house behind the doors

_HOUSE = "liuhen"


def install(app: Flask, store: Store) -> None:
    """Put the store behind the doors of an app, and refuse whatever has no policy."""
    app.extensions[_HOUSE] = store
    app.before_request(_prepare)


class RouteWithoutPolicy(RuntimeError):
    """An endpoint that does not say who may knock; nobody may."""


def unguarded(app: Flask) -> list[str]:
    """The endpoints that have no policy; the app does not start with one."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "spec", None) is None
        and not getattr(app.view_functions[rule.endpoint], "is_public", False)
    ]


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that serves nothing but files of the product or probes: it needs no policy."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def the_store() -> Store:
    """The store of the app that is answering."""
    store: Store = current_app.extensions[_HOUSE]
    return store


def _prepare() -> None:
    store = the_store()
    shapes.speaking.set(_language(request.headers.get("Accept-Language", "")))
    shapes.zone.set(store.settings.zone)
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "spec") and not hasattr(view, "is_public"):
        raise RouteWithoutPolicy(request.endpoint)
    # No text of the product may hold NUL, and PostgreSQL refuses it as a fault.
    if "\x00" in request.path or "%00" in request.query_string.decode("latin-1"):
        raise errors.Malformed(Text("地址中有不允许的字符。", "The address holds a character that is not allowed."))


@lru_cache(maxsize=256)
def _language(accepted: str) -> Language:
    """The language of an ``Accept-Language``; browsers of one office send few different ones."""
    languages = parse_accept_header(accepted, LanguageAccept)
    return "en" if languages.best_match(("zh-CN", "zh", "en"), default="zh-CN") == "en" else "zh"


def _cursors(settings: Settings) -> URLSafeSerializer:
    # Signed, so that a verb may trust the values in it: they go straight into a query. And good for this very list
    # alone: what follows in the order of another list would be skipped, or not even compare.
    asked = sorted((name, value) for name, value in request.args.items() if name not in ("cursor", "limit"))
    return URLSafeSerializer(settings.secret_key, salt=f"cursor {request.path} {asked}")


# ---------------------------------------------------------------- one request


def _serve(spec: Spec, endpoint: Endpoint, path: Mapping[str, str]) -> Response:
    store = the_store()
    credentials = _credentials(store.settings)
    if credentials is None:
        spec.policy.check(None)
    # The body is read before the transaction begins: a slow sender must not hold the write lock.
    raw, sent = _body(spec)
    if spec.reads_where is not None and spec.reads_where(sent):
        spec = spec.as_reading
    session: accounts.Session | None = None
    shown: reads.Pending | None = None
    logs.note(case=path.get("case_id"), task=path.get("task_id"))
    try:
        if spec.works == "by itself":
            moment = None
            if not spec.policy.anonymous:
                with store.reading() as db:
                    moment, session = _identified(spec, store, db, credentials)
            asked = _asked(spec, store, None, moment, session, sent)
            response = _answer(spec, asked, endpoint(asked, **path))
        else:
            prepared = None
            if spec.before is not None and spec.before_where is not None and spec.before_where(sent):
                with store.reading() as db:
                    moment, session = _identified(spec, store, db, credentials)
                prepared = spec.before(_asked(spec, store, None, moment, session, sent))
            opened: AbstractContextManager[Connection] = (
                store.transaction() if spec.works == "writing" else store.reading()
            )
            with opened as db:
                moment, session = _identified(spec, store, db, credentials)
                if session is not None and session.is_stale and spec.works == "writing":
                    accounts.touch(db, session)
                asked = _asked(spec, store, db, moment, session, sent)
                asked.prepared = prepared
                response = _once(spec, asked, raw, lambda: endpoint(asked, **path))
                shown = _shown(spec.place, asked, path) if response.status_code < 400 else None
        if shown is not None:  # nothing leaves the house before it is on record who was shown it
            reads.record(store, asked.actor, shown)
    except Refused as refused:
        _settle_refusal(store, session, refused, path, sent)
        raise
    if session is not None and session.is_stale and spec.works != "writing":
        # In a transaction of its own: a reading one that turned into a writing one could be refused by SQLite.
        with store.transaction() as db:
            accounts.touch(db, session)
    if spec.works == "writing":
        messages.after(store, asked.db)
    return response


def _shown(place: str, asked: Asked, path: Mapping[str, str]) -> reads.Pending | None:
    """What an answer shows of cases, where it is not on record yet."""
    read = seen.what_is_shown(place, asked.db, asked, path, asked.answered)
    return None if read is None else reads.look(asked.db, asked.store, asked.actor, asked.moment, read)


def _identified(
    spec: Spec, store: Store, db: Connection, credentials: Credentials | None
) -> tuple[Moment, accounts.Session | None]:
    moment = store.moment(db)
    session = None if spec.policy.anonymous else _who(db, moment, credentials)
    logs.note(account=session.actor.account_id if session else None)
    if session is not None and session.account.language is not None and "Accept-Language" not in request.headers:
        shapes.speaking.set("en" if session.account.language == "en" else "zh")
    _check(spec, store.settings, session)
    return moment, session


def _asked(
    spec: Spec,
    store: Store,
    db: Connection | None,
    moment: Moment | None,
    session: accounts.Session | None,
    sent: Any,
) -> Asked:
    return Asked(store, db, moment, session, _shaped(spec, sent), _queried(spec), request.remote_addr or "")


def _check(spec: Spec, settings: Settings, session: accounts.Session | None) -> None:
    """Own page, scope of the key, policy: in this order, before anything of the request is looked at."""
    if session is not None:
        if request.method in UNSAFE and session.csrf is not None:
            _own_page(settings, session)
        scope = "write" if request.method in UNSAFE else "read"
        if spec.policy.scope is not None and session.csrf is None:
            scope = spec.policy.scope
        if scope not in session.actor.scopes:
            raise Forbidden(
                Text("此接口密钥没有“{scope}”权限。", "This API key has no scope “{scope}”."),
                code="err_scope",
                scope=scope,
            )
    if not spec.policy.unproven and must_enrol(settings, session):
        raise Forbidden(
            Text(
                "您的职务要求两步验证，请先启用，再进行其他操作。",
                "Your post asks for a second factor. Switch it on before anything else.",
            ),
            code="err_second_factor_needed",
        )
    spec.policy.check(session.actor if session else None)


def must_enrol(settings: Settings, session: accounts.Session | None) -> bool:
    """Whether this is a browser's session of somebody who must have a second factor, and that was opened without."""
    if session is None or session.csrf is None or session.factor is not None:
        return False
    return any(post.role in settings.second_factor for post in session.actor.posts)


def _once(spec: Spec, asked: Asked, raw: bytes, act: Callable[[], Any]) -> Response:
    key = _idempotency_key() if spec.idempotent and spec.works == "writing" else None
    account = asked.asker.account_id if asked.asker else None
    if key is None or account is None:
        return _answer(spec, asked, act())
    mark = idempotency.digest(asked._secret, request.method, request.full_path, raw)
    given = idempotency.claim(asked.db, accounts.machine_time(), account, key, mark)
    if given is not None:
        answer = _json(given[1], given[0])
        answer.headers["Idempotency-Replayed"] = "true"
        return answer
    answer = _answer(spec, asked, act())
    idempotency.keep(asked.db, account, key, answer.status_code, answer.get_data())
    return answer


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and (not 0 < len(key) <= 200 or not key.isprintable()):
        raise errors.KeyReused(
            Text("Idempotency-Key 最长 200 个可见字符。", "An Idempotency-Key has at most 200 printable characters."),
            code="err_idempotency_key",
        )
    return key


def _answer(spec: Spec, asked: Asked, given: Any) -> Response:
    more = given if isinstance(given, Answer) else Answer(given)
    asked.answered = more.data
    logs.note(case=_case_of(more.data))
    if isinstance(more.data, Response):
        for name, value in more.cookies.items():
            _set_cookie(more.data, asked.store.settings, name, value)
        return more.data
    status = more.status or spec.status
    if spec.answer is None and (spec.or_answer is None or status == spec.status):
        response = Response(status=status)
    else:
        response = _json(shapes.as_json(spec.write_as(status, more.data)), status)
    for name, value in more.cookies.items():
        _set_cookie(response, asked.store.settings, name, value)
    return response


def _case_of(data: Any) -> str | None:
    """The case that an answer is about, where it says so."""
    if not isinstance(data, Mapping):
        return None
    case = data.get("case", data if "definition" in data and "number" in data else None)
    return case.get("id") if isinstance(case, Mapping) else None


def _json(body: bytes, status: int) -> Response:
    return Response(body, status, mimetype="application/json" if body else None)


def _settle_refusal(
    store: Store, session: accounts.Session | None, refused: Refused, path: Mapping[str, str], sent: Any
) -> None:
    """After the rollback: a refusal that is worth an entry commits it alone, and its clause is put into words."""
    if refused.recorded is not None:
        actor = session.actor if session else Actor.clock()
        with store.transaction() as db:
            trail.append(db, store.moment(db), actor, **refused.recorded)
    if refused.clause is not None:
        item = refused.details.get("item")
        if isinstance(item, Mapping):  # one of many that were decided together: its own procedure words the clause
            path = {"task_id": item["task"]}
        with store.reading() as db:
            refused.details["clause_view"] = clauses.spoken(db, refused.clause, path, sent)


def file_answer(read: Callable[[int, int], Any], size: int, tag: str, headers: Mapping[str, str]) -> Response:
    """The content of a file, whole or the one range that is asked for (RFC 9110, section 14); 304 where it is known.

    ``read(start, length)`` gives its parts; ``tag`` is its strong ETag.
    """
    given = {**headers, "ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
    if request.if_none_match.contains(tag):
        return Response(status=304, headers=given)
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1 or not _is_same(tag):
        return Response(read(0, size), 200, {**given, "Content-Length": str(size)})
    part = wanted.range_for_length(size)
    if part is None:
        raise errors.WrongRange()
    start, stop = part
    given |= {"Content-Range": f"bytes {start}-{stop - 1}/{size}", "Content-Length": str(stop - start)}
    return Response(read(start, stop - start), 206, given)


def _is_same(tag: str) -> bool:
    """Whether a range may be given: it is asked for of this very content, or of whatever there is."""
    asked = request.if_range
    return (asked.etag is None and asked.date is None) or asked.etag == tag


def refuse(fault: Exception) -> Response:
    """Any exception as problem details."""
    refused = errors.refusal_of(fault)
    status = errors.status_of(refused)
    response = Response(shapes.as_json(errors.problem(refused)), status, mimetype="application/problem+json")
    if "retry_after" in refused.details:
        response.headers["Retry-After"] = str(refused.details["retry_after"])
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="liuhen"'
    return response


# ---------------------------------------------------------------- who asks


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the request shows: the token of a browser's session, or the API key of a program."""

    token: str = ""
    key: str = ""


def session_cookie(settings: Settings) -> str:
    """The name of the session's cookie; ``__Host-`` binds it to this very host, and needs https."""
    return "__Host-liuhen" if settings.is_secure else "liuhen"


def half_cookie(settings: Settings) -> str:
    """The name of the cookie of somebody who has given the password and not yet the code."""
    return f"{session_cookie(settings)}-half"


def visit_cookie(settings: Settings) -> str:
    """The name of the cookie of a browser that was sent to a provider of OpenID Connect."""
    return f"{session_cookie(settings)}-visit"


def _credentials(settings: Settings) -> Credentials | None:
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise NotSignedIn()
        return Credentials(key=key.strip())
    token = request.cookies.get(session_cookie(settings))
    return Credentials(token=token) if token else None


def _who(db: Connection, moment: Moment, credentials: Credentials | None) -> accounts.Session | None:
    if credentials is None:
        return None
    if credentials.key:
        return accounts.resolve_key(db, moment, credentials.key)
    return accounts.resolve(db, moment, credentials.token)


def _own_page(settings: Settings, session: accounts.Session) -> None:
    """An unsafe request of a browser's session must come from our own page and carry the session's token."""
    if not from_own_site(settings) or not accounts.fits(session, request.headers.get("X-CSRF-Token")):
        raise errors.ForeignPage()


def must_be_own_page(asked: Asked) -> None:
    """Asked by a door that is opened with GET and leaves an entry: another site must not make a browser leave one.

    Raises ``ForeignPage``.
    """
    if asked.session is not None and asked.session.csrf is not None and not from_own_site(asked.store.settings):
        raise errors.ForeignPage()


def session_token(settings: Settings) -> str | None:
    """The token of the browser that asks, whether it is still good or not."""
    return request.cookies.get(session_cookie(settings))


def cookie(name: str) -> str:
    """What the browser that asks holds under a name; empty where nothing."""
    return request.cookies.get(name, "")


def from_own_site(settings: Settings) -> bool:
    """Whether the browser says that the request comes from a page of this host; programs say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return origin == settings.base_url or urlsplit(origin).netloc == request.host
    except ValueError:  # brackets that are no address
        return False


def _set_cookie(response: Response, settings: Settings, name: str, value: str | None) -> None:
    if value is None:
        response.delete_cookie(name, secure=settings.is_secure, httponly=True, samesite="Lax", path="/")
    else:
        response.set_cookie(name, value, secure=settings.is_secure, httponly=True, samesite="Lax", path="/")


# ---------------------------------------------------------------- reading a request


def _body(spec: Spec) -> tuple[bytes, Any]:
    if spec.streams:
        # What a form has around its file is little; the file itself is measured as it comes.
        request.max_content_length = the_store().settings.file_max + (64 << 10)
        return b"", None
    request.max_content_length = spec.max_body
    raw = request.get_data(cache=True)
    if spec.body is None:
        return raw, None
    if not raw:
        return raw, {}
    if not request.is_json:
        raise errors.WrongType()
    return raw, read_json(raw)


def read_json(raw: bytes) -> Any:
    """RFC 8259, strictly: UTF-8, no NaN, no doubled name, no number beyond a double, no character a text may not hold.

    Raises ``Malformed`` with line and column where they are known.
    """
    try:
        value = json.loads(
            raw.decode(),
            parse_constant=_no_constant,
            parse_float=_number,
            parse_int=_integer,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as e:
        raise errors.Malformed(line=e.lineno, column=e.colno) from e
    except UnicodeDecodeError as e:
        raise errors.Malformed(
            Text("请求内容不是 UTF-8（第 {byte} 字节）。", "The body is not UTF-8 (byte {byte})."), byte=e.start
        ) from e
    except RecursionError as e:
        raise _too_deep() from e
    except ValueError as e:
        raise errors.Malformed(
            Text("请求内容不是有效的 JSON：{reason}", "The body is not JSON: {reason}"), reason=str(e)
        ) from e
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and not _is_shallow(value):
        raise _too_deep()
    if _ESCAPED.search(raw) and not _is_text(value):
        raise errors.Malformed(
            Text("文字中有不允许的字符（NUL 或半个代理对）。", "A text holds NUL or half a surrogate pair.")
        )
    return value


_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is too large")
    return value


def _integer(text: str) -> int:
    # Beyond these a browser and a program would read two different numbers (RFC 8259 section 6).
    if len(text) > 17 or abs(int(text)) >= 2**53:
        raise ValueError(f"{text[:40]} is too large")
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return value


def _is_shallow(value: Any) -> bool:
    """Whatever walks a value further on may do it by calling itself."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            below
            for one in level
            if isinstance(one, (dict, list))
            for below in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return True
    return False


def _too_deep() -> errors.Malformed:
    return errors.Malformed(Text("请求内容嵌套过深。", "The body is nested too deeply."))


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, dict):
        return all(_is_text(k) and _is_text(v) for k, v in value.items())
    return not isinstance(value, list) or all(map(_is_text, value))


def _shaped(spec: Spec, sent: Any) -> dict[str, Any]:
    if spec.body is None:
        return {}
    loaded: dict[str, Any] = spec.body.load(sent)
    return loaded


def _queried(spec: Spec) -> dict[str, Any]:
    if spec.query is None:
        return {}
    loaded: dict[str, Any] = spec.query.load(request.args.to_dict())
    return loaded
