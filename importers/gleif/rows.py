"""From the row of a table to a record: statuses are judged here, each word of the source by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.countries import countries
from depgraph.errors import InvalidIdError
from depgraph.ids import mint, value_of
from importers.gleif import columns
from importers.gleif.records import Entity, Exemption, Relation, Span

if TYPE_CHECKING:
    from importers.readers.record import Record
    from importers.readers.tally import Tally

DIRECT: Final = "IS_DIRECTLY_CONSOLIDATED_BY"
ULTIMATE: Final = "IS_ULTIMATELY_CONSOLIDATED_BY"
BRANCH_OF: Final = "IS_INTERNATIONAL_BRANCH_OF"
OF_FUNDS: Final = frozenset({"IS_FUND-MANAGED_BY", "IS_SUBFUND_OF", "IS_FEEDER_TO"})
READ: Final = frozenset({DIRECT, ULTIMATE, BRANCH_OF})

SOLE_PROPRIETOR: Final = "SOLE_PROPRIETOR"
REPLACED: Final = frozenset({"DUPLICATE", "MERGED"})
"""Registrations of an entity that is another one."""

_REGISTERS: Final = {"RA000463": "kvk", "RA000025": "kbo", "RA000432": "rcs"}
"""The schemes of national numbers, by the code of the register in GLEIF's list of registration authorities."""
_NUMBERED: Final = frozenset({"GENERAL", "RESIDENT_GOVERNMENT_ENTITY", ""})
"""Whose number is its own: that of a branch or a sub-fund may be another's."""

_STANDING: Final = frozenset({"PUBLISHED", "LAPSED", "PENDING_TRANSFER", "PENDING_ARCHIVAL", ""})
_ENDED: Final = frozenset({"RETIRED"})
_STATUSES: Final = frozenset({"ACTIVE", "INACTIVE", ""})
"""Of a relation; the word NULL says that nothing is known to hold."""
_UNDATED: Final = "NULL"
"""A word that stands for no word."""
_NAMES: Final = (columns.OTHER_NAME, columns.ASCII_NAME)


def national_id(authority: str, number: str) -> str:
    """Return the id that a number in a national register is, empty where the register has no scheme here.

    Examples
    --------
    >>> national_id("RA000463", "1234 5678"), national_id("RA999999", "1")
    ('kvk:12345678', '')

    """
    scheme = _REGISTERS.get(authority)
    return minted(scheme, number) if scheme and number else ""


def minted(scheme: str, written: str) -> str:
    """Return an id; empty if the value is none of its scheme."""
    try:
        return mint(scheme, written)
    except InvalidIdError:
        return ""


def lei_of(written: str) -> str:
    """Return an LEI in its one spelling; empty if it is none."""
    return value_of(minted("lei", written))


def entity_of(row: Record, tally: Tally) -> Entity | None:
    """Return the entity of a row, None if its LEI is none."""
    lei = lei_of(row.maybe_text(columns.LEI))
    if not lei:
        tally.add("bad-lei", row.record, "LEI")
        return None
    category = _word(row, columns.ENTITY_CATEGORY)
    number = ""
    if category in _NUMBERED:
        number = national_id(_word(row, columns.AUTHORITY), row.maybe_text(columns.NUMBER))
    successors = {lei_of(row.maybe_text(column)) for column in columns.SUCCESSORS}
    return Entity(
        lei=lei,
        names=() if category == SOLE_PROPRIETOR else tuple(_names(row)),
        country=_country(row),
        category=category,
        status=_word(row, columns.ENTITY_STATUS),
        registration=_word(row, columns.REGISTRATION_STATUS),
        successors=tuple(sorted(successors - {"", lei})),
        number=number,
        updated=row.maybe_text(columns.UPDATED),
        record=row.record,
    )


def _names(row: Record) -> list[str]:
    named = [row.maybe_text(columns.NAME)]
    named += [row.maybe_text(f"{group}.{at}") for group in _NAMES for at in range(1, columns.MOST + 1)]
    return list(dict.fromkeys(name for name in named if name and name != _UNDATED))


def _country(row: Record) -> str:
    """Return where an entity is incorporated, else where its legal address is; a region is part of its country."""
    for column in (columns.JURISDICTION, columns.COUNTRY):
        code = _word(row, column)[:2].upper()
        if code in countries():
            return code
    return ""


def relation_of(row: Record, tally: Tally) -> Relation | None:
    """Return the relation of a row that states control or a branch and that stands; what does not is counted."""
    kind = _word(row, columns.TYPE)
    if kind not in READ:
        tally.add(
            "fund-relation" if kind in OF_FUNDS else "other-relation", row.record, "Relationship.RelationshipType"
        )
        return None
    if any(row.maybe_text(column) not in ("LEI", "") for column in columns.NODE_TYPES):
        tally.add("other-node", row.record)
        return None
    child, parent = (lei_of(row.maybe_text(column)) for column in (columns.CHILD, columns.PARENT))
    if not child or not parent or child == parent:
        tally.add("bad-lei", row.record)
        return None
    registration, status = _word(row, columns.REGISTRATION_STATUS), row.maybe_text(columns.RELATION_STATUS)
    ended = registration in _ENDED or status == "INACTIVE"
    if registration not in _STANDING | _ENDED or status not in _STATUSES:
        tally.add("not-published", row.record)
        return None
    spans = _spans(row, tally)
    if ended:
        spans = tuple(span for span in spans if span.end)
    if not spans:
        tally.add("ended-undated" if ended else "bad-period", row.record)
        return None
    if registration == "LAPSED":
        tally.add("lapsed", row.record)
    return Relation(child, parent, kind, spans, _share(row, tally), row.maybe_text(columns.UPDATED), row.record)


def _spans(row: Record, tally: Tally) -> tuple[Span, ...]:
    """Return the periods of the relationship itself, not of its accounts or documents; without one it is open."""
    spans = []
    stated = False
    for number in range(1, columns.MOST + 1):
        group = f"{columns.PERIOD}.{number}"
        if _word(row, f"{group}.periodtype") != "RELATIONSHIP_PERIOD":
            continue
        stated = True
        span = Span(row.maybe_date(f"{group}.startdate"), row.maybe_date(f"{group}.enddate"))
        if span.begin and span.end and span.end < span.begin:
            tally.add("bad-period", row.record, f"Relationship.Period.{number}.endDate")
        else:
            spans.append(span)
    return tuple(spans) if stated else (Span(None, None),)


def _share(row: Record, tally: Tally) -> float | None:
    """Return the part that is consolidated, if it shows control; 1.00 may be one per cent or all."""
    for number in range(1, columns.MOST + 1):
        written = row.maybe_text(f"{columns.QUANTIFIER}.{number}.quantifieramount")
        if not written:
            continue
        try:
            percent = float(written)
        except ValueError:
            percent = 0.0
        if 50 < percent <= 100 and _word(row, f"{columns.QUANTIFIER}.{number}.quantifierunits") == "PERCENTAGE":
            return percent / 100
        tally.add("share", row.record)
    return None


def exemption_of(row: Record, tally: Tally) -> Exemption | None:
    """Return why an entity reports no parent, None if its LEI is none."""
    lei = lei_of(row.maybe_text(columns.LEI))
    if not lei:
        tally.add("bad-lei", row.record, "LEI")
        return None
    reasons = [_word(row, f"{columns.REASON}.{at}") for at in range(1, columns.MOST + 1)]
    return Exemption(lei, _word(row, columns.CATEGORY), tuple(filter(None, reasons)), row.record)


def deleted(row: Record) -> bool:
    """Say whether a later file takes the record out; an empty mark, as full files have, does not."""
    return any(row.maybe_text(name) for name in row.names() if "deletion" in name or "deletedat" in name)


def _word(row: Record, column: str) -> str:
    written = row.maybe_text(column)
    return "" if written == _UNDATED else written
