"""What a refusal is on the wire: the one table of HTTP numbers, and problem details (RFC 9457).

A refusal keeps its sentence, code and details; this module adds the status and the language. Faults (500) say only an
id under which the operators' log has the rest.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

import marshmallow
import psycopg
import uuid_utils
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException

from api import shapes
from engine import backups, documents, errors, exports, files, holds, importing, migrations, reads
from engine.errors import Refused, Text
from engine.log import keys, sealing, witness
from engine.oversight import figures
from engine.oversight import report as reporting

log = logging.getLogger("liuhen")


class Malformed(Refused):
    """The request cannot be read: not JSON, or characters that no text may hold."""

    code = "err_malformed"
    text = Text(
        "请求内容不是有效的 JSON（第 {line} 行，第 {column} 列）。",
        "The body is not JSON (line {line}, column {column}).",
    )


class NoSuchDoor(Refused):
    """No route of that name."""

    code = "err_no_such_address"
    text = Text("没有这个地址。", "There is no such address.")


class WrongMethod(Refused):
    """The address exists; the method does not."""

    code = "err_method"
    text = Text("这个地址不接受该方法。", "This address does not take that method.")


class TooLarge(Refused):
    """The request is larger than the door takes."""

    code = "err_too_large"
    text = Text("请求内容过大。", "The request is too large.")


class WrongRange(Refused):
    """A range of a file that it does not have."""

    code = "err_range"
    text = Text("文件没有这一段内容。", "The file has no such part.")


class WrongType(Refused):
    """The body is not ``application/json``."""

    code = "err_content_type"
    text = Text("请以 application/json 提交。", "Send the body as application/json.")


class ForeignPage(errors.Forbidden):
    """An unsafe request of a browser session that did not come from our own pages (cross-site request forgery)."""

    code = "err_csrf"
    text = Text(
        "请求不是从本系统页面发出的，已拒绝。请刷新页面后重试。",
        "The request did not come from a page of this system. Reload the page and try again.",
    )


class KeyReused(errors.Unfit):
    """An Idempotency-Key came back with another request."""

    code = "err_idempotency_key_reused"
    text = Text("同一个 Idempotency-Key 已用于另一项请求。", "This Idempotency-Key has been used for another request.")


class WrongCursor(errors.Unfit):
    """A cursor that this server did not give for this list."""

    code = "err_cursor"
    text = Text("翻页位置无效，请从头查询。", "This is not a cursor of this list. Start from the beginning.")


class Busy(Refused):
    """The database is locked by somebody else's deed for longer than we wait; nothing has changed."""

    code = "err_busy"
    text = Text("系统繁忙，请稍后重试。", "The system is busy. Try again in a moment.")


class Faulty(Refused):
    """Something is wrong on our side."""

    code = "err_fault"
    text = Text(
        "系统出现故障，未保存任何内容。故障编号：{id}", "Something went wrong; nothing was stored. Number: {id}"
    )


STATUS: Mapping[type[Refused], int] = {
    Refused: 409,
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.Throttled: 429,
    errors.Forbidden: 403,
    errors.NotNow: 409,
    errors.Clash: 409,
    errors.Stuck: 409,
    errors.Unfit: 422,
    errors.DefinitionRefused: 422,
    documents.NoTypesetter: 503,
    figures.NotYours: 403,
    reporting.NoSuchMonth: 409,
    holds.Held: 409,
    exports.TooMany: 422,
    importing.NotTaken: 422,
    importing.Unreadable: 422,
    files.TooLarge: 413,
    files.ScannerAway: 503,
    files.StorageAway: 503,
    reads.Unrecorded: 503,
    Malformed: 400,
    NoSuchDoor: 404,
    WrongMethod: 405,
    TooLarge: 413,
    WrongType: 415,
    WrongRange: 416,
    ForeignPage: 403,
    KeyReused: 422,
    WrongCursor: 422,
    backups.Damaged: 422,
    backups.NotEmpty: 409,
    backups.OtherRelease: 409,
    backups.OlderRelease: 409,
    backups.Exists: 409,
    migrations.NewerSchema: 409,
    keys.CannotSign: 409,
    sealing.Broken: 409,
    witness.Unreadable: 400,
    witness.NotItsKey: 403,
    witness.Unknown: 404,
    witness.Elsewhere: 409,
    witness.NotGrown: 422,
    Busy: 503,
    Faulty: 500,
}

TITLES: Mapping[int, Text] = {
    400: Text("请求无法读取", "Unreadable request"),
    401: Text("尚未登录", "Not signed in"),
    403: Text("不允许", "Not permitted"),
    404: Text("没有找到", "Not found"),
    405: Text("方法不适用", "Method not allowed"),
    409: Text("现在不能办理", "Not possible now"),
    413: Text("内容过大", "Too large"),
    415: Text("格式不适用", "Unsupported type"),
    416: Text("没有这一段", "Range not satisfiable"),
    422: Text("内容有误", "Answers do not fit"),
    429: Text("尝试过多", "Too many tries"),
    500: Text("系统故障", "Fault"),
    503: Text("系统繁忙", "Busy"),
}


def status_of(refused: Refused) -> int:
    """The HTTP number of a refusal: its own row, or that of the nearest class above it."""
    return next(STATUS[kind] for kind in type(refused).__mro__ if kind in STATUS)


def problem(refused: Refused) -> dict[str, Any]:
    """The problem details of a refusal in the asker's language; ``details`` of the refusal become members."""
    status = status_of(refused)
    said: dict[str, Any] = {
        **{name: shapes.spoken(value) for name, value in refused.details.items() if name != "clause_view"},
        "type": f"urn:liuhen:problem:{refused.refusal}",
        "title": TITLES[status],
        "status": status,
        "detail": refused.said,
        "code": refused.refusal,
        "errors": [
            {"field": e.path, "code": e.code, "message": e.text, "clause": e.clause, "earliest": e.earliest}
            for e in refused.errors
        ],
        "clause": None,
    }
    if refused.clause is not None:
        unknown = {"id": refused.clause, "text": None, "article": None}
        said["clause"] = refused.details.get("clause_view") or unknown
    if isinstance(refused, errors.DefinitionRefused):
        said["findings"] = [f.as_json(shapes.speaking.get()) for f in refused.findings]
    spoken: dict[str, Any] = shapes.spoken(said)
    return spoken


def refusal_of(fault: Exception) -> Refused:
    """Every exception that leaves a door, as a refusal; what nobody foresaw is written to the log under an id."""
    if isinstance(fault, Refused):
        return fault
    if isinstance(fault, marshmallow.ValidationError):
        return unfit(fault)
    if isinstance(fault, exc.TimeoutError) or (isinstance(fault, exc.OperationalError) and _is_passing(fault)):
        return Busy(retry_after=1)
    if isinstance(fault, HTTPException) and fault.code in _HTTP:
        return _HTTP[fault.code]()
    if isinstance(fault, HTTPException) and fault.code is not None and 400 <= fault.code < 500:
        return Malformed(Text("请求无法读取。", "The request cannot be read."))
    number = str(uuid_utils.uuid7())
    # The statement of a database error may carry personal data: the log gets the traceback without parameters.
    if isinstance(fault, exc.DBAPIError):
        fault.hide_parameters = True
    log.error("fault %s", number, exc_info=fault)
    if isinstance(fault, errors.Incident):
        return Faulty(
            Text(
                "事项在“{element}”处无法继续，请联系管理员。故障编号：{id}",
                "The case cannot go on at “{element}”. Tell the administrator this number: {id}",
            ),
            code="err_incident",
            id=number,
            element=fault.element,
        )
    return Faulty(id=number)


_HTTP: Mapping[int | None, type[Refused]] = {404: NoSuchDoor, 405: WrongMethod, 413: TooLarge, 415: WrongType}


def _is_passing(fault: exc.OperationalError) -> bool:
    """A lock held by somebody else, or a database that restarts: nothing was stored, and the next try may do."""
    state = getattr(fault.orig, "sqlstate", None) or ""
    # 55P03 lock_not_available, 40P01 deadlock_detected, 40001 serialization_failure, 57P0x shutting down or starting
    is_lock = state in ("55P03", "40P01", "40001") or "locked" in str(fault.orig)
    # The client library speaks for itself where the server is not there to say why.
    is_away = isinstance(fault.orig, psycopg.OperationalError) and not state
    return is_lock or is_away or fault.connection_invalidated or state.startswith(("08", "57P0", "53"))


def unfit(fault: marshmallow.ValidationError) -> errors.Unfit:
    """A body or query that does not have the printed shape, field by field."""
    messages = fault.messages if isinstance(fault.messages, dict) else {"": fault.messages}
    return errors.Unfit(errors=[_field_error(path, message) for path, message in _flat("", messages)])


def _flat(path: str, messages: Any) -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        found = []
        for name, below in messages.items():
            step = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}" if path else str(name)
            found += _flat(step if name != "_schema" else path, below)
        return found
    return [(path, str(message)) for message in messages]


# What marshmallow says, with the code and both sentences; the numbers of the pattern fill the sentences.
_SHAPES = [
    (re.compile(pattern), code, Text(zh, en))
    for pattern, code, zh, en in (
        (r"Missing data for required field\.", "err_required", "必须填写。", "Required."),
        (r"Field may not be null\.", "err_required", "不能为空。", "May not be null."),
        (r"Unknown field\.", "err_unknown_field", "没有这一项。", "There is no such field."),
        (r"Not a valid string\.", "err_shape", "应为文字。", "A text is needed."),
        (r"Not a valid (?:integer|number)\.", "err_shape", "应为整数。", "A whole number is needed."),
        (r"Not a valid boolean\.", "err_shape", "应为 true 或 false。", "true or false is needed."),
        (r"Not a valid date\.", "err_shape", "应为日期，如 2026-03-02。", "A date such as 2026-03-02 is needed."),
        (
            r"Not a valid datetime\.",
            "err_shape",
            "应为时间，如 2026-03-02T09:00:00+08:00。",
            "A time such as 2026-03-02T09:00:00+08:00 is needed.",
        ),
        (
            r"Not a valid duration\.",
            "err_shape",
            "应为 ISO 8601 时长，如 P1M。",
            "An ISO 8601 duration such as P1M is needed.",
        ),
        (
            r"Not a valid (?:mapping type|object)\.|Invalid input type\.",
            "err_shape",
            "应为对象。",
            "An object is needed.",
        ),
        (r"Not a valid list\.", "err_shape", "应为列表。", "A list is needed."),
        (r"Longer than maximum length (\d+)\.", "err_shape", "最多 {0} 个字符。", "At most {0} characters."),
        (r"Shorter than minimum length (\d+)\.", "err_shape", "至少 {0} 个字符。", "At least {0} characters."),
        (
            r"Length must be between (\d+) and (\d+)\.",
            "err_shape",
            "应为 {0} 至 {1} 个字符。",
            "Between {0} and {1} characters.",
        ),
        (r"Must be one of: (.*)\.", "err_shape", "只能是：{0}。", "One of: {0}."),
        (
            r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
            "err_shape",
            "应在 {0} 至 {1} 之间。",
            "Between {0} and {1}.",
        ),
    )
]


def _field_error(path: str, message: str) -> errors.FieldError:
    for pattern, code, text in _SHAPES:
        found = pattern.fullmatch(message)
        if found is not None:
            said = Text(text.zh.format(*found.groups()), text.en.format(*found.groups()))
            return errors.FieldError(path, code, said)
    return errors.FieldError(path, "err_shape", Text("格式不符。", message))
