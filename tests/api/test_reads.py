"""What is shown goes on record before it leaves, or it does not leave."""

from __future__ import annotations

from sqlalchemy import text

from tests.api.conftest import House


def test_what_cannot_go_on_record_is_not_shown(house: House) -> None:
    case = house.case("lin.ceshi", "A stamp")["id"]
    with house.store.transaction() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("ALTER TABLE case_reads ADD CONSTRAINT no_reads CHECK (false) NOT VALID"))
        else:
            db.execute(
                text("CREATE TRIGGER no_reads BEFORE INSERT ON case_reads BEGIN SELECT RAISE(ABORT, 'full'); END")
            )
    auditor = house.browser("qi.shenji")
    refused = auditor.get(f"/cases/{case}")
    assert (refused.status_code, refused.json["code"]) == (503, "err_read_not_recorded")
    assert refused.json["detail"] == (
        "What is shown goes on record, and no record can be written just now. Try again in a moment."
    )
    assert "A stamp" not in refused.text
    with house.store.transaction() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("ALTER TABLE case_reads DROP CONSTRAINT no_reads"))
        else:
            db.execute(text("DROP TRIGGER no_reads"))
    assert auditor.get(f"/cases/{case}").status_code == 200
