"""``liuhen``, the command line. Exit status: 0 done; 1 the answer is no; 2 wrong usage.

Each command opens the database, begins its own transaction and prints sentences, or JSON with ``--json``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError

from api import cli_log, demonstration, doctor, folders, history, live_cases, logs, office, paper, server, shapes
from engine import (
    accounts,
    actors,
    backups,
    clock,
    couriers,
    definitions,
    documents,
    drafts,
    exports,
    migrations,
    rehearsals,
    settings,
    tables,
    templates,
    trail,
    verifying,
    versions,
)
from engine.actors import Actor
from engine.errors import DefinitionRefused, Finding, Language, Refused, Text
from engine.store import Moment, Store, wait_until_ready

DONE, NO, WRONG_USAGE = 0, 1, 2
ROWS_TOLD = 100_000
"""Rows of one table between two lines of progress."""


@dataclass
class Desk:
    """Where a command works: the store, and how it speaks."""

    store: Store
    as_json: bool
    language: Language

    def say(self, sentence: str) -> None:
        """A sentence for people; silent where a program listens."""
        if not self.as_json:
            print(sentence)

    def show(self, value: Any) -> None:
        """The result for a program."""
        if self.as_json:
            sys.stdout.write(shapes.as_json(shapes.spoken(value)).decode() + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as e:  # argparse says 2 for wrong usage and 0 for --help
        return int(e.code or 0)
    language: Language = "zh" if asked.language.startswith("zh") else "en"
    shapes.speaking.set(language)
    try:
        house = settings.read()
    except settings.WrongSetting as e:
        print(e, file=sys.stderr)
        return WRONG_USAGE
    logs.configure(house)
    shapes.zone.set(house.zone)
    store = Store(house)
    command: Callable[[Desk, argparse.Namespace], int] = asked.command
    try:
        return command(Desk(store, asked.json, language), asked)
    except DefinitionRefused as e:
        _print_findings(Desk(store, asked.json, language), e.findings)
        return NO
    except Refused as e:
        print(e.said.spoken(language), file=sys.stderr)
        return NO
    except OSError as e:
        print(f"{e.filename or ''}: {e.strerror or e}", file=sys.stderr)
        return NO
    except SQLAlchemyError as e:
        print(f"{type(e).__name__}: {getattr(e, 'orig', e)}", file=sys.stderr)
        return NO
    finally:
        store.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="liuhen", description="Liuhen 流痕: approvals with a trail.")
    parser.add_argument("--language", default=os.environ.get("LANG", "zh"), help="zh or en")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Callable[[Desk, argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        below = commands.add_parser(name, help=text, description=text)
        below.add_argument("--json", action="store_true", help="print JSON")
        below.set_defaults(command=command)
        return below

    serve = add("serve", _serve, "Migrate the database, serve API and web, run the clock.")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8080)
    serve.add_argument("--workers", type=int, default=0, help="processes; 0 lets Liuhen choose (always 1 on SQLite)")
    setup = add("setup", _setup, "Create the demonstration office and publish processes/.")
    setup.add_argument("--demo", action="store_true", required=True, help="the demonstration office")
    setup.add_argument("--history", action="store_true", help="with a year that ended yesterday; takes minutes")
    check = add("check", _check, "Check a process folder as publishing would.")
    check.add_argument("paths", nargs="+", type=_folder, metavar="PATH")
    rehearse = add("rehearse", _rehearse, "Play the rehearsals of a process folder on a virtual clock.")
    rehearse.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a process folder, or one of its rehearsals"
    )
    rehearse.add_argument(
        "--coverage", action="store_true", help="every element and flow, and which rehearsals come to it"
    )
    publish = add("publish", _publish, "Publish the next version of a process folder; its rehearsals are played first.")
    publish.add_argument("paths", nargs="+", type=_folder, metavar="PATH")
    publish.add_argument("--note", default="")
    separate = add("duties", _duties, "Publish the office-wide rules of separation of duties.")
    separate.add_argument("file", type=_file, metavar="FILE")
    separate.add_argument("--reason", required=True)
    imported = add("import-office", _import_office, "Units, people, memberships and posts from CSV or XLSX.")
    imported.add_argument("file", type=_file, metavar="FILE")
    imported.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    begun = add("import-cases", _import_cases, "Cases begun on paper, taken over where they stand; no gate is waived.")
    begun.add_argument("file", type=_file, metavar="FILE")
    begun.add_argument("--dry-run", action="store_true", help="judge every line, and change nothing")
    begun.add_argument("--reason", default="首日转入", help="what the trail says it was done for")
    series = add("begin-series", _begin_series, "Numbers of documents that were given on paper: the next follows them.")
    series.add_argument("unit", help="code of the body")
    series.add_argument("code", help="what stands before the year, 机关代字")
    series.add_argument("year", type=int)
    series.add_argument("last", type=int, help="the last number that was given on paper")
    series.add_argument("--reason", required=True)
    tick = add("tick", _tick, "Let the clock act once on everything that is due.")
    tick.add_argument("--until", type=datetime.fromisoformat, default=None, metavar="ISO8601")
    verify = add("verify", _verify, "Verify the trail, the sealed log, and the rows and files that rest on them.")
    verify.add_argument("--case", default=None, metavar="CASE", help="only this case: its number or id")
    verify.add_argument("--bundle", type=_file, default=None, metavar="FILE", help="an exported bundle instead")
    verify.add_argument("--key", action="append", default=[], metavar="VKEY", help="for --bundle: a key you trust")
    verify.add_argument("--since", type=_file, default=None, metavar="CHECKPOINT", help="a checkpoint kept elsewhere")
    verify.add_argument("--receipt", type=_file, action="append", default=[], metavar="FILE", help="a signed receipt")
    export = add("export", _export, "Export one case, or every case as an event log; each export is an entry.")
    export.add_argument("case", nargs="?", default=None, metavar="CASE", help="its number or id")
    export.add_argument("--all", action="store_true", help="every case (xes, ocel)")
    export.add_argument("--format", required=True, choices=tuple(exports.FORMATS))
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    export.add_argument("--purpose", default="liuhen export", help="what the entry says it was for")
    export.add_argument("--names", action="store_true", help="people's names in an event log, not pseudonyms")
    backup = add("backup", _backup, "A consistent copy of the whole database in one file, while the office works.")
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = add("restore", _restore, "Put a backup into an empty database of either kind.")
    restore.add_argument("file", type=_file, metavar="FILE")
    add("doctor", _doctor, "What is stuck or misconfigured, and the one safe action for each.")

    def group(name: str, text: str) -> Callable[..., argparse.ArgumentParser]:
        below = commands.add_parser(name, help=text).add_subparsers(title="commands", metavar="COMMAND", required=True)

        def add_one(
            name: str, command: Callable[[Desk, argparse.Namespace], int], text: str
        ) -> argparse.ArgumentParser:
            one = below.add_parser(name, help=text, description=text)
            one.add_argument("--json", action="store_true", help="print JSON")
            one.set_defaults(command=command)
            return one

        return add_one

    add_account = group("account", "Accounts of people.")
    created = add_account("add", _account_add, "Create an account; prints the link by which its password is set.")
    created.add_argument("name")
    created.add_argument("person", help="the office's number for the person")
    reset = add_account("reset", _account_reset, "Print a link by which somebody sets a new password.")
    reset.add_argument("name")
    reset.add_argument("--second-factor", action="store_true", help="take the second factor away as well")

    add_key = group("key", "API keys of programs.")
    new = add_key("add", _key_add, "Make a key; it is printed once.")
    new.add_argument("name")
    new.add_argument("--account", default=None, help="whom the program acts for; without it a new account of its own")
    new.add_argument("--scope", action="append", default=[], choices=sorted(accounts.SCOPES))
    add_key("list", _key_list, "The keys, without their secrets.")
    revoke = add_key("revoke", _key_revoke, "A key is no longer good.")
    revoke.add_argument("name")

    cli_log.add(group("log", "The sealed log: how far it is sealed, its keys and its witnesses."))
    cli_log.add_database(group("db", "The database that Liuhen is served from."))
    return parser


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text} is not a file")
    return path


# ---------------------------------------------------------------- serving and setting up


def _serve(desk: Desk, asked: argparse.Namespace) -> int:
    desk.say(f"http://{asked.host}:{asked.port}")
    server.serve(desk.store, asked.host, asked.port, asked.workers)
    return DONE


def _setup(desk: Desk, asked: argparse.Namespace) -> int:
    wait_until_ready(desk.store)
    migrations.upgrade(desk.store.engine)
    found = demonstration.build(desk.store)
    with desk.store.reading() as db:
        is_new = db.execute(select(tables.definitions.c.id).limit(1)).first() is None
        now = desk.store.moment(db)

    def before(key: str | None = None) -> Moment | None:
        if not is_new:
            return None
        return history.published(now, key) if asked.history else live_cases.earliest(now)

    published = []
    refused: list[Finding] = []
    folders.publish_duties(desk.store, Actor.operator(), reason="setup", moment=before())
    for folder in folders.all_in():
        try:
            at = before(folder.name)
            published.append(folders.publish(desk.store, Actor.operator(), folder, "setup", at, folders.all_in()))
        except DefinitionRefused as e:
            refused += e.findings
            desk.say(f"{folder.name}: {e.said.spoken(desk.language)}")
    for one in found:
        posts = "，" if desk.language == "zh" else ", "
        held = posts.join(f"{post['unit']} {shapes.spoken(post['role_name'])}" for post in one["posts"])
        desk.say(f"{one['name']:<16}{one['password']:<20}{one['person']}  {held}")
    for done in published:
        desk.say(f"{done.key} {done.version}{' *' if done.is_new else ''}")
    if refused:
        _print_findings(desk, refused)
        return NO
    lived = history.make(desk.store, tell=desk.say) if asked.history else None
    if lived is not None and (wrong := lived[1].findings):
        print("\n".join(wrong), file=sys.stderr)
        return NO
    for told in live_cases.make(desk.store):
        if told.refused is not None:
            # The office stands without it; a designer who changed a procedure has to see what no longer fits.
            said = told.refused.said.spoken(desk.language)
            print(f"{told.shows}: {said} {[e.path for e in told.refused.errors]}", file=sys.stderr)
        else:
            desk.say(f"{told.number}  {told.shows}")
    clock.tick(desk.store)
    couriers.tick(desk.store)
    desk.show(found)
    return DONE


def _import_office(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.transaction() as db:
        report = office.import_office(
            db,
            Actor.operator(),
            desk.store.moment(db),
            asked.file.name,
            asked.file.read_bytes(),
            dry_run=asked.dry_run,
        )
    _say_findings(desk, Path(), report.findings)
    for table, count in report.summary.items():
        desk.say(f"{table:<12} +{count.added} ~{count.changed} ={count.unchanged}")
    desk.show(report.as_json(desk.language))
    return NO if report.errors else DONE


def _begin_series(desk: Desk, asked: argparse.Namespace) -> int:
    said = (asked.unit, asked.code, asked.year, asked.last, asked.reason)
    with desk.store.transaction() as db:
        documents.begin_series(db, Actor.operator(), desk.store.moment(db), *said)
    number = templates.number(asked.code, asked.year, asked.last + 1)
    desk.say(number)
    desk.show({"next": number})
    return DONE


def _import_cases(desk: Desk, asked: argparse.Namespace) -> int:
    results = []
    for result in paper.import_cases(desk.store, Actor.operator(), asked.file, asked.reason, dry_run=asked.dry_run):
        results.append(result.as_json(desk.language))
        said = _SAID["refused" if result.is_refused else "taken" if result.is_new else "unchanged"]
        desk.say(f"{result.place}: {result.key}: {said.spoken(desk.language)} {result.number or ''}".rstrip())
        for fault in result.faults:
            where = " ".join(part for part in (fault.element, fault.field) if part)
            desk.say(f"  {fault.severity} {fault.rule} {where}: {fault.text.spoken(desk.language)}")
    desk.show(results)
    return NO if any(one["status"] == "refused" for one in results) else DONE


# ---------------------------------------------------------------- definitions


def _check(desk: Desk, asked: argparse.Namespace) -> int:
    results: list[dict[str, Any]] = []
    for path in asked.paths:
        definition, findings = definitions.check(folders.read(path))
        along = folders.along_beside(path.resolve().parent)
        if definition is not None and (malformed := rehearsals.read(definition, along)[1]):
            definition, findings = None, (*findings, *malformed)
        results.append(
            {
                "path": str(path),
                "key": definition.key if definition else None,
                "ok": definition is not None,
                "findings": [finding.as_json(desk.language) for finding in findings],
            }
        )
        _say_findings(desk, path, findings)
        if definition is not None:
            desk.say(f"{path}: {_SAID['fits'].spoken(desk.language)}")
    desk.show(results)
    return DONE if all(result["ok"] for result in results) else NO


def _rehearse(desk: Desk, asked: argparse.Namespace) -> int:
    wanted = _rehearsals_named(asked.paths)
    if isinstance(wanted, Path):
        print(_SAID["no_rehearsal"].format(path=wanted).spoken(desk.language), file=sys.stderr)
        return WRONG_USAGE
    results: list[dict[str, Any]] = []
    for folder, only in wanted.items():
        definition, findings = definitions.check(folders.read(folder))
        try:
            if definition is None:
                raise DefinitionRefused(findings)
            zone, along = desk.store.settings.zone, folders.along_beside(folder.resolve().parent)
            report = rehearsals.run(definition, zone, folders.duties_beside(folder), only or None, along)
        except DefinitionRefused as e:
            _say_findings(desk, folder, e.findings)
            found = [finding.as_json(desk.language) for finding in e.findings]
            results.append({"path": str(folder), "passed": False, "findings": found})
            continue
        results.append({"path": str(folder), **report.as_json(desk.language), "findings": []})
        _say_rehearsed(desk, folder, report)
        if asked.coverage:
            results[-1]["walked_by"] = {one: list(by) for one, by in report.coverage.walked_by.items()}
            _say_coverage(desk, definition, report.coverage)
    desk.show(results)
    return DONE if all(result["passed"] for result in results) else NO


def _rehearsals_named(paths: Sequence[Path]) -> dict[Path, set[str]] | Path:
    """Folder → the rehearsals of it that were named, none for all; or the path that is neither."""
    wanted: dict[Path, set[str]] = {}
    for path in paths:
        last = next(reversed(wanted), None)
        inside = None if last is None else last / rehearsals.FOLDER / f"{path.stem}.json"
        if path.is_dir():
            wanted.setdefault(path, set())
        elif path.is_file() and path.parent.name == rehearsals.FOLDER.rstrip("/"):
            wanted.setdefault(path.parent.parent, set()).add(f"{rehearsals.FOLDER}{path.name}")
        elif last is not None and inside is not None and inside.is_file():
            wanted[last].add(f"{rehearsals.FOLDER}{inside.name}")
        else:
            return path
    return wanted


_MOST_NAMED = 20
"""Elements and flows that nobody came to and that are named on the screen."""


def _say_rehearsed(desk: Desk, folder: Path, report: rehearsals.Report) -> None:
    for one in report.told:
        said = _SAID["passed" if one.difference is None else "differs"].spoken(desk.language)
        desk.say(f"{folder / one.file}: {said} ({one.acts})  {one.title.spoken(desk.language)}")
        if one.difference is not None:
            text = one.difference.text.spoken(desk.language)
            desk.say(f"{folder / one.file}:{one.difference.line}: [{one.difference.step}] {text}")
    coverage = report.coverage
    walked = _SAID["walked"].format(
        elements=f"{coverage.elements - len(coverage.missed_elements)}/{coverage.elements}",
        flows=f"{coverage.flows - len(coverage.missed_flows)}/{coverage.flows}",
        acts=report.acts,
        most=rehearsals.MOST_ACTS,
    )
    desk.say(f"{folder}: {walked.spoken(desk.language)}")
    missed = (*coverage.missed_elements, *coverage.missed_flows)
    if missed and report.told:
        said = "missed_more" if len(missed) > _MOST_NAMED else "missed"
        named, more = ", ".join(missed[:_MOST_NAMED]), len(missed) - _MOST_NAMED
        desk.say(_SAID[said].format(missed=named, more=more).spoken(desk.language))


def _say_coverage(desk: Desk, definition: definitions.Definition, coverage: rehearsals.Coverage) -> None:
    """A line for each element and, below it, for each way on: which rehearsals came there."""
    blueprint = definition.blueprint
    ways = {one: [flow.id for flow in blueprint.flows if flow.source == one] for one in blueprint.elements}
    for element, flows in ways.items():
        for one, indent in ((element, ""), *((flow, "    ") for flow in flows)):
            if one in coverage.walked_by:
                by = ", ".join(Path(file).stem for file in coverage.walked_by[one]) or "-"
                desk.say(f"{indent}{one}: {by}")


def _publish(desk: Desk, asked: argparse.Namespace) -> int:
    results: list[dict[str, Any]] = []
    is_done = True
    for path in asked.paths:
        try:
            done = folders.publish(desk.store, Actor.operator(), path, asked.note, together=asked.paths)
        except DefinitionRefused as e:
            is_done = False
            _say_findings(desk, path, e.findings)
            found = [finding.as_json(desk.language) for finding in e.findings]
            results.append({"path": str(path), "key": None, "version": None, "is_new": False, "findings": found})
            continue
        _say_findings(desk, path, done.findings)
        desk.say(f"{done.key} {done.version}{' *' if done.is_new else ''}")
        results.append(
            {
                "path": str(path),
                "key": done.key,
                "version": done.version,
                "is_new": done.is_new,
                "findings": [finding.as_json(desk.language) for finding in done.findings],
            }
        )
    desk.show(results)
    return DONE if is_done else NO


def _duties(desk: Desk, asked: argparse.Namespace) -> int:
    try:
        done = folders.publish_duties(desk.store, Actor.operator(), asked.file, asked.reason)
    except DefinitionRefused as e:
        _print_findings(desk, e.findings)
        return NO
    desk.say(f"{asked.file.name} {done.version}{' *' if done.is_new else ''}")
    desk.show({"version": done.version, "is_new": done.is_new})
    return DONE


_SAID = {
    "taken": Text("已转入", "taken over"),
    "unchanged": Text("此前已转入", "taken over before"),
    "refused": Text("不能转入", "refused"),
    "fits": Text("通过检查", "can be published"),
    "one_or_all": Text("请指定一个事项，或者用 --all。", "Name one case, or say --all."),
    "no_case": Text("没有事项 {case}。", "There is no case {case}."),
    "passed": Text("通过", "passed"),
    "differs": Text("不符", "differs"),
    "walked": Text(
        "走到元素 {elements}、连线 {flows}；动作 {acts}（最多 {most}）",
        "walked through {elements} elements and {flows} flows, in {acts} acts (at most {most})",
    ),
    "missed": Text("没有走到：{missed}", "nobody came to: {missed}"),
    "missed_more": Text(
        "没有走到：{missed}，另有 {more} 个（--json 列出全部）",
        "nobody came to: {missed}, and {more} more (--json names all)",
    ),
    "no_rehearsal": Text("{path} 不是流程文件夹，也不是排练文件", "{path} is neither a process folder nor a rehearsal"),
    "whole": Text(
        "留痕完整：{chains} 条链，{entries} 条记录", "the trail is whole: {chains} chains, {entries} entries"
    ),
    "looked": Text(
        "日志 {leaves} 片叶子、{checkpoints} 个检查点、{cosignatures} 个联署；事项 {cases} 个、行 {rows}、值 {values}、"
        "文件 {files}、公文 {documents}、流程版本 {definitions}",
        "log: {leaves} leaves, {checkpoints} checkpoints, {cosignatures} cosignatures; {cases} cases, {rows} rows, "
        "{values} values, {files} files, {documents} documents, {definitions} versions of procedures",
    ),
    "more": Text("另有 {more} 处未列出", "{more} more places are not listed"),
    "unknown": Text("这次核验不能知道的：", "What this cannot know:"),
    "broken": Text("留痕不完整：{findings} 处", "the trail is not whole: {findings} places"),
    "acted": Text("时钟办理了 {acted} 次", "the clock acted {acted} times"),
    "kept": Text(
        "已备份到 {file}：{rows} 行，{bytes} 字节，SHA-256 {sha256}",
        "kept in {file}: {rows} rows, {bytes} bytes, SHA-256 {sha256}",
    ),
    "restored": Text(
        "已恢复 {version} 版本于 {made_at} 制作的备份：{rows} 行",
        "restored the backup that release {version} made at {made_at}: {rows} rows",
    ),
    "well": Text("一切正常", "all is well"),
    "once": Text("密钥只显示这一次：", "The key is shown this once:"),
    "link": Text("链接只显示这一次，{until} 前有效：", "The link is shown this once, and good until {until}:"),
    "revoked": Text("密钥已吊销", "the key is revoked"),
    "virtual": Text("只有虚拟时钟才能用 --until", "--until needs LIUHEN_CLOCK=virtual"),
}


def _say_findings(desk: Desk, path: Path, findings: Sequence[Finding]) -> None:
    for finding in findings:
        place = f"{path / finding.file}{f':{finding.line}' if finding.line else ''}"
        element = f" {finding.element}" if finding.element else ""
        said, remedy = finding.text.spoken(desk.language), finding.remedy.spoken(desk.language)
        desk.say(f"{place}:{element} [{finding.severity} {finding.rule}] {said} → {remedy}")


def _print_findings(desk: Desk, findings: Sequence[Finding]) -> None:
    _say_findings(desk, Path(), findings)
    desk.show({"findings": [finding.as_json(desk.language) for finding in findings]})


# ---------------------------------------------------------------- clock and trail


def _tick(desk: Desk, asked: argparse.Namespace) -> int:
    until: datetime | None = asked.until
    if until is not None and not desk.store.settings.is_virtual:
        print(_SAID["virtual"].spoken(desk.language), file=sys.stderr)
        return WRONG_USAGE
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=desk.store.settings.zone)
    acted = clock.tick(desk.store, until) + versions.tick(desk.store, limit=10_000)
    acted += drafts.tick(desk.store, limit=10_000)
    couriers.tick(desk.store)
    desk.say(_SAID["acted"].format(acted=acted).spoken(desk.language))
    desk.show({"acted": acted})
    return DONE


def _verify(desk: Desk, asked: argparse.Namespace) -> int:
    if asked.bundle is not None:
        return _verify_bundle(desk, asked)
    chain = None
    if asked.case is not None:
        cases = tables.cases.c
        with desk.store.reading() as db:
            chain = db.execute(
                select(cases.id).where(or_(cases.number == asked.case, cases.id == asked.case))
            ).scalar() or (asked.case if ":" in asked.case or asked.case == trail.OFFICE else None)
        if chain is None:
            print(_SAID["no_case"].format(case=asked.case).spoken(desk.language), file=sys.stderr)
            return NO
    report = verifying.verify(
        desk.store,
        chain,
        since=asked.since.read_text(encoding="utf-8") if asked.since else None,
        receipts=[path.read_text(encoding="utf-8") for path in asked.receipt],
        progress=_bar if sys.stderr.isatty() and not asked.json else verifying.silent,
    )
    desk.show(report.as_json(desk.language))
    status = _say_trail(desk, report)
    desk.say(_SAID["looked"].format(**{name: f"{getattr(report, name):,}" for name in _LOOKED}).spoken(desk.language))
    if report.more:
        desk.say(_SAID["more"].format(more=report.more).spoken(desk.language))
    desk.say(_SAID["unknown"].spoken(desk.language))
    for said in report.unknown:
        desk.say(f"  - {said.spoken(desk.language)}")
    return status


_LOOKED = ("leaves", "checkpoints", "cosignatures", "cases", "rows", "values", "files", "documents", "definitions")


def _bar(what: str, done: int, total: int) -> None:
    """One line that fills up, on the screen alone."""
    part = done / total if total else 1.0
    filled = int(part * 40)
    end = "\n" if done >= total else ""
    print(f"\r{what:<10}[{'#' * filled}{'.' * (40 - filled)}] {done:>12,}", end=end, file=sys.stderr, flush=True)


def _verify_bundle(desk: Desk, asked: argparse.Namespace) -> int:
    """The offline verifier itself, in a Python of its own that knows nothing of this installation."""
    tool = verifying.place(verifying.TOOL)
    keys = [word for key in asked.key for word in ("--key", key)]
    since = ["--checkpoint", str(asked.since)] if asked.since else []
    words = [str(asked.bundle), *keys, *since, "--language", desk.language, *(["--json"] if desk.as_json else [])]
    return subprocess.run([sys.executable, "-I", str(tool), *words]).returncode  # noqa: S603 - our own file


def _say_trail(desk: Desk, report: trail.Report) -> int:
    for finding in report.findings:
        desk.say(f"{finding.chain} {finding.seq}: [{finding.rule}] {finding.text.spoken(desk.language)}")
    said = _SAID["whole" if report.is_whole else "broken"].format(
        chains=report.chains, entries=report.entries, findings=len(report.findings)
    )
    desk.say(said.spoken(desk.language))
    return DONE if report.is_whole else NO


def _report(desk: Desk, report: trail.Report) -> dict[str, Any]:
    return {
        "chains": report.chains,
        "entries": report.entries,
        "is_whole": report.is_whole,
        "findings": [finding.as_json(desk.language) for finding in report.findings],
    }


def _export(desk: Desk, asked: argparse.Namespace) -> int:
    if (asked.case is None) != asked.all:
        print(_SAID["one_or_all"].spoken(desk.language), file=sys.stderr)
        return WRONG_USAGE
    if asked.output.exists():
        raise backups.Exists(path=str(asked.output))
    which = None
    if asked.case is not None:
        cases = tables.cases.c
        with desk.store.reading() as db:
            found = db.execute(select(cases.id).where(or_(cases.number == asked.case, cases.id == asked.case))).scalar()
        if found is None:
            print(_SAID["no_case"].format(case=asked.case).spoken(desk.language), file=sys.stderr)
            return NO
        which = (found,)
    wanted = exports.Wanted(asked.format, which, asked.purpose, desk.language, with_names=asked.names)
    with exports.made(desk.store, Actor.operator(), wanted) as made:
        # Personal data: for its owner alone from the first byte on.
        with os.fdopen(os.open(asked.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(made.file, file)
        desk.say(f"{asked.output}: {made.cases} · {made.size} B · sha256 {made.sha256}")
        facts = {"file": str(asked.output), "format": made.format, "cases": made.cases}
        desk.show({**facts, "size": made.size, "sha256": made.sha256})
    return DONE


def _backup(desk: Desk, asked: argparse.Namespace) -> int:
    contents = backups.make(desk.store, settings.release(), asked.file, _progress(desk))
    size = asked.file.stat().st_size
    with asked.file.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    said = _SAID["kept"].format(file=asked.file, bytes=size, rows=sum(contents.tables.values()), sha256=sha256)
    desk.say(said.spoken(desk.language))
    desk.show({"bytes": size, "sha256": sha256, **_held(desk, asked.file, contents, contents.report)})
    return _say_trail(desk, contents.report)


def _restore(desk: Desk, asked: argparse.Namespace) -> int:
    wait_until_ready(desk.store)
    contents, report = backups.restore(desk.store, asked.file, _progress(desk))
    said = _SAID["restored"].format(
        version=contents.version, made_at=contents.made_at, rows=sum(contents.tables.values())
    )
    desk.say(said.spoken(desk.language))
    desk.show(_held(desk, asked.file, contents, report))
    return _say_trail(desk, report)


def _held(desk: Desk, path: Path, contents: backups.Contents, report: trail.Report) -> dict[str, Any]:
    return {
        "file": str(path),
        "schema": contents.schema,
        "version": contents.version,
        "made_at": contents.made_at,
        "made_from": contents.made_from,
        "tables": dict(contents.tables),
        "trail": _report(desk, report),
    }


def _progress(desk: Desk) -> backups.Progress:
    """One line for each table, and one for every so many rows of a large one."""
    told: Counter[str] = Counter()

    def tell(table: str, rows: int, is_all: bool) -> None:
        if is_all or rows - told[table] >= ROWS_TOLD:
            told[table] = rows
            desk.say(f"{table:<20}{rows:>12,}")

    return tell


def _doctor(desk: Desk, asked: argparse.Namespace) -> int:
    complaints = doctor.examine(desk.store)
    for complaint in complaints:
        said, action = complaint.text.spoken(desk.language), complaint.action.spoken(desk.language)
        desk.say(f"[{complaint.rule}] {said} → {action}")
    if not complaints:
        desk.say(_SAID["well"].spoken(desk.language))
    desk.show([complaint.as_json(desk.language) for complaint in complaints])
    return NO if complaints else DONE


# ---------------------------------------------------------------- keys


def _account_add(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.transaction() as db:
        moment = desk.store.moment(db)
        person = actors.person_by(db, asked.person, moment.today)
        password = secrets.token_urlsafe(48)  # that nobody knows
        account = accounts.create(db, Actor.operator(), moment, name=asked.name, person_id=person.id, password=password)
        token, until = accounts.begin_reset(db, Actor.operator(), moment, account)
    return _say_link(desk, asked.name, token, until)


def _account_reset(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.transaction() as db:
        moment = desk.store.moment(db)
        account = accounts.named(db, asked.name)
        if asked.second_factor:
            accounts.reset_second_factor(db, Actor.operator(), moment, account.id)
        token, until = accounts.begin_reset(db, Actor.operator(), moment, account.id)
    return _say_link(desk, asked.name, token, until)


def _say_link(desk: Desk, name: str, token: str, until: datetime) -> int:
    link = accounts.link(desk.store.settings.base_url, token)
    desk.say(_SAID["link"].format(until=shapes.instant(until)).spoken(desk.language))
    desk.say(link)
    desk.show({"name": name, "link": link, "until": until})
    return DONE


def _key_add(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.transaction() as db:
        id_, key = accounts.create_key(
            db,
            Actor.operator(),
            desk.store.moment(db),
            name=asked.name,
            scopes=asked.scope,
            account=asked.account,
        )
    desk.say(_SAID["once"].spoken(desk.language))
    desk.say(key)
    desk.show({"id": id_, "name": asked.name, "key": key})
    return DONE


def _key_list(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.reading() as db:
        found = accounts.keys(db, Actor.operator())
    for one in found:
        state = "revoked" if one["revoked_at"] else shapes.instant(one["expires_at"])
        desk.say(f"{one['id']}  {one['name']:<24}{one['account']:<20}{' '.join(one['scopes'])}  {state}")
    desk.show(found)
    return DONE


def _key_revoke(desk: Desk, asked: argparse.Namespace) -> int:
    with desk.store.transaction() as db:
        accounts.revoke_key(db, Actor.operator(), desk.store.moment(db), asked.name)
    desk.say(_SAID["revoked"].spoken(desk.language))
    desk.show({"name": asked.name, "revoked": True})
    return DONE
