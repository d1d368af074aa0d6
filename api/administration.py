"""Who may what in the office, and how its server is set up; both read only."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api import shapes
from api.contract import Asked, Door, may
from api.shapes import Anything, PersonRef, Shape, Spoken
from engine import views
from engine.errors import Text

door = Door("administration", __name__, description="Who may what in the office.")


class Permission(Shape):
    id = fields.String()
    text = Spoken()


class RolePermissions(Shape):
    """A post in the office itself, what it allows, and who holds it today."""

    role = fields.String()
    role_name = Spoken()
    is_administrator = fields.Boolean()
    permissions = fields.List(fields.Nested(Permission))
    holders = fields.List(fields.Nested(PersonRef))


@door.opens(
    "GET", "/permissions", policy=may("permissions.read", "trail.verify"), answer=shapes.page_of(RolePermissions)
)
def permissions(asked: Asked) -> Any:
    """The posts that give permissions over the office, and who holds them."""
    return asked.page(views.administration.permissions(asked.db, asked.moment), None)


# ---------------------------------------------------------------- settings of the server

_SECONDS, _HOURS, _MEGABYTES = Text("秒", "seconds"), Text("小时", "hours"), Text("兆字节", "megabytes")

SHOWN: Mapping[str, tuple[Text, Text | None, str | None]] = {
    "base_url": (Text("人们使用的地址", "the address people use"), None, "http://… | https://…"),
    "clock": (Text("时钟：系统时间或虚拟时间", "the clock: the machine's or a virtual one"), None, "system | virtual"),
    "zone": (Text("业务日期所用的时区", "the time zone of business dates"), None, "IANA"),
    "undo_seconds": (
        Text("成批办理后可整体撤销的时间", "how long what was done in a batch can be undone whole"),
        _SECONDS,
        "0–3600",
    ),
    "proposal_hours": (
        Text("须两人办理的操作等待核准的时间", "how long an act waits for its second person"),
        _HOURS,
        "1–720",
    ),
    "reviewers": (
        Text("流程草稿发布前须评审签字的人数", "how many people sign a draft off before it is published"),
        None,
        "0–5",
    ),
    "second_factor": (
        Text("须用两步验证登录的职务", "roles whose holders sign in with a second factor"),
        None,
        None,
    ),
    "webhook_hosts": (
        Text("可接收网络回调的内部主机", "hosts inside the network to which webhooks may go"),
        None,
        None,
    ),
    "file_max": (Text("单个附件的上限", "what one attachment may have"), _MEGABYTES, "1–10000"),
    "case_files_max": (
        Text("一个事项全部附件的上限", "what all attachments of a case may have"),
        _MEGABYTES,
        "1–10000",
    ),
    "scanner": (Text("病毒扫描程序", "the virus scanner"), None, "tcp://… | unix:///…"),
    "scanner_away": (
        Text("扫描程序不可用时如何处理附件", "what becomes of a file while the scanner is away"),
        None,
        "refuse | quarantine",
    ),
    "secret_words": (
        Text("文件名含有即拒绝上传的涉密标志", "words in a file's name that mark it as classified; it is refused"),
        None,
        None,
    ),
    "log_origin": (Text("留痕日志的名称", "what the sealed log is called"), None, None),
    "log_sm3": (Text("留痕日志并存 SM3", "SM3 beside SHA-256 in the sealed log"), None, "on | off"),
    "log_webhook": (Text("接收检查点的网络回调", "the webhook that checkpoints are sent to"), None, "https://…"),
    "log_timestamps": (Text("时间戳服务", "the timestamping authority"), None, "https://…"),
    "log_seconds": (
        Text("检查点多久送出一次", "how often a place outside gets a checkpoint at most"),
        _SECONDS,
        "1–86400",
    ),
    "log_quorum": (Text("须有多少见证单位", "how many witnesses make a checkpoint witnessed"), None, "0–20"),
    "log": (Text("运行日志的格式", "the form of the operators' log"), None, "text | json"),
}
"""Field of ``Settings`` → what it is, what it counts, what it may be."""
KEPT_BACK = frozenset(
    {
        *("database_url", "data_dir", "secret_key", "files", "files_key", "files_secret", "providers"),
        *("log_folder", "log_webhook_secret"),
    }
)
"""Fields that are shown to nobody over HTTP: where data lies, and secrets."""


class SettingShape(Shape):
    """A setting of the server, as its environment says; it is changed there, and holds from the next start on."""

    name = fields.String()
    text = Spoken()
    value = Anything()
    unit = Spoken(allow_none=True)
    range = fields.String(allow_none=True)
    is_default = fields.Boolean(allow_none=True)


@door.opens("GET", "/settings", policy=may("directory.manage", "permissions.read"), answer=shapes.page_of(SettingShape))
def settings(asked: Asked) -> Any:
    """The settings of the server that concern administration; read only."""
    house = asked.store.settings
    usual = {f.name: f.default for f in dataclasses.fields(house) if f.default is not dataclasses.MISSING}
    return asked.page(
        [
            {
                "name": f"LIUHEN_{name.upper()}",
                "text": text,
                "value": _shown(getattr(house, name), unit),
                "unit": unit,
                "range": allowed,
                "is_default": getattr(house, name) == usual[name] if name in usual else None,
            }
            for name, (text, unit, allowed) in SHOWN.items()
        ],
        None,
    )


def _shown(value: Any, unit: Text | None) -> Any:
    if unit is _MEGABYTES:
        return value >> 20
    if isinstance(value, (int, str)):
        return value
    return sorted(map(str, value)) if isinstance(value, (tuple, frozenset)) else str(value)
