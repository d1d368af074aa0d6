"""Acts about the sealed log that take two persons: its next key, who cosigns it, and whose logs this office cosigns.

The security administrator proposes them and the audit administrator confirms: whoever keeps the keys of the log does
not choose alone who vouches for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine import log, trail
from engine.actors import Actor
from engine.administration.words import Act, Effect, Plan
from engine.errors import Text
from engine.log import keys, witness
from engine.store import Moment
from engine.trail import Kind


def _always(db: Connection, moment: Moment, plan: Plan) -> bool:
    return True


# ---------------------------------------------------------------- the next key


def _look_key(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    held = keys.keys(db, plan["purpose"])
    was = held[-1].key.vkey if held else ""
    lines = ((Text("现用公钥", "key in use"), Text(was, was)),)
    return Effect(_KEYS[plan["purpose"]], {"purpose": plan["purpose"], "was": was}, lines)


_KEYS: Mapping[str, Text] = {
    keys.LOG: Text("更换留痕日志的签名密钥", "give the sealed log a new key"),
    keys.WITNESS: Text("更换本单位的见证密钥", "give this office a new key as a witness"),
}


def _next_key(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    drafted = keys.Draft(plan["purpose"], plan["id"], plan["hash"])
    before, made = log.rotate(db, moment, drafted)
    trail.append(
        db,
        moment,
        actor,
        kind=Kind.LOG_KEY_CHANGED,
        name=made.key.name,
        was=before.key.vkey,
        vkey=made.key.vkey,
        since=trail.instant(made.from_at),
        reason=plan["reason"],
    )
    return {"vkey": made.key.vkey, "from": trail.instant(made.from_at)}


# ---------------------------------------------------------------- witnesses


def _look_witness(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    key = (
        witness.key_of_witness(plan["vkey"]) if plan["act"] in ("ask", "release") else witness.key_of_log(plan["vkey"])
    )
    lines = [(Text("公钥", "key"), Text(key.vkey, key.vkey))]
    if plan["act"] == "ask":
        lines.append((Text("地址", "address"), Text(plan["url"], plan["url"])))
    name = Text(key.name, key.name)
    return Effect(_WITNESSES[plan["act"]].format(name=name), {k: plan[k] for k in ("act", "vkey", "url")}, tuple(lines))


_WITNESSES: Mapping[str, Text] = {
    "ask": Text("请“{name}”见证本单位的留痕日志", "ask {name} to witness the log of this office"),
    "release": Text("不再请“{name}”见证", "ask {name} no more"),
    "begin": Text("见证日志“{name}”", "witness the log {name}"),
    "end": Text("不再见证日志“{name}”", "witness the log {name} no more by this key"),
}


def _set_witness(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    act, vkey = plan["act"], plan["vkey"]
    if act == "ask":
        key = witness.ask_of(db, moment, vkey, plan["url"])
    elif act == "release":
        key = witness.key_of_witness(vkey)
        witness.ask_no_more(db, moment, key.name)
    elif act == "begin":
        key = witness.enter(db, moment, vkey)
    else:
        key = witness.strike(db, moment, vkey)
    kind = {
        "ask": Kind.WITNESS_ASKED,
        "release": Kind.WITNESS_RELEASED,
        "begin": Kind.WITNESSING_BEGUN,
        "end": Kind.WITNESSING_ENDED,
    }[act]
    trail.append(db, moment, actor, kind=kind, name=key.name, vkey=key.vkey, reason=plan["reason"])
    return {"vkey": key.vkey}


_BY = {"proposes": "keys.manage", "confirms": "trail.verify"}

ACTS = (
    Act(
        "log.key",
        Text("更换留痕日志的密钥", "give the sealed log a new key"),
        Text("持有私钥者可签署检查点和回执。", "Whoever has the private key signs checkpoints and receipts."),
        is_dangerous=_always,
        look=_look_key,
        do=_next_key,
        **_BY,
    ),
    Act(
        "log.witness",
        Text("变更见证单位", "change who witnesses"),
        Text(
            "见证单位是日志未被改写的外部证明。",
            "Witnesses are what proves to outsiders that nobody rewrote the log.",
        ),
        is_dangerous=_always,
        look=_look_witness,
        do=_set_witness,
        **_BY,
    ),
)
