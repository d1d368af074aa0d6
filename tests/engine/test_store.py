"""The store: one deed, one transaction; one writer at a time; the time of a deed."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from engine import store as stores
from engine import tables
from engine.settings import Settings
from engine.store import Moment, Statement, Store
from tests.databases import MORNING, Databases, Kind

NUMBERS = tables.numbers


def last(store: Store) -> int | None:
    with store.reading() as db:
        found: int | None = db.execute(select(NUMBERS.c.last).where(NUMBERS.c.series == "x")).scalar()
        return found


def test_a_deed_is_kept_whole(store: Store) -> None:
    with store.transaction() as db:
        db.execute(insert(NUMBERS).values(series="x", last=1))
    assert last(store) == 1


def test_a_deed_that_fails_leaves_nothing(store: Store) -> None:
    def half_a_deed() -> None:
        with store.transaction() as db:
            db.execute(insert(NUMBERS).values(series="x", last=1))
            raise LookupError

    with pytest.raises(LookupError):
        half_a_deed()
    assert last(store) is None


def test_whoever_reads_does_not_see_what_is_not_finished(store: Store) -> None:
    with store.transaction() as db:
        db.execute(insert(NUMBERS).values(series="x", last=1))
        assert last(store) is None
    assert last(store) == 1


def together(job: Callable[[], None], times: int) -> None:
    threads = [threading.Thread(target=job) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_number_is_lost_when_many_write_at_once(store: Store) -> None:
    with store.transaction() as db:
        db.execute(insert(NUMBERS).values(series="x", last=0))

    def count() -> None:
        for _ in range(5):
            with store.transaction() as db:
                seen = db.execute(select(NUMBERS.c.last).where(NUMBERS.c.series == "x").with_for_update()).scalar_one()
                db.execute(update(NUMBERS).where(NUMBERS.c.series == "x").values(last=seen + 1))

    together(count, 8)
    assert last(store) == 40


def test_two_processes_do_not_lose_a_number_either(settings: Settings) -> None:
    """Two stores on one database stand for two processes: the lock inside one process does not help here."""
    nodes = [Store(settings), Store(settings)]
    with nodes[0].transaction() as db:
        db.execute(insert(NUMBERS).values(series="x", last=0))

    def count(node: Store) -> None:
        for _ in range(10):
            with node.transaction() as db:
                seen = db.execute(select(NUMBERS.c.last).where(NUMBERS.c.series == "x").with_for_update()).scalar_one()
                db.execute(update(NUMBERS).where(NUMBERS.c.series == "x").values(last=seen + 1))

    threads = [threading.Thread(target=count, args=[node]) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert last(nodes[0]) == 20
    for node in nodes:
        node.close()


def test_a_row_needs_the_row_it_refers_to(store: Store) -> None:
    with pytest.raises(DBAPIError), store.transaction() as db:
        db.execute(insert(tables.unit_states).values(
            unit_id="nowhere", from_on=date(2026, 1, 1), name="x", name_en="x", kind="branch"
        ))  # fmt: skip


def test_an_instant_needs_a_time_zone_and_comes_back_as_it_was(store: Store) -> None:
    when = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))
    with store.transaction() as db:
        store.set_clock(db, when)
        assert store.moment(db).now == when
        assert store.moment(db).now.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="time zone"), store.transaction() as db:
        store.set_clock(db, datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point


def test_instants_sort_as_they_follow_one_another(store: Store) -> None:
    instants = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=n * 400_000) for n in range(5)]
    with store.transaction() as db:
        for number, at in enumerate(reversed(instants)):
            db.execute(insert(tables.throttles).values(subject=f"s{number}", failures=0, updated_at=at))
        column = tables.throttles.c.updated_at
        assert list(db.execute(select(column).order_by(column)).scalars()) == instants
        assert db.execute(select(func.count()).where(column < instants[2])).scalar() == 2


def test_the_virtual_clock_stands_until_it_is_moved(store: Store) -> None:
    with store.reading() as db:
        assert store.moment(db).now == MORNING
        assert store.moment(db).today == date(2026, 3, 2)
    with store.transaction() as db:
        store.set_clock(db, MORNING + timedelta(days=1))
    with store.reading() as db:
        assert store.moment(db).today == date(2026, 3, 3)


def test_the_systems_clock_cannot_be_moved_and_follows_the_database(databases: Databases, kind: Kind) -> None:
    made = databases.create(kind)
    store = Store(replace(made, clock="system"))
    with store.transaction() as db:
        before = datetime.now(UTC) - timedelta(seconds=2)
        assert before < store.moment(db).now < datetime.now(UTC) + timedelta(seconds=2)
        with pytest.raises(RuntimeError, match="virtual"):
            store.set_clock(db, MORNING)
    store.close()
    databases.drop(made)


def test_a_business_date_is_the_offices() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    late = Moment(datetime(2026, 3, 1, 16, 30, tzinfo=UTC), zone)
    assert late.today == date(2026, 3, 2), "half past midnight in the office"
    assert late.midnight(date(2026, 3, 2)) == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


def test_ids_are_new_and_sort_by_time() -> None:
    ids = [stores.new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)


def test_a_reader_sees_one_moment_and_writes_nothing(store: Store) -> None:
    with store.reading() as reader:
        before = reader.execute(text("SELECT count(*) FROM units")).scalar_one()
        with store.transaction() as writer:
            writer.execute(text("INSERT INTO units (id, code) VALUES ('u-new', 'NEW')"))
        assert reader.execute(text("SELECT count(*) FROM units")).scalar_one() == before
    with store.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM units")).scalar_one() == before + 1


# ---------------------------------------------------------------- statements of the hot path

SEEN_AT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
PUT = Statement(insert(NUMBERS), "series", "last")
PUT_ONCE = Statement(stores.insert_ignored(NUMBERS), "series", "last")
COUNT_ON = Statement(
    update(NUMBERS).where(NUMBERS.c.series == bindparam("key")).values(last=NUMBERS.c.last + bindparam("more"))
)
READ = Statement(
    select(NUMBERS).where(NUMBERS.c.series.in_(("x", "y")), NUMBERS.c.last >= bindparam("least")).order_by("series")
)


def test_a_statement_says_what_sqlalchemy_says(store: Store) -> None:
    with store.transaction() as db:
        PUT.insert(db, [{"series": name, "last": number} for number, name in enumerate("xyz")])
        assert READ.all(db, {"least": 0}) == [{"series": "x", "last": 0}, {"series": "y", "last": 1}]
        assert READ.first(db, {"least": 1}) == {"series": "y", "last": 1}
        assert READ.first(db, {"least": 2}) is None
        assert COUNT_ON.run(db, {"key": "x", "more": 5}) == 1
        assert COUNT_ON.run(db, {"key": "nobody", "more": 5}) == 0
    assert last(store) == 5


def test_values_come_back_in_their_own_types(store: Store) -> None:
    throttles = tables.throttles
    put = Statement(insert(throttles), "subject", "failures", "blocked_until", "updated_at")
    read = Statement(select(throttles).where(throttles.c.subject == bindparam("subject")))
    row = {"subject": "100% 'sure' \\ $1 %s ? :x", "failures": 3, "blocked_until": None, "updated_at": SEEN_AT}
    with store.transaction() as db:
        put.insert(db, [row])
        assert read.first(db, {"subject": row["subject"]}) == row
        # and as SQLAlchemy reads them
        assert dict(db.execute(select(throttles)).mappings().one()) == row


@pytest.mark.parametrize("many", [0, 1, 2, 8, 9, 40])
def test_rows_go_in_together_however_many(store: Store, many: int) -> None:
    with store.transaction() as db:
        PUT.insert(db, [{"series": f"n{n}", "last": n} for n in range(many)])
    with store.reading() as db:
        assert db.execute(select(NUMBERS.c.last).order_by(NUMBERS.c.last)).scalars().all() == list(range(many))


def test_what_is_there_already_stays(store: Store) -> None:
    with store.transaction() as db:
        PUT.insert(db, [{"series": "x", "last": 1}])
        PUT_ONCE.insert(db, [{"series": "x", "last": 2}, {"series": "y", "last": 3}])
    assert last(store) == 1


def test_what_is_written_is_there_for_whoever_reads_after_it(store: Store) -> None:
    with store.transaction() as db:
        PUT.insert(db, [{"series": "x", "last": 1}])
        assert READ.first(db, {"least": 1}) == {"series": "x", "last": 1}
        COUNT_ON.write(db, {"key": "x", "more": 1}, rows=1)
        assert db.execute(select(NUMBERS.c.last)).scalar() == 2
        COUNT_ON.write(db, {"key": "x", "more": 1}, rows=1)
        PUT.insert(db, [{"series": "y", "last": 9}])
    assert last(store) == 3


def test_a_write_that_meets_another_number_of_rows_takes_everything_back(store: Store) -> None:
    def deed() -> None:
        with store.transaction() as db:
            PUT.insert(db, [{"series": "x", "last": 1}])
            COUNT_ON.write(db, {"key": "nobody", "more": 1}, rows=1)

    with pytest.raises(RuntimeError, match="met"):
        deed()
    assert last(store) is None


def test_a_deed_that_fails_leaves_nothing_for_the_next(store: Store) -> None:
    def half_a_deed() -> None:
        with store.transaction() as db:
            PUT.insert(db, [{"series": "x", "last": 1}])
            raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            half_a_deed()
    with store.transaction() as db:
        assert READ.all(db, {"least": 0}) == []
    assert last(store) is None


def test_a_refusal_of_the_database_is_sqlalchemys_and_names_no_value(store: Store) -> None:
    def twice() -> None:
        with store.transaction() as db:
            PUT.insert(db, [{"series": "the secret of somebody", "last": 1}])
            PUT.insert(db, [{"series": "the secret of somebody", "last": 2}])
            READ.first(db, {"least": 0})

    with pytest.raises(IntegrityError) as refused:
        twice()
    # PostgreSQL itself names the key that is there already, in the detail that only the driver's error has.
    assert "secret" not in str(refused.value.statement)
    assert refused.value.params is None
    with store.reading() as db:
        assert db.execute(select(func.count()).select_from(NUMBERS)).scalar() == 0


# ---------------------------------------------------------------- what a transaction has read


def test_what_was_read_is_asked_once_a_transaction_and_anew_in_the_next(store: Store) -> None:
    asked = itertools.count(1)

    def ask(db: Connection) -> int:
        return stores.once(db, ("how often",), lambda: next(asked))

    with store.transaction() as db:
        assert (ask(db), ask(db)) == (1, 1)
        with contextlib.suppress(LookupError), stores.part(db):
            raise LookupError
        assert ask(db) == 2, "what was taken back may have been what was read"
        db.execute(insert(tables.units).values(id="u-new", code="NEW"))
        assert (ask(db), ask(db)) == (3, 3), "it wrote where it had read"
        db.execute(text("UPDATE units SET code = 'NEWER'"))
        assert ask(db) == 4
        PUT.insert(db, [{"series": "x", "last": 1}])
        assert ask(db) == 4, "nobody remembers what stands there"
    with store.reading() as db:
        assert ask(db) == 5


def test_texts_of_any_kind_are_bound_as_one_value(store: Store) -> None:
    kept = ["plain", "", "NULL", "a,b", "{c}", 'says "d"', "back\\slash", "两字", "new\nline", " space "]
    with store.transaction() as db:
        PUT.insert(db, [{"series": series, "last": n} for n, series in enumerate([*kept, "other"])])
        dialect = db.dialect.name
        found = Statement(select(NUMBERS.c.last).where(stores.among(dialect, NUMBERS.c.series, "wanted")))
        for wanted in (kept, kept[:1], []):
            rows = found.all(db, {"wanted": stores.many(dialect, wanted)})
            assert sorted(row["last"] for row in rows) == list(range(len(wanted)))


def test_many_are_asked_together_and_who_is_not_there_is_remembered(store: Store) -> None:
    asked: list[list[str]] = []

    def ask(ids: list[str]) -> dict[str, str]:
        asked.append(ids)
        return {id_: id_.upper() for id_ in ids if id_ != "nobody"}

    with store.reading() as db:
        assert stores.several(db, ("name",), ["a", "nobody", "a"], ask) == {"a": "A"}
        assert stores.several(db, ("name",), ["b", "nobody", "a"], ask) == {"b": "B", "a": "A"}
        assert stores.several(db, ("other",), ["a"], ask) == {"a": "A"}
    assert asked == [["a", "nobody"], ["b"], ["a"]]


def test_whoever_waited_for_a_lock_reads_what_was_written_meanwhile(databases: Databases) -> None:
    """On PostgreSQL; on SQLite nobody writes while somebody else does."""
    made = databases.create("postgresql")
    store, other = Store(made), Store(made)

    def codes(db: Connection) -> list[str]:
        return stores.once(db, ("codes",), lambda: list(db.execute(select(tables.units.c.code)).scalars()))

    with store.transaction() as db:
        assert codes(db) == []
        with other.transaction() as second:
            second.execute(insert(tables.units).values(id="u-new", code="NEW"))
        assert codes(db) == []
        db.execute(select(NUMBERS.c.last).with_for_update())
        assert codes(db) == ["NEW"]
    for one in (store, other):
        one.close()
    databases.drop(made)


def test_a_read_waits_for_the_writes_that_it_could_see_and_for_no_others(databases: Databases) -> None:
    made = databases.create("postgresql")
    store = Store(made)
    with store.transaction() as db:
        PUT.insert(db, [{"series": "x", "last": 1}])
        db.execute(select(tables.units.c.code)).all()
        assert stores._PENDING in db.info
        assert db.execute(select(NUMBERS.c.last)).scalars().all() == [1]
        assert stores._PENDING not in db.info
    store.close()
    databases.drop(made)


def test_a_connection_that_died_while_it_rested_is_replaced(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = databases.create("postgresql")
    store = Store(made)
    monkeypatch.setattr(stores, "REST", 0.0)
    with store.transaction() as db:
        backend = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Store(made)
    with other.transaction() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
    other.close()
    with store.transaction() as db:
        PUT.insert(db, [{"series": "x", "last": 1}])
    assert last(store) == 1
    store.close()
    databases.drop(made)


def test_a_connection_that_dies_within_a_deed_is_a_passing_fault(databases: Databases) -> None:
    made = databases.create("postgresql")
    store, other = Store(made), Store(made)

    def cut_off() -> None:
        with store.transaction() as db:
            backend = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with other.transaction() as second:
                second.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
            READ.first(db, {"least": 0})

    with pytest.raises(OperationalError) as gone:
        cut_off()
    assert gone.value.connection_invalidated
    with store.transaction() as db:
        PUT.insert(db, [{"series": "x", "last": 1}])
    assert last(store) == 1
    for one in (store, other):
        one.close()
    databases.drop(made)
