"""Exports: one case or many as JSON, PDF, XES, OCEL or a sealed bundle; each export is an entry of its own.

``whole`` (a case in readable JSON), ``events`` with ``xes`` and ``ocel`` (event logs, written while they are read),
``proof`` (head, place in the log, checkpoint), ``making`` (who may; the file, then its entry).
"""

from engine.exports.making import FORMATS, LOGS, MEDIA, MOST, SEVERAL, Made, TooMany, Wanted, find, made

__all__ = ["FORMATS", "LOGS", "MEDIA", "MOST", "SEVERAL", "Made", "TooMany", "Wanted", "find", "made"]
