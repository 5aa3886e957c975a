"""Text files of separated values in any common encoding, as grids."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from depgraph.errors import MissingPathError
from importers.readers.faults import fault
from importers.readers.grids.grid import Budget, Grid, GridRow, checked
from importers.readers.tables import MAX_CELL
from importers.readers.values import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 1 << 28
ENCODINGS: Final = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850", "mac-roman", "iso-8859-15")
DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SINGLE: Final = ("cp1252", "cp850", "mac-roman")
"""Encodings of one byte a character that western spreadsheets and old systems write."""

_LETTERS: Final = frozenset("àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜÝŸ")
_SIGNS: Final = frozenset(
    "\u20ac\u00a3\u00a7\u00b0\u00b1\u00ab\u00bb\u201c\u201d\u2018\u2019\u201e\u2026\u2013\u2014\u2022\u00b7\u00ae"
    "\u00a9\u2122\u00b2\u00b3\u00bd\u00bc\u00a0\u00aa\u00ba\u00b4\u00a8"
)
"""Euro, pound, section, degree, quotes, dashes, no-break space and the like."""
_ODD: Final = re.compile(
    "[a-z][\u00c0-\u00d6\u00d8-\u00de\u0152\u0178]|[a-zA-Z][\u20ac\u00a3\u00a7\u00b0\u00b1\u00ab\u201c\u201e\u2026\u2022\u00b7\u00ae"
    "\u00a9\u2122\u00b2\u00b3\u00bd\u00bc\u00aa\u00ba\u00b4\u00a8][a-z]"
)
"""A capital with an accent behind a small letter, or a sign between two letters: read in the wrong encoding."""

_SAID: Final = re.compile(r'"?sep=(.)"?\s*')
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_LOOKED_AT: Final = 200


def read_text(path: Path, encoding: str = "") -> tuple[str, str]:
    """Return the text of a file and its encoding, empty where none is certain.

    An encoding that is not said is taken from the byte order mark; without one it is UTF-8 where
    the bytes are that, else the one in which every byte beyond ASCII is a letter or sign of a
    western language, and stands where such a one may stand, if there is exactly one.

    Raises
    ------
    InputError
        If the file is too large, or its bytes are not of the encoding that is said; the error names the line.

    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise MissingPathError(f"'{path}' cannot be read: {error.strerror}") from None
    name = printable(path.name)
    if len(content) > MAX_BYTES:
        raise fault(name, "", f"has more than {MAX_BYTES / 2**20:,.0f} MiB: cut it in parts", "too-large")
    known = encoding or _encoding(content)
    try:
        text = content.decode(_codec(known or _SINGLE[0]), "strict" if known else "replace")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        cure = f"say which it is with file.encoding ({', '.join(ENCODINGS)})"
        message = f"the byte 0x{content[error.start]:02X} is not {known}: {cure}"
        raise fault(f"{name}:{line}", "", message, "bad-encoding") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise fault(f"{name}:{line}", "", "has a NUL character: it is no text, or of another encoding", "bad-encoding")
    return text.removeprefix("\ufeff"), known


def read_separated(path: Path, text: str, delimiter: str) -> Grid:
    """Return the grid of a text whose cells are parted by `delimiter`, a key of `DELIMITERS`.

    Raises
    ------
    InputError
        If a quote is never closed, or the text is too large.

    """
    label = printable(path.name)
    csv.field_size_limit(MAX_CELL)
    budget = Budget(label)
    reader = csv.reader(_lines(text), strict=True, delimiter=DELIMITERS[delimiter])
    rows: list[GridRow] = []
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            rows.append(GridRow(line, (), fault=_broken(error, f"{label}:{line}")))
        else:
            while cells and not cells[-1].strip():
                cells.pop()
            budget.spend(len(cells))
            if cells and not (line == 1 and _SAID.fullmatch(text.partition("\n")[0].strip())):
                rows.append(GridRow(line, tuple(map(checked, cells))))
        line = reader.line_num + 1
    return Grid(label, tuple(rows), separated=True)


def delimiter_of(text: str) -> str:
    r"""Return the key of `DELIMITERS` that parts the cells of a text, empty where none is certain.

    It is the one that a first line ``sep=;`` names, or the one by which most rows have the same
    number of cells, two or more.

    Examples
    --------
    >>> delimiter_of("Leverancier;Bedrag\nKPN;1,5\nAtos;2,5\n"), delimiter_of("a,b;c,d\n1,2;3,4\n")
    ('semicolon', '')

    """
    said = _SAID.fullmatch(text.partition("\n")[0].strip())
    if said:
        return next((name for name, sign in DELIMITERS.items() if sign == said[1]), "")
    scored = sorted(((_consistent(text, sign), name) for name, sign in DELIMITERS.items()), reverse=True)
    (best, name), (second, _) = scored[:2]
    if not best[0]:
        # One column: nothing parts cells, so that any sign will do.
        return "comma"
    return name if best[0] > second[0] or best[1] > 2 * second[1] else ""


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if b"\0" in content[:4096]:
        # Of text in UTF-16 every second byte is mostly zero.
        even, odd = content[0:4096:2].count(0), content[1:4096:2].count(0)
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    fits = [name for name in _SINGLE if _plausible(content, name)]
    return fits[0] if len(fits) == 1 else ""


def _plausible(content: bytes, encoding: str) -> bool:
    """Say whether all that is not ASCII are letters and signs where these stand in words: no capital within one."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    beyond = {char for char in text if not char.isascii()}
    return beyond <= _LETTERS | _SIGNS and not _ODD.search(text)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends: LF, CR LF or CR, and nothing else ends a line."""
    start = 0
    for end in _LINE_END.finditer(text):
        yield text[start : end.end()]
        start = end.end()
    if start < len(text):
        yield text[start:]


def _broken(error: csv.Error, record: str) -> str:
    """Return what is wrong with a row, or raise `InputError` where nothing behind it can be trusted."""
    said = str(error)
    if "field larger" in said:
        raise fault(record, "", f"a cell has more than {MAX_CELL:,} characters: is a quote never closed?", "too-large")
    if "unexpected end" in said:
        raise fault(record, "", "a quote that opens here is never closed", "bad-csv")
    return "text follows a closing quote: double the quotes within a cell"


def _consistent(text: str, sign: str) -> tuple[float, int]:
    """Return which part of the rows have the most usual number of cells, and that number less one; nothing for one."""
    widths: Counter[int] = Counter()
    try:
        for cells in csv.reader(text.splitlines()[:_LOOKED_AT], delimiter=sign):
            if any(map(str.strip, cells)):
                widths[len(cells)] += 1
    except csv.Error:
        return 0.0, 0
    several = Counter({width: count for width, count in widths.items() if width > 1})
    if not several:
        return 0.0, 0
    width, count = several.most_common(1)[0]
    return count / widths.total(), width - 1
