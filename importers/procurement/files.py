"""Notices in XML: one in each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.procurement.meaning import read_all
from importers.readers.elements import read_elements
from importers.readers.faults import findings_of
from importers.readers.files import find_files, in_turn
from importers.readers.progress import Progress
from importers.readers.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.model import Facts
    from depgraph.ports import Given
    from importers.procurement.award import Notice
    from importers.readers.elements import Element


def read_files(given: Given, read: Callable[[Element, str, Remarks], Iterator[Notice | Finding]]) -> Iterator[Facts]:
    """Yield the facts of the notices that `read` makes of the root of each file.

    Raises
    ------
    MissingPathError, InputError
        If a path cannot be read.

    """
    remarks = Remarks(given.ignore)
    yield from read_all(_notices(given, read, remarks), given, remarks)


def _notices(
    given: Given, read: Callable[[Element, str, Remarks], Iterator[Notice | Finding]], remarks: Remarks
) -> Iterator[Notice | Finding]:
    files = find_files(given.paths)
    progress = Progress(given.reached)
    progress.begin(len(files))
    for file in in_turn(files):
        # One that was named alone is meant: why it cannot be read is told.
        if len(files) > 1 and not file.name.endswith(".xml"):
            yield Finding(Level.NOTE, "not-read", file.label, "", "is no XML by its name: not read")
            continue
        try:
            with file.open() as stream:
                root = read_elements(stream, file.label)
            yield from read(root, file.label, remarks)
        except InputError as error:
            yield from findings_of(error, file.label)
        progress.add(1)
