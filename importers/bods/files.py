"""The statements in files: a list, one statement alone, or one on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from importers.readers.documents import MAX_BYTES, parse_document, parse_records
from importers.readers.encoding import lines
from importers.readers.faults import fault, findings_of
from importers.readers.files import find_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Finding
    from depgraph.ports import Given
    from importers.readers.files import File
    from importers.readers.record import Record
    from importers.readers.remarks import Remarks

HOLDERS: Final = ("statements", "data", "records")
"""Keys under which a document may hold its list."""


def statements(given: Given, remarks: Remarks) -> Iterator[Record | Finding]:
    """Yield each statement, or what is wrong with a line.

    Raises
    ------
    MissingPathError, InputError
        If a file is not there, too large to be read at once, or no JSON.

    """
    for file in find_files(given.paths):
        if file.name.endswith((".json", ".jsonl", ".ndjson")) or file.path in given.paths:
            yield from _of(file, remarks)


def _of(file: File, remarks: Remarks) -> Iterator[Record | Finding]:
    with file.open() as stream:
        first = next((line for line in lines(stream, file.label) if line.strip()), "")
    if not first:
        raise fault(file.label, "", "is empty: no data in it, and no reason to forget what was said before", "no-data")
    if first.lstrip().startswith("{") and _is_whole(first):
        yield from _each_line(file, remarks)
        return
    with file.open() as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        message = (
            f"is too large: {MAX_BYTES / 2**20:,.0f} MiB are the most that is read at once: write one on each line"
        )
        raise fault(file.label, "", message, "too-large")
    if first.lstrip().startswith("["):
        yield from parse_records(content, file.label, remarks)
        return
    root = parse_document(content, file.label, remarks)
    holder = next((name for name in HOLDERS if isinstance(root.raw(name), list)), "")
    if holder:
        yield from root.items(holder)
    else:
        yield parse_document(content, file.label, remarks)


def _is_whole(line: str) -> bool:
    """Say whether a line is a document by itself."""
    try:
        parse_document(line.encode(), "")
    except InputError:
        return False
    return True


def _each_line(file: File, remarks: Remarks) -> Iterator[Record | Finding]:
    with file.open() as stream:
        for number, line in enumerate(lines(stream, file.label), 1):
            if line.strip():
                try:
                    yield parse_document(line.encode(), f"{file.label}:{number}", remarks)
                except InputError as error:
                    yield from findings_of(error, f"{file.label}:{number}")
