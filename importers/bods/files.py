"""The statements in files: in a list, under a key of a document, or one document for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.model import Finding
from importers.readers.entries import entries
from importers.readers.faults import fault
from importers.readers.files import find_files, in_turn
from importers.readers.progress import Progress
from importers.readers.record import NAMES, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.ports import Given
    from importers.readers.files import File
    from importers.readers.remarks import Remarks

HOLDERS: Final = ("statements", "data", "records")
"""Keys under which a document may hold its list."""
_READ: Final = (".json", ".jsonl", ".ndjson")


def statements(given: Given, remarks: Remarks) -> Iterator[Record | Finding]:
    """Yield each statement, or what is wrong with one.

    Raises
    ------
    MissingPathError, InputError
        If a file is not there, or holds no statement.

    """
    files = find_files(given.paths)
    progress = Progress(given.reached)
    progress.begin(sum(file.size for file in in_turn(files)))
    for file in in_turn(files):
        if file.name.endswith(_READ) or file.path in given.paths:
            yield from _of(file, remarks, progress)


def _of(file: File, remarks: Remarks, progress: Progress) -> Iterator[Record | Finding]:
    any_record = False
    with file.open() as stream:
        for entry in entries(progress.watch(stream), file.label, HOLDERS):
            if isinstance(entry, Finding):
                any_record = True
                yield entry
            elif entry.key or entry.alone:
                any_record = True
                yield _statement(entry.record, entry.value, remarks)
    if not any_record:
        raise fault(file.label, "", "is empty: no data in it, and no reason to forget what was said before", "no-data")


def _statement(place: str, value: object, remarks: Remarks) -> Record | Finding:
    if isinstance(value, dict):
        return Record(value, place, "", remarks)
    return fault(place, "", f"is {NAMES[type(value)]}: a statement is an object", "wrong-type").findings[0]
