"""Whether what was done conforms to the definitions: no step without a cause, read at once and bit by bit."""

from __future__ import annotations

from sqlalchemy import Connection, select

from engine import reliving, tables
from engine.oversight import conformance
from engine.oversight.conformance import Deviation, Replay
from engine.store import Moment, Store

MOST = 60
"""Cases of one story that are replayed: the newest ones."""


def everywhere(store: Store) -> list[str]:
    """What deviates in the cases of a database."""
    with store.reading() as db:
        newest = select(tables.cases.c.id).order_by(tables.cases.c.id.desc()).limit(MOST)
        found = {case: of_case(db, store.moment(db), case) for case in db.execute(newest).scalars()}
    return [f"{case} #{d.seq} {d.code} {d.element}: {d.facts()}" for case, some in found.items() for d in some]


def of_case(db: Connection, moment: Moment, case_id: str) -> list[Deviation]:
    """What deviates in a case, deed by deed and stored in between: just as when it is read at once."""
    bodies = list(reliving.bodies(db, case_id))
    versions = conformance.versions(db)
    case, found = Replay.of(case_id), []
    for deed in conformance.deeds(bodies):
        found += conformance.replay(case, deed, versions, moment.zone)
        case = Replay.of(case_id, case.as_json())
    assert found == conformance.deviations(db, moment.zone, case_id)
    return found
