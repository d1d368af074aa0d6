"""Jobs: work that service tasks hand to outside programs, taken by polling and given back done or failed."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate

from api import shapes
from api.contract import Asked, Door, for_programs
from api.shapes import Asking, At, Facts, Shape
from engine import feel, jobs

door = Door("jobs", __name__, description="Work for outside programs.")

WORKERS = for_programs(jobs.PERMISSION)
LONGEST_WAIT = 30
"""Seconds that an activation may wait for a job."""
LOOK = 0.25
"""Seconds between two looks at whether there is one. Nothing of the database is held meanwhile."""
WAITING = 8
"""Activations that may wait at once in one process; any further one is answered at once, as if it had not asked to."""
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = timedelta(seconds=1), timedelta(days=1)
LONGEST_BACKOFF = timedelta(days=30)

_seats = threading.BoundedSemaphore(WAITING)


class Length(fields.Field[Any]):
    """How long: seconds as a number, or an ISO 8601 duration such as PT5M."""

    def __init__(self, shortest: timedelta, longest: timedelta, **options: Any) -> None:
        super().__init__(**options)
        self.shortest, self.longest = shortest, longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> timedelta:
        found = _length(value)
        if found is None:
            raise ValidationError("Not a valid duration.")
        if not self.shortest <= found <= self.longest:
            least, most = (int(bound.total_seconds()) for bound in (self.shortest, self.longest))
            raise ValidationError(f"Must be greater than or equal to {least} and less than or equal to {most}.")
        return found


def _length(value: Any) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        if not isinstance(value, str):
            return timedelta(seconds=value)
        found = feel.thaw({"@duration": value[:40]})
        return found.delta if isinstance(found, feel.DaysTime) else None
    except (feel.FeelError, OverflowError):
        return None


def _length_field(shortest: timedelta, longest: timedelta, said: str) -> Length:
    printed: dict[str, Any] = {"type": ["string", "number"], "description": said}
    return Length(shortest, longest, load_default=None, allow_none=True, metadata=printed)


class JobShape(Shape):
    """A job in the hands of a worker: until ``deadline`` nobody else is given it."""

    id = fields.String()
    type = fields.String()
    case = fields.String()
    number = fields.String()
    element = fields.String()
    data = Facts()
    retries = fields.Integer()
    deadline = At()
    worker = fields.String()


class JobActivation(Asking):
    """Which jobs, how many at most, for how long, for whom.

    ``wait``: seconds to wait for one where there is none.
    """

    type = fields.String(required=True, validate=validate.Length(min=1, max=100))
    worker = fields.String(required=True, validate=validate.Length(min=1, max=100))
    max = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=100))
    timeout = _length_field(
        SHORTEST_TIMEOUT, LONGEST_TIMEOUT, "how long the worker keeps the job; without it, as the designer says"
    )
    wait = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=LONGEST_WAIT))


class JobResult(Asking):
    """What the job gives, for the outputs of its element; ``worker`` where several share a key."""

    data = Facts(load_default=dict)
    worker = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100))


class JobFailure(Asking):
    """Why the job was not done. ``error``: the code of a BPMN error to throw at the element."""

    message = fields.String(required=True, validate=validate.Length(max=2000))
    retries = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0, max=100))
    backoff = _length_field(timedelta(0), LONGEST_BACKOFF, "how long the job rests before it may be taken again")
    error = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=200))
    worker = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100))


class JobGiven(Shape):
    """A job that was given back, and its case."""

    id = fields.String()
    case = fields.String()


_TAKEN = shapes.page_of(JobShape)()


@door.opens(
    "POST", "/jobs/activation", policy=WORKERS, body=JobActivation, answer=shapes.page_of(JobShape), works="by itself"
)
def activate(asked: Asked) -> Any:
    """Take jobs of a type, oldest first; waits for the first one where it was asked to."""
    # An asker with nothing to take takes no lock either.
    found = _take(asked) if asked.is_repeatable or _is_any_free(asked) else None
    if found is None and asked.body["wait"] and _seats.acquire(blocking=False):
        try:
            found = _wait(asked)
        finally:
            _seats.release()
    return asked.page([], None) if found is None else found


def _wait(asked: Asked) -> Any:
    """Look again and again, in readings of their own, until there is something to take or the time is over."""
    until = time.monotonic() + asked.body["wait"]
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(LOOK, left))
        if _is_any_free(asked) and (found := _take(asked)) is not None:
            return found
    return None


def _is_any_free(asked: Asked) -> bool:
    with asked.store.reading() as db:
        return jobs.is_any_free(db, asked.store.moment(db), asked.body["type"])


def _take(asked: Asked) -> Any:
    given = asked.body

    def act(own: Asked) -> Any:
        taken = jobs.take(
            own.db,
            own.actor,
            own.moment,
            given["type"],
            most=given["max"],
            worker=given["worker"],
            timeout=given["timeout"],
        )
        return own.page([asdict(one) for one in taken], None) if taken else None

    return asked.once(act, _TAKEN)


@door.opens("POST", "/jobs/<job_id>/completion", policy=WORKERS, body=JobResult, answer=JobGiven, max_body=jobs.LARGEST)
def complete(asked: Asked, job_id: str) -> Any:
    """The job is done. Only who holds it may say so; done twice is 409 with who was first."""
    given = asked.body
    case = jobs.complete(asked.db, asked.actor, asked.moment, job_id, given["data"], given["worker"])
    return {"id": job_id, "case": case}


@door.opens("POST", "/jobs/<job_id>/failure", policy=WORKERS, body=JobFailure, answer=JobGiven)
def fail(asked: Asked, job_id: str) -> Any:
    """The job was not done: it is tried again later, or stops its path; with ``error`` a BPMN error is thrown."""
    given = {**asked.body}
    case = jobs.fail(asked.db, asked.actor, asked.moment, job_id, given.pop("message"), **given)
    return {"id": job_id, "case": case}
