"""Whose domains they are: a list with the columns ``domain`` and ``organisation``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.ids import kind_of, read_id
from depgraph.model import Finding, Kind
from importers.internet.hosts import hostname
from importers.readers import values
from importers.readers.faults import fault, findings_of
from importers.readers.tables import column_findings
from importers.readers.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.readers.record import Record
    from importers.readers.tables import Table


COLUMNS: Final = ("domain", "organisation", "name", "country", "sector", "people")


class Domain(NamedTuple):
    """A domain and the organisation that has it; what the list does not say is empty or None."""

    domain: str
    party: str
    name: str
    country: str
    sector: str
    people: int | None
    record: str


def read_domains(table: Table) -> Iterator[Domain | Finding]:
    """Yield the lines of the list; one that cannot be read is a finding."""
    yield from column_findings(table, required=COLUMNS[:2], optional=COLUMNS[2:])
    for row in table.rows():
        if isinstance(row, Finding):
            yield row
            continue
        try:
            yield _domain(row)
        except InputError as error:
            yield from findings_of(error, row.record)


def _domain(row: Record) -> Domain:
    written = row.text("domain")
    domain = hostname(written)
    if not domain:
        raise row.fault("domain", f"{shown(written)} is no domain such as example.nl")
    party = row.read("organisation", read_id)
    if kind_of(party) != Kind.PARTY:
        raise fault(row.record, "organisation", f"{shown(party)} is no organisation: name a party", "bad-id")
    return Domain(
        domain=domain,
        party=party,
        name=row.maybe_text("name"),
        country=row.maybe_read("country", values.country) or "",
        sector=row.maybe_text("sector"),
        people=row.maybe_whole("people"),
        record=row.record,
    )
