"""A year of the office, lived through its own doors on a virtual clock: who starts what, when, and how it is answered.

What the people of a procedure do stands in its ``year.json`` (``told``), what happens to the people themselves in
``processes/year.json``; ``living`` lets it happen, ``filling`` fills in what nobody told from the form itself, and
``reckoning`` looks at what the database holds afterwards. Nothing here knows a procedure.
"""

from api.history.demonstrating import make, published, years
from api.history.filling import fill
from api.history.living import Life, Lived
from api.history.reckoning import Reckoning, reckon
from api.history.told import OFFICE, YEAR, Office, Told, WronglyTold, read, read_office

__all__ = [
    "OFFICE",
    "YEAR",
    "Life",
    "Lived",
    "Office",
    "Reckoning",
    "Told",
    "WronglyTold",
    "fill",
    "make",
    "published",
    "read",
    "read_office",
    "reckon",
    "years",
]
