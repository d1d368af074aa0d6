"""Small files of every kind, as people upload them, and as they should not."""

from __future__ import annotations

import io
import zipfile

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
    "5fe5c34b0000000049454e44ae426082"
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043") + bytes(64) + bytes.fromhex("ffd9")
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
OLE_WITH_MACROS = OLE + "_VBA_PROJECT".encode("utf-16-le") + bytes(40)


def zipped(*names: str) -> bytes:
    """A ZIP with members of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return made.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")
DOCX_WITH_MACROS = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
OFD = zipped("OFD.xml", "Doc_0/Document.xml")
