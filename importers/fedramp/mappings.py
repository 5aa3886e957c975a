"""Who uses what: the rows of the mappings, and the lists of the agencies for what no row says.

``AtoMapping`` (who authorised what) is in snapshots since November 2023, ``ReuseMapping`` (who reuses what) since
February 2024, and the names beside the ids of agencies came later still. The lists of the agencies (``auths``) are in
all snapshots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.model import Finding, Level
from importers.fedramp.records import Use
from importers.readers.faults import read_each

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importers.fedramp.records import Agency, Product
    from importers.readers.record import Record

MAPPINGS: Final = ("AtoMapping", "ReuseMapping")

_IGNORED_ROW: Final = {"ato_date", "auth_date", "exp_date", "assessment_date"}


class _Places(NamedTuple):
    """Where a row finds its product and its agency."""

    products: dict[str, Product]
    agencies: dict[str, Agency]
    by_name: dict[tuple[str, str], Agency]


def read_uses(
    data: Record, products: dict[str, Product], agencies: dict[str, Agency], findings: list[Finding]
) -> list[Use]:
    """Return who uses what, by the mappings of a snapshot as far as it has these, then by the lists of its agencies."""
    known = _places(products, agencies, findings)
    uses = []
    for table in MAPPINGS:
        if not data.has(table):
            message = f"has no {table}: uses are read from the lists of the agencies"
            findings.append(Finding(Level.NOTE, "no-mapping", data.record, table, message))
        rows = read_each(data.maybe_items(table), lambda row: _use(row, known, findings), findings)
        uses += [use for use in rows if use]
    return uses + _unmapped(agencies.values(), products, uses, findings)


def _places(products: dict[str, Product], agencies: dict[str, Agency], findings: list[Finding]) -> _Places:
    by_name: dict[tuple[str, str], Agency] = {}
    for agency in agencies.values():
        first = by_name.setdefault((agency.parent, agency.sub), agency)
        if first is not agency:
            message = f"'{agency.key}' has the name of '{first.key}', '{agency.path}': taken for one agency"
            findings.append(_odd(agency.record, "agency-twice", message))
    return _Places(products, agencies, by_name)


def _use(row: Record, known: _Places, findings: list[Finding]) -> Use | None:
    """Return what a row of a mapping says, or nothing if it names what the file does not have."""
    sub_key, whole_key = row.maybe_identifier("sub_id"), row.maybe_identifier("agency_id")
    key, names = row.identifier("id"), (row.maybe_text("parent"), row.maybe_text("sub"))
    row.close(_IGNORED_ROW)
    agency_key, called = sub_key or whole_key, "/".join(filter(None, names))
    agency = known.agencies.get(agency_key) if agency_key else known.by_name.get(names)
    product = known.products.get(key)
    if not agency:
        message = f"'{agency_key or called}' is not among the agencies: left out"
        findings.append(_odd(row.record, "unknown-agency", message))
    elif not agency_key:
        findings.append(_odd(row.record, "agency-by-name", f"has no agency id: taken for '{agency.path}' by its name"))
    elif called and names != (agency.parent, agency.sub):
        message = f"'{agency_key}' is '{agency.path}' and is called '{called}' here: its id goes first"
        findings.append(_odd(row.record, "agency-name", message))
    if not product:
        findings.append(_odd(row.record, "unknown-service", f"'{key}' is not among the products: left out"))
    return Use(agency, product, row.record) if agency and product else None


def _unmapped(
    agencies: Iterable[Agency], products: dict[str, Product], uses: Iterable[Use], findings: list[Finding]
) -> list[Use]:
    """Return the uses listed with agencies that no row of the mappings has."""
    mapped = {(use.agency.key, use.product.key) for use in uses}
    unmapped = []
    for agency in agencies:
        for key, record in agency.uses:
            if key not in products:
                findings.append(_odd(record, "unknown-service", f"'{key}' is not among the products: left out"))
            elif (agency.key, key) not in mapped:
                unmapped.append(Use(agency, products[key], record))
    return unmapped


def _odd(record: str, code: str, message: str) -> Finding:
    return Finding(Level.WARNING, code, record, "", message)
