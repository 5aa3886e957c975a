"""What was imported from which files: for whoever audits the facts, each file with its hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

from depgraph.model import LABELS, LOGS, Label
from depgraph.ports import InputFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from depgraph.ports import Store


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One file that an import read."""

    revision: Annotated[int, "the revision that the import made"]
    replaced_by: Annotated[int | None, "the revision that replaced it; nothing if it is in force"]
    source: Annotated[str, "the source"]
    part: Annotated[str, "the named part of the source, empty for all of it"]
    retrieved: Annotated[str, "when the data were retrieved"]
    marking: Annotated[str, "its marking"]
    file: Annotated[str, "the file, relative to what was given; empty if an older depgraph imported it"]
    size: Annotated[int | None, "bytes of the file"]
    sha256: Annotated[str, "SHA-256 of the file, in hexadecimal"]
    records: Annotated[int | None, "records that the import read"]
    left_out: Annotated[int | None, "of these, left out since they are bad"]
    asked_by: Annotated[str, "who imported it over HTTP, as the audit log knows him; empty if on the command line"]
    asked_at: Annotated[str, "when he asked for that, with its zone; empty if on the command line"]


class Importer(NamedTuple):
    """Who asked for an import, and when: no part of the store, which is the same whoever imports.

    Attributes
    ----------
    login : str
        The first letters of his key, or a hash of who holds a token: no name.
    moment : str
        ISO 8601, with its zone.

    """

    login: str = ""
    moment: str = ""


_NOBODY: Final = Importer()


def list_import_records(store: Store, importers: Mapping[str, Importer]) -> tuple[ImportRecord, ...]:
    """Return every file of every import that a store holds, in the order of revisions; decisions are no imports.

    `importers` says who asked for them, by the digests that the store has for them.
    """
    held = [item for item in store.describe().history if item.run.source not in LOGS]
    return tuple(
        ImportRecord(
            revision=item.revision,
            replaced_by=item.until,
            source=item.run.source,
            part=item.run.part,
            retrieved=item.run.retrieved,
            marking=item.run.marking.text or item.run.marking.label.value,
            file=file.name,
            size=file.size if file.sha256 else None,
            sha256=file.sha256,
            records=item.receipt.records,
            left_out=item.receipt.left_out,
            asked_by=importers.get(item.sha256, _NOBODY).login,
            asked_at=importers.get(item.sha256, _NOBODY).moment,
        )
        for item in sorted(held, key=lambda item: item.revision)
        for file in item.receipt.files or (InputFile("", 0, ""),)
    )


def closest_label(records: Sequence[ImportRecord]) -> Label:
    """Return the most closed label of some records."""
    labels = (Label(record.marking.partition(" ")[0]) for record in records)
    return max(labels, key=LABELS.index, default=Label.CLEAR)
