"""The parts of a workbook are XML, in the names of two dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from importers.readers import xml_events
from importers.readers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from depgraph.errors import InputError
    from importers.readers.xml_events import Handler

T = TypeVar("T")

MAIN: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of the two dialects, Transitional and Strict."""


def damaged(label: str, what: str) -> InputError:
    """Return the error that a part is not what it should be."""
    return fault(label, "", f"is not a workbook that can be read: {what}", "bad-workbook")


def parse(stream: BinaryIO, label: str, handler: Handler) -> Iterator[None]:
    """Read a part block by block, as `importers.readers.xml_events.parse`."""
    return xml_events.parse(stream, label, handler, damaged=damaged)


def named(meanings: Mapping[str, T]) -> dict[str, T]:
    """Return what the full name of each element means, in both dialects, from the meaning of its local name."""
    return {f"{space} {name}": meaning for space in MAIN for name, meaning in meanings.items()}
