"""Attachments by content hash: what is taken in, how it is checked, and where its bytes lie.

``naming`` (what a file may be called), ``kinds`` (what it may be), ``scanning`` (ClamAV's protocol), ``storing`` (the
data folder or a bucket), ``keeping`` (a stream in, stored bytes out). It knows nothing of cases and who may see them.
Bytes are stored before the row that names them is written, never after: a process that dies between leaves an orphan,
which ``sweep`` takes away, and never a row without bytes.
"""

from engine.files.keeping import (
    CLOSED_LEVELS,
    MARKED,
    OPEN_LEVELS,
    Kept,
    Rescanned,
    TooLarge,
    attached,
    enclose,
    keep_text,
    kept,
    of_steps,
    receive,
    record,
    rescan,
    sweep,
    told,
)
from engine.files.kinds import EXTENSIONS, PREVIEWS, Kind, media_type, previews
from engine.files.naming import clean, extension
from engine.files.scanning import ScannerAway, Verdict, scan
from engine.files.storing import Bucket, Folder, Storage, StorageAway, storage

__all__ = [
    "CLOSED_LEVELS",
    "EXTENSIONS",
    "MARKED",
    "OPEN_LEVELS",
    "PREVIEWS",
    "Bucket",
    "Folder",
    "Kept",
    "Kind",
    "Rescanned",
    "ScannerAway",
    "Storage",
    "StorageAway",
    "TooLarge",
    "Verdict",
    "attached",
    "clean",
    "enclose",
    "extension",
    "keep_text",
    "kept",
    "media_type",
    "of_steps",
    "previews",
    "receive",
    "record",
    "rescan",
    "scan",
    "storage",
    "sweep",
    "told",
]
