"""What kind of file something is: by its content, not by its name; and which kinds people may hand in.

The first bytes are looked at before anything is stored, and go on with the rest: a file is read once.
"""

import codecs
from pathlib import PurePath
from typing import Final

import filetype  # type: ignore[import-untyped]  # it has no types

from services.kit.errors import InvalidInput
from services.kit.files import Readable

HEAD_BYTES: Final = 8 * 1024

TEXT: Final = "text/plain"
XML: Final = "application/xml"
"""Also what electronic invoices come as."""
_OLE: Final = "application/x-ole-storage"
_OOXML: Final = "application/vnd.openxmlformats-officedocument"

PREVIEWED: Final = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
"""What every browser shows by itself, without running anything that is in it."""

ALLOWED: Final = PREVIEWED | {
    # documents
    TEXT,
    XML,
    "application/rtf",
    _OLE,
    f"{_OOXML}.wordprocessingml.document",
    f"{_OOXML}.spreadsheetml.sheet",
    f"{_OOXML}.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    # images
    "image/tiff",
    "image/heic",
    "image/avif",
    "image/vnd.adobe.photoshop",
    "image/vnd.dwg",
    # archives: OFD, WPS and others are zips, too
    "application/zip",
    "application/x-rar-compressed",
    "application/x-7z-compressed",
    "application/gzip",
    "application/x-tar",
    # sound and pictures that move: voice messages are what the company sells
    "audio/mpeg",
    "audio/x-wav",
    "audio/amr",
    "audio/mp4",
    "audio/ogg",
    "audio/aac",
    "audio/x-flac",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/3gpp",
}
"""The kinds that are taken, by what their content says."""

_PROGRAMS: Final = {"exe", "dll", "com", "scr", "pif", "cpl", "msi", "msp", "msix", "appx", "class", "jar", "apk", "ipa", "swf"}
_PACKAGES: Final = {"dmg", "pkg", "deb", "rpm", "iso", "img", "vhd", "chm"}
_SCRIPTS: Final = {"bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "wsh", "hta", "sh", "py", "php"}
_LINKS: Final = {"lnk", "url", "inf", "reg"}
_PAGES: Final = {"htm", "html", "xhtml", "mht", "mhtml", "svg", "svgz", "xsl", "asp", "aspx", "jsp"}
_ENDINGS_THAT_RUN: Final = _PROGRAMS | _PACKAGES | _SCRIPTS | _LINKS | _PAGES
"""What an ordinary machine runs, or shows as a page, at a double click, whatever is in it."""

_OLE_ENDINGS: Final = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_OLE_MARK: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKS_OF_TEXT_FORMATS: Final = {b"%PDF-": "application/pdf", b"{\\rtf": "application/rtf"}
_BEGINNINGS_OF_PAGES: Final = ("<!doctype", "<!--", "<html", "<head", "<body", "<script", "<svg", "<?php", "<iframe", "<%")
_MARKS_OF_PAGES_IN_XML: Final = ("<svg", "<html", "<script", "xml-stylesheet")
_CONTROL_CHARACTERS: Final = frozenset(map(chr, range(32))) - set("\t\n\r\f\x1a")


class KnownStream:
    """A stream whose kind is known before it is read.

    :ivar content_type: what its content says.
    """

    def __init__(self, stream: Readable, name: str) -> None:
        """
        :raises InvalidInput: ``file_kind_not_allowed``, as :func:`kind_of`.
        """
        self._stream = stream
        self._head = _read_head(stream)
        self.content_type = kind_of(self._head, name)

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._stream.read(size)
        cut = len(self._head) if size < 0 else size
        piece, self._head = self._head[:cut], self._head[cut:]
        return piece + self._stream.read() if size < 0 else piece


def kind_of(head: bytes, name: str) -> str:
    """The media type of a file.

    :param head: its first :data:`HEAD_BYTES`, or all of it.
    :param name: refused by its ending alone if a machine would run it.
    :raises InvalidInput: ``file_kind_not_allowed``, with what it is (``?`` for what nobody knows): for what is not on the list of
        kinds, such as a program, a script or a page, however it is called.
    """
    # Windows leaves out dots and blanks at a name's end.
    ending = PurePath(name.rstrip(". ")).suffix.lower().removeprefix(".")
    kind = _kind_by_content(head)
    if ending in _ENDINGS_THAT_RUN:
        raise InvalidInput("file_kind_not_allowed", name=name, kind=ending)
    if kind not in ALLOWED:
        raise InvalidInput("file_kind_not_allowed", name=name, kind=kind or "?")
    return _OLE_ENDINGS.get(ending, kind) if kind == _OLE else kind


def _kind_by_content(head: bytes) -> str | None:
    """``None`` for what nobody knows."""
    for mark, kind in _MARKS_OF_TEXT_FORMATS.items():
        if head.startswith(mark):
            return kind
    if head.startswith(_OLE_MARK):
        return _OLE
    # Before the signatures: some of those are two letters, which a text may begin with, too.
    text = _text_of(head)
    if text is not None:
        return _kind_of_text(text.lstrip("\ufeff \t\r\n\f").lower())
    guess = filetype.guess(head)
    return None if guess is None else str(guess.mime)


def _kind_of_text(text: str) -> str:
    if text.startswith("<?xml"):
        return "text/html" if any(mark in text for mark in _MARKS_OF_PAGES_IN_XML) else XML
    if text.startswith(_BEGINNINGS_OF_PAGES):
        return "text/html"
    return "text/x-script" if text.startswith("#!") else TEXT


def _text_of(head: bytes) -> str | None:
    """The text that these bytes are in one of the encodings that people here use, its last character cut or not; ``None`` for
    what is no text."""
    encodings = ("utf-16",) if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return text if _CONTROL_CHARACTERS.isdisjoint(text) else None
    return None


def _read_head(stream: Readable) -> bytes:
    pieces, size = [], 0
    while size < HEAD_BYTES and (piece := stream.read(HEAD_BYTES - size)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)
