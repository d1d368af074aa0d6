"""``liuhen log`` and ``liuhen db``: the sealed log as its operator sees it, and the rights of the serving role.

Who signs and who vouches is an act of administration (``engine/administration/sealed_log.py``); at the command line the
operator does it alone, as every other one, and the trail says so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from api import checkpoints
from engine import administration, grants, log, publishing
from engine.actors import Actor
from engine.errors import Text
from engine.log import keys, witness

if TYPE_CHECKING:
    from api.cli import Desk

DONE, NO = 0, 1
Command = Callable[["Desk", argparse.Namespace], int]
AddOne = Callable[[str, Command, str], argparse.ArgumentParser]


def add(add_one: AddOne) -> None:
    """The commands of ``liuhen log``."""
    add_one("status", _status, "How far the log is sealed, by which key, and where its checkpoints lie.")
    add_one("publish", _publish, "Seal what waits and give every place outside the database the newest checkpoint now.")
    add_one("keys", _keys, "The keys by which checkpoints, receipts and cosignatures are verified.")
    rotate = add_one("rotate", _rotate, "The next key; the old one goes on verifying what it has signed.")
    rotate.add_argument("--witness", action="store_true", help="the key by which this office cosigns, not the log's")
    rotate.add_argument("--reason", required=True)
    asked = add_one("witness", _witness, "Who is asked to cosign this log.")
    asked.add_argument("act", choices=("add", "end", "list"))
    asked.add_argument("vkey", nargs="?", default="", metavar="VKEY", help="the witness's key: name+hash+base64")
    asked.add_argument("--url", default="", help="the address before /add-checkpoint")
    asked.add_argument("--reason", default="liuhen log witness")
    others = add_one("cosign", _cosign, "The logs of others that this office cosigns.")
    others.add_argument("act", choices=("add", "end", "list"))
    others.add_argument("vkey", nargs="?", default="", metavar="VKEY", help="the key of the other log")
    others.add_argument("--reason", default="liuhen log cosign")


def add_database(add_one: AddOne) -> None:
    """The commands of ``liuhen db``."""
    role = add_one("grants", _grants, "Print the SQL that gives a role of PostgreSQL what serving needs, and no more.")
    role.add_argument("--role", default="liuhen_app")


def _status(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.reading() as db:
        moment = desk.store.moment(db)
        waiting, newest = log.waiting(db), log.newest(db)
        wrong = log.unsignable(db, desk.store.settings, moment)
        places = publishing.standing(desk.store.settings, db, moment)
        quorum = log.quorum(db, desk.store.settings)
        witnessed = log.witnessed(db, quorum)
        found: dict[str, Any] = {
            "origin": log.origin(db),
            "size": newest.size if newest else 0,
            "root": newest.root if newest else None,
            "at": newest.at if newest else None,
            "unsealed": waiting.count,
            "unsealed_since": waiting.since,
            "witnessed": witnessed.size if witnessed else 0,
            "quorum": quorum,
            "fault": wrong,
            "places": [
                {
                    "place": one.name,
                    "target": one.target,
                    "size": one.size,
                    "done_at": one.done_at,
                    "failures": one.failures,
                    "fault": one.fault,
                    "is_late": one.late,
                }
                for one in places
            ],
        }
    for name in ("origin", "size", "root", "at", "unsealed", "witnessed"):
        desk.say(f"{_WORDS[name].spoken(desk.language)}: {found[name] if found[name] is not None else '-'}")
    for one in places:
        desk.say(f"  {one.name:<40} {one.size:>12,}  {one.target}  {one.fault or ''}".rstrip())
    if wrong is not None:
        sys.stderr.write(f"{wrong.spoken(desk.language)}\n")
    desk.show(found)
    return DONE if wrong is None else NO


_WORDS = {
    "origin": Text("日志名称", "log"),
    "size": Text("已封条数", "entries sealed"),
    "root": Text("根哈希", "root hash"),
    "at": Text("最近签署", "signed at"),
    "unsealed": Text("待封条数", "entries that wait"),
    "witnessed": Text("已见证条数", "entries witnessed"),
    "nowhere": Text("没有设置送达之处。", "No place is set."),
}


def _publish(desk: Desk, asked: argparse.Namespace) -> int:
    sealed = log.seal(desk.store)
    publishing.tick(desk.store, now=True)
    with desk.store.reading() as db:
        newest = log.newest(db)
        places = publishing.standing(desk.store.settings, db, desk.store.moment(db))
    behind = [one for one in places if newest is not None and one.size < newest.size]
    desk.say(f"{_WORDS['size'].spoken(desk.language)}: {newest.size if newest else 0} (+{sealed})")
    for one in places:
        desk.say(f"  {one.name:<40} {one.size:>12,}  {one.fault or ''}".rstrip())
    if not places:
        desk.say(_WORDS["nowhere"].spoken(desk.language))
    desk.show({"size": newest.size if newest else 0, "sealed": sealed, "behind": [one.name for one in behind]})
    return NO if behind else DONE


def _keys(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.transaction() as db:
        moment = desk.store.moment(db)
        keys.current(db, desk.store.settings, moment)  # made now, if it never was: others are to be told of it
        own = witness.key(db, desk.store.settings, moment)
        found = {**log.all_keys(db, desk.store.settings), "witness": own.vkey}
    for one in found["log"]:
        desk.say(f"log      {one['vkey']}  {one['from']} - {one['until'] or ''}".rstrip())
    desk.say(f"cosigner {own.vkey}")
    for one in found["witnesses"]:
        desk.say(f"witness  {one['vkey']}")
    desk.show(found)
    return DONE


def _rotate(desk: Desk, asked: argparse.Namespace) -> int:
    purpose = keys.WITNESS if asked.witness else keys.LOG
    plan = checkpoints.key_plan(desk.store.settings, purpose, asked.reason)
    return _act(desk, "log.key", plan)


def _witness(desk: Desk, asked: argparse.Namespace) -> int:
    if asked.act == "list":
        with desk.store.reading() as db:
            places = publishing.standing(desk.store.settings, db, desk.store.moment(db))
        found = [
            {"name": one.name.removeprefix(publishing.WITNESS), "url": one.target, "size": one.size, "fault": one.fault}
            for one in places
            if one.name.startswith(publishing.WITNESS)
        ]
        for known in found:
            desk.say(f"{known['name']:<40} {known['size']:>12,}  {known['url']}  {known['fault'] or ''}".rstrip())
        desk.show(found)
        return DONE
    given = {"act": "ask" if asked.act == "add" else "release", "vkey": asked.vkey, "url": asked.url}
    return _act(desk, "log.witness", checkpoints.checked(desk.store.settings, {**given, "reason": asked.reason}))


def _cosign(desk: Desk, asked: argparse.Namespace) -> int:
    if asked.act == "list":
        with desk.store.reading() as db:
            found = witness.logs(db)
        for one in found:
            desk.say(f"{one.origin:<40} {one.size:>12,}  {' '.join(one.vkeys)}")
        desk.show(
            [{"origin": one.origin, "size": one.size, "root": one.root, "keys": list(one.vkeys)} for one in found]
        )
        return DONE
    given = {"act": "begin" if asked.act == "add" else "end", "vkey": asked.vkey, "url": ""}
    return _act(desk, "log.witness", {**given, "reason": asked.reason})


def _act(desk: Desk, kind: str, plan: dict[str, Any]) -> int:
    with desk.store.transaction() as db:
        actor, moment = Actor.operator(), desk.store.moment(db)
        if kind == "log.key":
            keys.current(db, desk.store.settings, moment, plan["purpose"])
        done = administration.perform(db, actor, moment, kind, plan, plan["reason"], publishing.DAILY)
    desk.say("  ".join(str(value) for value in done.outcome.values()))
    desk.show(dict(done.outcome))
    return DONE


def _grants(desk: Desk, asked: argparse.Namespace) -> int:
    statements = grants.statements(asked.role)
    desk.say("\n".join(f"{one};" for one in statements))
    desk.show(statements)
    return DONE
