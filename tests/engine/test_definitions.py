"""What publishing refuses, and where it says the fault is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from engine import definitions, tables
from engine.errors import DefinitionRefused, Finding, Forbidden, NotFound
from engine.store import Store
from tests.engine.casework import Office, folder


def findings(change: Callable[[dict[str, str]], None], severity: str = "error") -> list[Finding]:
    files = folder("two_steps")
    change(files)
    definition, found = definitions.check(files)
    wanted = [f for f in found if f.severity == severity]
    assert (definition is None) == any(f.severity == "error" for f in found)
    assert all(f.text.zh and f.text.en and f.remedy.zh and f.remedy.en for f in found)
    return wanted


def replaced(old: str, new: str, file: str = "process.bpmn") -> Callable[[dict[str, str]], None]:
    def change(files: dict[str, str]) -> None:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)

    return change


def places(found: list[Finding]) -> list[tuple[str, str, str | None]]:
    return [(f.rule, f.file, f.element) for f in found]


def test_the_test_procedure_passes_without_a_word() -> None:
    assert findings(lambda _: None) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (replaced("</bpmn:definitions>", ""), ("xml_malformed", "process.bpmn", None)),
        (replaced('form="check"', 'form="gone"'), ("missing_form", "process.bpmn", "check")),
        (replaced("liuhen:step=", "liuhen:stepp="), ("unknown_word", "process.bpmn", "check")),
        (replaced("<liuhen:due date=", "<liuhen:duty date="), ("unknown_word", "process.bpmn", "check")),
        (replaced('kind="return"', 'kind="jump"'), ("unknown_choice", "process.bpmn", "check")),
        (replaced(' default="to_correct"', ""), ("flow_without_condition", "process.bpmn", "to_correct")),
        (replaced("=check_outcome =", "=chekc_outcome ="), ("unknown_name", "process.bpmn", "checked")),
        (replaced("=limit &gt;= 0", "=limit &gt;="), ("feel_error", "process.bpmn", "approve")),
        (replaced("=limit &gt;= 0", "limit &gt;= 0"), ("not_an_expression", "process.bpmn", "approve")),
        (replaced('clause="c_eyes"', 'clause="c_gone"'), ("unknown_clause", "process.bpmn", "approve")),
        (replaced('task="check"', 'task="chekc"'), ("unknown_element", "process.bpmn", "approve")),
        (replaced('field="limit"', 'field="limits"'), ("unknown_field", "process.bpmn", "approve")),
        (replaced('condition="=limit &gt;= 0"', 'decision="dmn_x"'), ("unknown_decision", "process.bpmn", "approve")),
        (replaced('<liuhen:who role="branch_secretary" at="=case.unit" />', ""),
         ("nobody_asked", "process.bpmn", "approve")),
        (replaced('role="branch_secretary" at="=case.unit" />', 'role="branch_secretary" />'),
         ("who_incomplete", "process.bpmn", "check")),
        (replaced('"type": "textfield"', '"type": "textfeld"', "forms/ask.json"),
         ("unknown_type", "forms/ask.json", "subject_line")),
        (replaced('"policy"', '"folklore"', "rules.json"), ("clause_incomplete", "rules.json", "c_order")),
        (replaced("{", "[", "texts.en.json"), ("json_malformed", "texts.en.json", None)),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_remedy(
    change: Callable[[dict[str, str]], None], expected: tuple[str, str, str | None]
) -> None:
    found = places(findings(change))
    if expected[0] == "unknown_type":  # the forms' own word for it
        assert any(f[1:] == expected[1:] for f in found), found
    else:
        assert expected in found


def test_lines_are_those_of_the_file() -> None:
    text = folder("two_steps")["process.bpmn"].splitlines()
    (fault,) = findings(replaced('form="check"', 'form="gone"'))[:1]
    assert fault.line is not None
    assert 'id="check"' in text[fault.line - 1]


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        "<?php echo 1 ?><x/>",
        "<a>" * 100 + "</a>" * 100,
        "<x>" + "<y/>" * 60_000 + "</x>",
        "<x " + " ".join(f'a{i}="1"' for i in range(100)) + "/>",
        "\x00\x01",
        "",
    ],
)
def test_hostile_xml_is_refused_before_anything_is_built(attack: str) -> None:
    def change(files: dict[str, str]) -> None:
        files["process.bpmn"] = attack

    assert findings(change)[0].rule.startswith("xml_")


@pytest.mark.parametrize(
    ("path", "rule"),
    [("forms/" + "a" * 250 + ".json", "path_too_long"), ("../secret.json", "unknown_file"), ("run.py", "unknown_file")],
)
def test_a_file_that_does_not_belong_is_refused(path: str, rule: str) -> None:
    def change(files: dict[str, str]) -> None:
        files[path] = "{}"

    assert [f.rule for f in findings(change)] == [rule]


def test_what_nothing_enforces_is_said_but_does_not_stop() -> None:
    def change(files: dict[str, str]) -> None:
        rules = json.loads(files["rules.json"])
        rules["clauses"].append({"id": "c_idle", "zh": "空", "en": "Idle.", "article": "T 9", "kind": "local"})
        files["rules.json"] = json.dumps(rules)

    assert places(findings(change, "warning")) == [("clause_not_enforced", "rules.json", "c_idle")]


def test_a_field_that_is_only_shown_may_have_the_name_of_a_variable() -> None:
    """Whoever approves reads the form of whoever asked; ``*`` is every field without a word of its own."""
    form = replaced('form="check"', 'form="ask"')

    def shown(*words: str) -> Callable[[dict[str, str]], None]:
        def change(files: dict[str, str]) -> None:
            form(files)
            replaced('<liuhen:outcome value="pass"', "".join(words) + '<liuhen:outcome value="pass"')(files)

        return change

    all_read, own = '<liuhen:field key="*" access="read"/>', '<liuhen:field key="asked_on" access="write"/>'
    warned = ("field_shadows_variable", "process.bpmn", "check")
    assert warned in places(findings(form, "warning"))
    assert warned in places(findings(shown(all_read, own), "warning"))
    assert warned not in places(findings(shown(all_read), "warning"))
    for wrong in ("**", "a..b", "1st", "a[0]"):
        refused = places(findings(shown(f'<liuhen:field key="{wrong}" access="read"/>')))
        assert ("not_a_path", "process.bpmn", "check") in refused


def test_a_refused_definition_leaves_nothing_behind(store: Store) -> None:
    office = Office(store)
    files = folder("two_steps") | {"process.bpmn": "<x/>"}
    with pytest.raises(DefinitionRefused):
        office.publish(files)
    with store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.definitions)).scalar_one() == 1


def test_only_designers_publish(store: Store) -> None:
    office = Office(store)
    for name in ("lin", "zhao", "otto"):
        with pytest.raises(Forbidden):
            office.publish(folder("two_steps"), by=name)


def test_the_same_files_are_the_same_version(store: Store) -> None:
    office = Office(store)
    again = office.publish(folder("two_steps"))
    assert (again.version, again.is_new) == (1, False)
    changed = folder("two_steps")
    changed["README.md"] = "# two"
    assert office.publish(changed).version == 2
    case = office.start()
    assert office.sees("wu", case)["version"] == 2
    with store.reading() as db:
        assert definitions.read(db, "two_steps", 1).files.get("README.md") is None
        with pytest.raises(NotFound):
            definitions.read(db, "two_steps", 3)


def test_running_cases_keep_their_version(store: Store) -> None:
    office = Office(store)
    case = office.start()
    changed = folder("two_steps")
    changed["process.bpmn"] = changed["process.bpmn"].replace('name="审核"', 'name="初审"')
    office.publish(changed)
    assert office.sees("wu", case)["version"] == 1
    assert office.sees("wu", case)["steps"][0]["name"].zh == "审核"
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
