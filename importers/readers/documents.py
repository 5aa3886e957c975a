"""JSON documents: UTF-8, whole, of a bounded size, each key once in its object, every number finite."""

from __future__ import annotations

import json
from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING, Final, NoReturn

from depgraph.errors import MissingPathError
from importers.readers import values
from importers.readers.encoding import decode
from importers.readers.faults import fault
from importers.readers.record import NAMES, Record, pointer
from importers.readers.remarks import Remarks

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.errors import InputError
    from importers.readers.record import Json

MAX_BYTES: Final = 64 * 1024 * 1024
"""Size of a document that is read at once, in bytes: fifteen times the largest that a source publishes today."""

MAX_VALUES: Final = 4_000_000
"""Commas and opening brackets of a document. A value of two bytes, ``{}``, takes forty times as much memory as it is
long, so that size alone does not bound it; no document that says something comes near this number."""


def read_document(path: Path, remarks: Remarks | None = None, *, name: str = "", limit: int = MAX_BYTES) -> Record:
    """Return the root object of a JSON file; its record is ``NAME#``.

    Parameters
    ----------
    remarks : Remarks, optional
        Takes what is odd; None if nobody asks.
    name : str
        What records call the file; empty for its last name.

    Raises
    ------
    MissingPathError
        If the path is not a file.
    InputError
        If it is larger than `limit` bytes, has more values than memory is for, is empty, not
        UTF-8, not JSON (with line and column), has one key twice in an object, NaN or an
        infinite number, or its root is no object.

    """
    return parse_document(_content(path, limit), name or path.name, remarks)


def read_records(
    path: Path, remarks: Remarks | None = None, *, name: str = "", limit: int = MAX_BYTES
) -> tuple[Record, ...]:
    """Return the entries of a JSON file whose root is a list; their records are ``NAME#/0``, ``NAME#/1``...

    Raises
    ------
    MissingPathError, InputError
        As `read_document`, where the root is no list or an empty one.

    """
    return parse_records(_content(path, limit), name or path.name, remarks)


def parse_records(content: bytes, name: str, remarks: Remarks | None = None) -> tuple[Record, ...]:
    """Return the entries of a JSON text whose root is a list; `name` stands for the file in records.

    Raises
    ------
    InputError
        As `read_records`.

    """
    root = _parse(content, name)
    if not isinstance(root, list):
        raise fault(f"{name}#", "", f"is {NAMES[type(root)]}: a list is wanted", "wrong-type")
    if not root:
        raise _no_data(name)
    remarks = remarks or Remarks()
    return tuple(Record(value, f"{name}#/{at}", "", remarks) for at, value in enumerate(root))


def _content(path: Path, limit: int) -> bytes:
    if not path.is_file():
        raise MissingPathError(f"'{path}' is not a file")
    with path.open("rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        message = f"is too large: {limit / 2**20:,.0f} MiB are the most that is read at once"
        raise fault(path.name, "", message, "too-large")
    return content


def parse_document(content: bytes, name: str, remarks: Remarks | None = None) -> Record:
    """Return the root object of a JSON text; `name` stands for the file in records.

    Raises
    ------
    InputError
        As `read_document`.

    """
    root = _parse(content, name)
    if not isinstance(root, dict):
        raise fault(f"{name}#", "", f"is {NAMES[type(root)]}: an object is wanted", "wrong-type")
    return Record(root, f"{name}#", "", remarks or Remarks())


def _no_data(name: str) -> InputError:
    """Return the error about a file that says nothing: not that nothing is there any more."""
    return fault(name, "", "is empty: no data in it, and no reason to forget what was said before", "no-data")


def _parse(content: bytes, name: str) -> Json:
    if sum(map(content.count, (b",", b"{", b"["))) > MAX_VALUES:
        message = f"is too large: it has more than {MAX_VALUES:,} values, the most that is read at once"
        raise fault(name, "", message, "too-large")
    try:
        return _parsed(content, name)
    except MemoryError:
        raise fault(name, "", "is too large for the memory that this machine has left", "too-large") from None


def _parsed(content: bytes, name: str) -> Json:
    written = decode(content, name)
    if not written.strip():
        raise _no_data(name)
    repeated: list[tuple[dict[str, Json], str]] = []

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
            repeated.append((found, twice))
        return found

    try:
        root: Json = json.loads(written, object_pairs_hook=members, parse_float=finite, parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        raise fault(f"{name}:{error.lineno}", "", _syntax(error, written), "bad-json") from None
    except RecursionError:
        raise fault(name, "", "is nested too deeply", "bad-json") from None
    except ValueError as error:
        raise fault(name, "", str(error), "bad-value") from None
    if repeated:
        found, key = repeated[0]
        raise fault(f"{name}#{_place(root, found)}", key, "the key stands twice in this object", "duplicate-key")
    return root


def finite(written: str) -> float:
    """Return the number that JSON writes so, or raise `ValueError` if it is too large for one."""
    value = float(written)
    if not isfinite(value):
        raise ValueError(f"{values.shown(written)} is too large for a number")
    return value


def refuse_constant(written: str) -> NoReturn:
    """Raise `ValueError`: NaN and Infinity are no JSON."""
    raise ValueError(f"{written} is not a number that JSON allows (RFC 8259, section 6)")


def _syntax(error: json.JSONDecodeError, written: str) -> str:
    what = f"column {error.colno}: not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    cut_off = not written[error.pos :].strip() or error.msg.startswith("Unterminated string")
    return f"{what}: the file seems cut off, fetch it again" if cut_off else what


def _place(value: Json, wanted: dict[str, Json], root: str = "") -> str:
    """Return the pointer of one object within a document, by identity."""
    waiting: list[tuple[Json, str]] = [(value, root)]
    while waiting:
        here, where = waiting.pop()
        if here is wanted:
            return where
        if isinstance(here, dict):
            waiting += [(inner, f"{where}/{pointer(key)}") for key, inner in here.items()]
        elif isinstance(here, list):
            waiting += [(inner, f"{where}/{number}") for number, inner in enumerate(here)]
    return root
