"""Print into the documents what the code already says, between ``<!-- printed: NAME -->`` and ``<!-- end -->``;
and, whole, the files that programs read.

python tools/print_docs.py           write
python tools/print_docs.py --check   say which documents are stale; exit status 1 if any is
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

FIGURES = ROOT / "bench" / "figures.json"
REGION = re.compile(r"(<!-- printed: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def vocabulary() -> str:
    """The words a designer may write on a BPMN element."""
    from engine import vocabulary

    return vocabulary.as_markdown()


def functions() -> str:
    """The functions that Liuhen adds to FEEL."""
    from engine.vocabulary import HOST_FUNCTIONS

    rows = [f"| `{name}` | {text.en}<br>{text.zh} |" for name, text in HOST_FUNCTIONS.items()]
    return "\n".join(["| function 函数 | meaning 含义 |", "| --- | --- |", *rows]) + "\n"


def kinds() -> str:
    """The kinds of entry in the trail and the sentence of each."""
    from engine.trail import SENTENCES

    rows = [f"| `{kind}` | {said.zh} | {said.en} |" for kind, said in SENTENCES.items()]
    return "\n".join(["| kind | 中文 | English |", "| --- | --- | --- |", *rows]) + "\n"


def settings() -> str:
    """The settings, from the sentences that stand under the fields of ``engine/settings.py``."""
    rows = []
    for node in ast.parse((ROOT / "engine/settings.py").read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef) or node.name != "Settings":
            continue
        for said in node.body:
            if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant):
                match = re.match(r"``(LIUHEN_\w+)``: (.*)", " ".join(str(said.value.value).split()))
                if match:
                    rows.append(f"| `{match[1]}` | {match[2].replace('``', '`')} |")
    return "\n".join(["| setting | meaning |", "| --- | --- |", *rows]) + "\n"


def commands() -> str:
    """The words of the command line."""
    from api import cli

    rows = [f"| `liuhen {name}` | {text} |" for name, text in _commands(cli._parser())]
    return "\n".join(["| command | does |", "| --- | --- |", *rows]) + "\n"


def _commands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, str]]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        for name, below in action.choices.items():
            deeper = list(_commands(below, f"{before}{name} "))
            if deeper:
                yield from deeper
                continue
            parts = []
            for part in below._actions:
                if part.dest in ("help", "json"):
                    continue
                shown = part.metavar or part.dest.upper()
                if part.option_strings:
                    word = f"{part.option_strings[0]} {shown}" if part.nargs != 0 else part.option_strings[0]
                    parts.append(word if part.required else f"[{word}]")
                else:
                    parts.append(f"{shown}..." if part.nargs in ("+", "*") else str(shown))
            yield " ".join([f"{before}{name}", *parts]), below.description or ""


def duties() -> str:
    """The office-wide rules of separation that are shipped, and by what each is kept."""
    from engine import separation

    found, _ = separation.read((ROOT / "processes" / "duties.json").read_text(encoding="utf-8"))
    rows = ["| rule 规则 | basis 依据 | how it binds 如何约束 |", "| --- | --- | --- |"]
    for rule in found.rules:
        ways = []
        for term in rule.terms:
            said = separation.KINDS[term.kind]
            by = [separation.MECHANISMS[name] for name in term.by] if term.kind == "elsewhere" else [said]
            words = [*term.people, *term.be, *term.duties, *("/".join(group) for group in term.groups), *term.alone]
            about = f" (`{', '.join(words)}`)" if words else ""
            ways += [f"**{term.enforcement}** {one.en}{about}<br>{one.zh}" for one in by]
        text = f"`{rule.id}` {rule.text.en}<br>{rule.text.zh}"
        rows.append(f"| {text} | {rule.basis.en}<br>{rule.basis.zh} | {'<br>'.join(ways)} |")
    return "\n".join(rows) + "\n"


def modules() -> str:
    """One line for each module of the engine and each door: the first sentence of its docstring."""
    rows = []
    for folder in ("engine", "api"):
        for path in sorted((ROOT / folder).iterdir()):
            source = path / "__init__.py" if path.is_dir() else path
            if source.suffix != ".py" or not source.is_file() or path.name.startswith("_"):
                continue
            said = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
            first = re.split(r"(?<=\.)\s", " ".join(said.split()), maxsplit=1)[0]
            name = f"{folder}/{path.name}{'/' if path.is_dir() else ''}"
            rows.append(f"| `{name}` | {first.replace('``', '`').replace('|', chr(92) + '|')} |")
    return "\n".join(["| where | what |", "| --- | --- |", *rows]) + "\n"


def bpmn() -> str:
    """What of BPMN runs and what is refused, from the table of the conformance tests."""
    from tests.conformance import table

    return table.as_markdown()


def speed_engine() -> str:
    """What moving a case costs, from the figures that were kept."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))["engine"]
    rows = ["| a completion | CPU ms | least–greatest | bytes of the finished case |", "| --- | --- | --- | --- |"]
    for name, one in kept["figures"].items():
        ms = one["ms_a_completion"]
        rows.append(f"| {name} | {ms['median']} | {ms['least']}–{ms['greatest']} | {one['bytes_at_the_end']} |")
    rows += ["", "| ratio | median | least–greatest | aim | |", "| --- | --- | --- | --- | --- |"]
    for one in kept["ratios"]:
        verdict = "" if one["holds"] else "missed"
        rows.append(
            f"| {one['what']} | {one['median']} | {one['least']}–{one['greatest']} | ≤ {one['aim']} | {verdict} |"
        )
    return "\n".join([*rows, "", f"{kept['rounds']} rounds; {kept['machine']}."]) + "\n"


def speed_http() -> str:
    """Completions a second over HTTP, from the figures that were kept."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))["http"]
    rows = [
        "| database | processes | clients | baseline/s | Liuhen/s | ratio | least–greatest | p50 ms | p99 ms | CPU |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    notes = []
    for database in ("sqlite", "postgresql"):
        if database not in kept:
            continue
        for one in kept[database]["configurations"].values():
            ours, ratio = one["liuhen"], one["ratio"]
            cpu = f"{ours['server_cpu_ms']}" + (f" ({ours['database_cpu_ms']})" if ours["database_cpu_ms"] else "")
            rows.append(
                f"| {database} | {one['workers']} | {one['clients']} | {one['baseline']['per_second']['median']} | "
                f"{ours['per_second']['median']} | {ratio['median']} | {ratio['least']}–{ratio['greatest']} | "
                f"{ours['p50_ms']} | {ours['p99_ms']} | {cpu} |"
            )
        notes.append(
            f"{database}: {kept[database]['statements_per_completion']} statements and "
            f"{kept[database]['commits_per_completion']} commits a completion, "
            f"{kept[database]['bytes_per_finished_case']} bytes a finished case."
        )
    notes.append("CPU: milliseconds of the server's processes a completion, in brackets those of PostgreSQL.")
    return "\n".join([*rows, "", *notes, f"{kept['rounds']} rounds; {kept['machine']}."]) + "\n"


def speed_worklist() -> str:
    """A page of the worklist beside the least that a request can be, from the figures that were kept."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))["worklist"]
    found = kept["milliseconds"]
    floor = found["who asks, nothing else"]
    rows = [
        "| a request | CPU ms | p50 ms | p95 ms | p95 of the rounds, ms | CPU, of the least | p50, of the least |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, one in found.items():
        ratios = " | ".join(f"{one[figure] / floor[figure]:.1f}" for figure in ("cpu", "p50"))
        tails = f"{one['p95_least']}–{one['p95_greatest']}"
        rows.append(f"| {name} | {one['cpu']} | {one['p50']} | {one['p95']} | {tails} | {ratios} |")
    about = (
        f"{kept['tasks']:,} open tasks, {kept['for_the_asker']:,} of them for the asker; medians of rounds; "
        f"{kept['machine']}; load of the machine {kept['load'][0]} before and {kept['load'][1]} after."
    )
    return "\n".join([*rows, "", about]) + "\n"


def speed_year() -> str:
    """A year of the office on each database, and what a deed costs beside the least that a request can be."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))["year"]
    rows = [
        "| database | scale | cases | deeds | entries | findings | deeds/s | CPU ms a deed | of a request | load |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for kind in ("sqlite", "postgresql"):
        if kind not in kept:
            continue
        one = kept[kind]
        rows.append(
            f"| {kind} | {one['scale']} | {one['cases']:,} | {one['deeds']:,} | {one['entries']:,} | {one['wrong']} | "
            f"{one['deeds_per_second']} | {one['cpu_ms_a_deed']} | {one['deed_of_the_bare_request']} | "
            f"{one['load'][0]} before, {one['load'][1]} after |"
        )
    return "\n".join([*rows, "", f"{kept['machine']}."]) + "\n"


PRINTERS: dict[str, Callable[[], str]] = {
    "vocabulary": vocabulary,
    "functions": functions,
    "kinds": kinds,
    "settings": settings,
    "commands": commands,
    "duties": duties,
    "modules": modules,
    "bpmn": bpmn,
    "speed-engine": speed_engine,
    "speed-http": speed_http,
    "speed-worklist": speed_worklist,
    "speed-year": speed_year,
}


def descriptor() -> str:
    """The vocabulary as moddle reads it: the modeler in the browser keeps and writes the words by it."""
    from engine import vocabulary

    return json.dumps(vocabulary.as_moddle(), indent=1) + "\n"


FILES: dict[str, Callable[[], str]] = {"web/src/studio/editor/liuhen.json": descriptor}
"""Files that are printed whole."""


def documents() -> list[Path]:
    """Where regions may be."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def printed(document: str) -> str:
    """A document as it should be."""
    return REGION.sub(lambda found: f"{found[1]}{PRINTERS[found[2]]()}{found[4]}", document)


def stale() -> list[str]:
    """The documents whose printed regions are not what the code says."""
    found = []
    for path in documents():
        document = path.read_text(encoding="utf-8")
        if printed(document) != document:
            found.append(path.relative_to(ROOT).as_posix())
    for name, printer in FILES.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != printer():
            found.append(name)
    return found


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        found = stale()
        for name in found:
            print(f"{name} is stale: run python tools/print_docs.py")
        return 1 if found else 0
    if sys.argv[1:]:
        print(__doc__)
        return 2
    for path in documents():
        document = path.read_text(encoding="utf-8")
        if (now := printed(document)) != document:
            path.write_text(now, encoding="utf-8")
            print(f"printed {path.relative_to(ROOT)}")
    for name, printer in FILES.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != (now := printer()):
            path.write_text(now, encoding="utf-8")
            print(f"printed {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
