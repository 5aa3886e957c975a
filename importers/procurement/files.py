"""Notices in XML: one in each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import InputError
from depgraph.model import Finding, Level
from importers.readers.elements import read_elements
from importers.readers.faults import findings_of
from importers.readers.files import find_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from importers.procurement.award import Notice
    from importers.readers.elements import Element


def read_files(
    paths: Sequence[Path], read: Callable[[Element, str], Iterator[Notice | Finding]]
) -> Iterator[Notice | Finding]:
    """Yield what `read` makes of the root of each file, and what is wrong with the others.

    Raises
    ------
    MissingPathError, InputError
        If a path cannot be read.

    """
    files = find_files(paths)
    for file in files:
        # One that was named alone is meant: why it cannot be read is told.
        if len(files) > 1 and not file.name.endswith(".xml"):
            yield Finding(Level.NOTE, "not-read", file.label, "", "is no XML by its name: not read")
            continue
        try:
            with file.open() as stream:
                root = read_elements(stream, file.label)
            yield from read(root, file.label)
        except InputError as error:
            yield from findings_of(error, file.label)
