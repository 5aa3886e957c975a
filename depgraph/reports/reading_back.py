"""Reports read back: with what they were asked, and where one differs from another of the same format.

What a reader sees is compared, and not what a file says of itself: cells of workbooks, texts of pages.
"""

from __future__ import annotations

import json
import logging
import zipfile
import zlib
from contextlib import contextmanager
from difflib import SequenceMatcher
from html.parser import HTMLParser
from io import BytesIO
from itertools import zip_longest
from math import isclose
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.reports.isolating import joined
from depgraph.usecases.documents import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST: Final = 256 * 2**20
"""How many bytes a report that is read back has at most."""

_UNPACKED: Final = 2**29
_RATIO: Final = 200
_FREE: Final = 16 * 2**20
"""Bytes that the parts of a workbook have at most, all of them and per byte packed above some."""

_NEAR: Final = 1e-9
"""How far numbers may be from each other that another processor adds up in another order."""

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)
"""What libraries raise for a file that is broken."""

_COMPARED: Final = 4_000_000
"""Pairs of lines up to which those that are equal are looked for."""

_HEADINGS: Final = ("h1", "h2", "h3")
_PAST: Final = ("style", "meta")


class Apart(NamedTuple):
    """One place where a report is not what it should be."""

    where: str
    told: str
    recomputed: str


def asked_in(ending: str, told: bytes) -> object:
    """Return what a report says of how it was made, as its `meta` in JSON.

    Raises
    ------
    InputError
        If it is no report in this format.

    """
    match ending:
        case ".json":
            return _document(told).get("meta")
        case ".html":
            page = _Page(told)
            return parsed(page.asked or "null", "the page", as_json=True) if page.asked else None
        case ".pdf":
            return _document(_attached(told)).get("meta")
        case ".xlsx":
            return _told_in(told)
    raise InputError(f"'{ending}' is no format of a report")


def apart(ending: str, told: bytes, made: bytes) -> Iterator[Apart]:
    """Yield where a file differs from what it should be.

    Raises
    ------
    InputError
        If it is no such file.

    """
    count = 0
    if told == made:
        return
    for each in _apart(ending, told, made):
        count += 1
        yield each
    if not count and ending != ".json":
        yield Apart("", "reads the same, but its bytes are others: how it looks or is stored was changed", "")


def figures_in(told: bytes) -> int:
    """Return how many numbers a report in JSON has."""
    return sum(
        isinstance(value, int | float) and not isinstance(value, bool) for _, value in _leaves("", _document(told))
    )


def _apart(ending: str, told: bytes, made: bytes) -> Iterator[Apart]:
    match ending:
        case ".json":
            yield from _leaves_apart(_document(told), _document(made))
        case ".html":
            yield from _lines_apart(_Page(told).lines, _Page(made).lines)
        case ".pdf":
            yield from _leaves_apart(_document(_attached(told)), _document(_attached(made)))
            yield from _lines_apart(_pages(told), _pages(made))
        case ".xlsx":
            yield from _leaves_apart(_cells(told), _cells(made))
        case _:
            yield from _lines_apart(_written(told), _written(made))


def _document(told: bytes) -> Mapping[str, Any]:
    try:
        return parsed(told.decode("utf-8-sig"), "the report", as_json=True)
    except UnicodeDecodeError:
        raise InputError("the report: is not UTF-8") from None


def _leaves_apart(told: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Apart]:
    found, should = dict(_leaves("", told)), dict(_leaves("", made))
    for where in dict.fromkeys((*should, *found)):
        one, other = found.get(where, _NOTHING), should.get(where, _NOTHING)
        if not _same(one, other):
            yield Apart(where, _shown(one), _shown(other))


_NOTHING: Final = object()


def _leaves(where: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield each value in a document with its JSON pointer."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _leaves(f"{where}/{str(name).replace('~', '~0').replace('/', '~1')}", item)
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _leaves(f"{where}/{number}", item)
    else:
        yield where, value


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=_NEAR)
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _shown(value: object) -> str:
    return "nothing" if value is _NOTHING else json.dumps(value, ensure_ascii=False)


def _written(told: bytes) -> list[tuple[str, str]]:
    """Return the lines of a text with their numbers."""
    return [(f"line {number}", line) for number, line in enumerate(told.decode(errors="replace").splitlines(), start=1)]


def _lines_apart(told: Sequence[tuple[str, str]], made: Sequence[tuple[str, str]]) -> Iterator[Apart]:
    """Yield the texts that differ, where the one that should be there stands."""
    texts, should = [text for _, text in told], [text for _, text in made]
    for first, last, begin, end in _changed(texts, should):
        for one, other in zip_longest(told[first:last], made[begin:end]):
            where, _ = one or other or ("", "")
            yield Apart(where, one[1] if one else "nothing", other[1] if other else "nothing")


def _changed(told: Sequence[str], made: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield which part of one sequence stands where which part of the other should."""
    least = min(len(told), len(made))
    same = next((at for at in range(least) if told[at] != made[at]), least)
    after = next((at for at in range(least - same) if told[-1 - at] != made[-1 - at]), least - same)
    one, other = told[same : len(told) - after], made[same : len(made) - after]
    if len(one) * len(other) > _COMPARED:
        yield same, same + len(one), same, same + len(other)
        return
    for kind, first, last, begin, end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            yield same + first, same + last, same + begin, same + end


class _Page(HTMLParser):
    """The texts of a page, each with the heading above it, and what the page was asked with."""

    def __init__(self, told: bytes) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []
        self.asked = ""
        self._heading = ""
        self._in: list[str] = []
        self.feed(joined(told.decode(errors="replace")))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("name") == "depgraph.asked":
            self.asked = named.get("content") or ""
        if tag not in _PAST:
            self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._in and self._in.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text:
            if self._in and self._in[-1] in _HEADINGS:
                self._heading = text
            self.lines.append((f"below '{self._heading}'" if self._heading else "at the top", text))


def _attached(told: bytes) -> bytes:
    """Return the report in JSON that a PDF holds."""
    from depgraph.reports.pdf import ATTACHED  # noqa: PLC0415 - only a PDF needs it

    with _pdf(told) as reader:
        found = reader.attachments.get(ATTACHED, [])
        if len(found) != 1:
            raise InputError("the PDF: holds no report in JSON, as every PDF of depgraph does")
        return bytes(found[0])


def _pages(told: bytes) -> list[tuple[str, str]]:
    """Return the lines of text of a PDF, each with its page."""
    with _pdf(told) as reader:
        return [
            (f"page {number}", line)
            for number, page in enumerate(reader.pages, start=1)
            for line in page.extract_text().splitlines()
        ]


@contextmanager
def _pdf(told: bytes) -> Iterator[Any]:
    from pypdf import PdfReader  # noqa: PLC0415 - only a PDF needs it
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    try:
        yield PdfReader(BytesIO(told))
    except InputError:
        raise
    except (PyPdfError, RecursionError, AssertionError, *_BROKEN) as error:
        raise InputError(f"the PDF: cannot be read ({error})") from None


def _sheets(told: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Return the cells of a workbook, row by row."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only a workbook needs it

    try:
        with zipfile.ZipFile(BytesIO(told)) as archive:
            parts = archive.infolist()
        _check_bounded(parts)
        book = load_workbook(BytesIO(told))
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    except InputError:
        raise
    except (SyntaxError, RecursionError, *_BROKEN) as error:
        raise InputError(f"the workbook: cannot be read ({error})") from None


def _check_bounded(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a workbook that would swell; of what a part states, no more is unpacked."""
    swollen = any(part.file_size > _FREE + _RATIO * part.compress_size for part in parts)
    if swollen or sum(part.file_size for part in parts) > _UNPACKED:
        raise InputError("the workbook: unpacks to more than any report does: it looks like a zip bomb")


def _cells(told: bytes) -> dict[str, dict[str, Any]]:
    """Return the cells of a workbook that hold something, by sheet, place and column."""
    return {
        name: {
            f"{_column(column)}{number} ({rows[0][column]})": value
            for number, row in enumerate(rows, start=1)
            for column, value in enumerate(row)
            if value not in (None, "")
        }
        for name, rows in _sheets(told).items()
    }


def _column(number: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> _column(0), _column(25), _column(26)
    ('A', 'Z', 'AA')

    """
    before = _column(number // 26 - 1) if number >= 26 else ""
    return before + chr(ord("A") + number % 26)


def _told_in(told: bytes) -> dict[str, Any]:
    """Return what the first sheet of a workbook says of how the report was made."""
    meta: dict[str, Any] = {"parameters": {}}
    for row in _sheets(told).get("report", [])[1:]:
        name, value = str(row[0]), row[1] if len(row) > 1 else None
        if name.startswith("parameters "):
            name = name.removeprefix("parameters ").replace(" ", "_")
            if name in ("against", "as"):
                meta["parameters"].setdefault(name, []).append(value)
            else:
                meta["parameters"][name] = True if name == "as_keeper" and value == "yes" else value
        else:
            meta[name.replace(" ", "_")] = value
    return meta
