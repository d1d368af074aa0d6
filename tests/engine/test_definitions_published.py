"""What is published stays loadable: a release that checks more strictly refuses new folders, not old ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert

from api import doctor
from engine import definitions, machine, tables, vocabulary
from engine.errors import DefinitionRefused, Finding, Text
from engine.machine import shape
from engine.store import Store, new_id
from engine.xml import safe_xml
from tests.engine.casework import Office, folder

STRICTER = Finding("process.bpmn", "no_names_like_this", Text("不许", "not any more"), Text("改名", "rename it"))


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Whatever was loaded under other checks is read again."""
    forget()
    yield
    forget()


def forget() -> None:
    """As a process of the next release begins."""
    definitions._cache.clear()
    definitions._passed.clear()


def become_stricter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next release refuses every diagram, and every step besides."""
    check_words, check_shape = vocabulary.check, shape._check_words

    def words(element: Any, file: str) -> list[Finding]:
        return [*check_words(element, file), STRICTER]

    def shapes(found: Any, blueprint: Any, element: Any) -> None:
        check_shape(found, blueprint, element)
        found.say("stricter_shape", None, Text("不许", "not any more"), Text("改", "change it"))

    monkeypatch.setattr(vocabulary, "check", words)
    monkeypatch.setattr(shape, "_check_words", shapes)


def test_a_version_that_stricter_checks_would_refuse_runs_on(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(store)
    case = office.start()
    become_stricter(monkeypatch)
    forget()
    with pytest.raises(DefinitionRefused):
        office.publish({**folder("two_steps"), "README.md": "Changed."})
    with caplog.at_level(logging.WARNING, "liuhen.definitions"), store.reading() as db:
        found = definitions.read(db, "two_steps")
        definitions.read(db, "two_steps")
    assert {f.rule for f in found.exempt} == {"no_names_like_this", "stricter_shape"}
    assert [r.getMessage() for r in caplog.records] == [
        "two_steps, version 1, would not be published any more: no_names_like_this, stricter_shape"
    ]
    assert office.sees("otto", case)["status"] == "running"
    element = office.sees("otto", case)["open_tasks"][0]["element"]
    assert [t["element"] for t in office.box("wu")] == [element]
    told = next(c for c in doctor.examine(store) if c.rule == "definition_exempt")
    assert "no_names_like_this" in told.text.en
    assert told.action.zh


def test_what_passes_needs_no_exemption(store: Store) -> None:
    Office(store)
    with store.reading() as db:
        assert definitions.read(db, "two_steps").exempt == ()
    assert not [c for c in doctor.examine(store) if c.rule.startswith("definition_")]


def put(store: Store, files: dict[str, str]) -> str:
    """A version as an earlier release had stored it."""
    id_ = new_id()
    with store.transaction() as db:
        moment = store.moment(db)
        row = {"id": id_, "key": "older", "version": 1, "name": '{"zh": "旧", "en": "Old"}', "sha256": "0" * 64}
        db.execute(insert(tables.definitions).values(**row, note="", published_at=moment.now))
        content = [{"definition_id": id_, "path": p, "content": c} for p, c in files.items()]
        db.execute(insert(tables.definition_files), content)
    return id_


def test_what_cannot_be_built_is_still_refused_and_the_doctor_says_so(store: Store) -> None:
    Office(store)
    files = folder("two_steps")
    process = files["process.bpmn"]
    broken = (
        {**files, "process.bpmn": process.replace("<bpmn:process", "<bpmn:procedure")},
        {**files, "process.bpmn": process.replace('targetRef="', 'targetRef="no_')},
        {**files, next(n for n in files if n.startswith("forms/")): "[]"},
        {**files, "rules.json": "["},
        {k: v for k, v in files.items() if not k.startswith("forms/")},
    )
    for each in broken:
        assert definitions._checked(definitions._Check(each, is_published=True))[0] is None
    id_ = put(store, broken[0])
    with store.reading() as db, pytest.raises(DefinitionRefused):
        definitions.load(db, id_)
    told = next(c for c in doctor.examine(store) if c.rule == "definition_unloadable")
    assert "older, version 1" in told.text.en


def test_a_form_of_which_every_part_can_be_built_is_kept(store: Store) -> None:
    files = folder("two_steps")
    name = next(n for n in files if n.startswith("forms/"))
    strange = {**files, name: files[name].replace('"type": "default"', '"type": "default", "surprise": 1', 1)}
    worse = {**files, name: files[name].replace('"key"', '"unheard_of": true, "key"', 1)}
    assert definitions.check(worse)[0] is None
    found, findings = definitions._checked(definitions._Check(worse, is_published=True))
    assert found is not None
    assert "form_unknown_property" in {f.rule for f in findings}
    assert set(found.forms) == {n[6:-5] for n in files if n.startswith("forms/")}
    assert definitions._checked(definitions._Check(strange, is_published=True))[0] is not None


def test_machine_builds_what_was_published_only_where_it_is_connected() -> None:
    text = folder("two_steps")["process.bpmn"]
    assert machine.read(safe_xml(text.encode(), "p"), "p", is_published=True)[0] is not None
    astray = text.replace('targetRef="', 'targetRef="no_')
    assert machine.read(safe_xml(astray.encode(), "p"), "p", is_published=True)[0] is None
