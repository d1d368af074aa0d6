"""Working days and hours of the office: national holidays, 调休, and the days of its own that it keeps itself."""

from engine.calendars.amounts import Amount, Written, end_date, local, months_after, read_amount, shown
from engine.calendars.days import (
    HOLIDAYS,
    HOURS,
    PROVISIONAL,
    Calendar,
    OutOfCalendar,
    build,
    functions,
    national,
    national_days,
)
from engine.calendars.kept import NEWEST, OFFICE, Book, Own, book, book_at, history, newest_number, told

__all__ = [
    "HOLIDAYS",
    "HOURS",
    "NEWEST",
    "OFFICE",
    "PROVISIONAL",
    "Amount",
    "Book",
    "Calendar",
    "OutOfCalendar",
    "Own",
    "Written",
    "book",
    "book_at",
    "build",
    "end_date",
    "functions",
    "history",
    "local",
    "months_after",
    "national",
    "national_days",
    "newest_number",
    "read_amount",
    "shown",
    "told",
]
