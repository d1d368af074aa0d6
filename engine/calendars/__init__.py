"""Working days and hours of the office: national holidays, 调休, and the days of its own that it keeps itself."""

from engine.calendars.days import Calendar, OutOfCalendar, office

__all__ = ["Calendar", "OutOfCalendar", "office"]
