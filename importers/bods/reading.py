"""From statements to what they say in the end: versions 0.1 to 0.3 replace statements, 0.4 has the latest of a record.

Nothing of a person is read but that it is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.countries import countries
from importers.bods.records import Entity, Held, Link, Side, Told
from importers.readers.faults import read_each

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.model import Finding
    from importers.readers.record import Record
    from importers.readers.tally import Tally

_IGNORED: Final = frozenset(
    (
        *("statementDate", "annotations", "publicationDetails", "source", "declaration", "declarationSubject"),
        *("isComponent", "recordStatus", "recordType", "statementType", "statementId", "statementID", "recordId"),
    )
)
_IGNORED_ENTITY: Final = frozenset(
    (
        *("isComponent", "unspecifiedEntityDetails", "missingInfoReason", "foundingDate", "dissolutionDate"),
        *("addresses", "uri", "publicListing", "formedByStatute", "entitySubtype"),
    )
)
_IGNORED_LINK: Final = frozenset({"isComponent"})
_IGNORED_INTEREST: Final = frozenset({"beneficialOwnershipOrControl", "details"})
_TYPES: Final = {
    "entityStatement": "entity",
    "personStatement": "person",
    "ownershipOrControlStatement": "relationship",
    "entity": "entity",
    "person": "person",
    "relationship": "relationship",
}
_AND_SO_ON: Final = frozenset({"reason", "description"})


class _Statement(NamedTuple):
    """One statement: which record it is of, when it was made, and what it replaces."""

    id: str
    key: str
    kind: str
    date: str
    closed: bool
    replaces: tuple[str, ...]
    said: Entity | Link | None
    record: str


def read_statements(records: Iterable[Record | Finding], tally: Tally, findings: list[Finding]) -> Told:
    """Return what statements say in the end; the order in which they stand does not matter."""
    latest: dict[tuple[str, str], _Statement] = {}
    replaced: dict[str, str] = {}
    for one in read_each(records, lambda record: _statement(record, tally), findings):
        if one.kind not in _TYPES.values():
            continue
        before = latest.get((one.kind, one.key))
        if before:
            older, newer = sorted((before, one), key=lambda each: (each.date, each.closed, each.id))
            tally.add("replaced", older.record)
            latest[one.kind, one.key] = _with_interests(newer, older)
        else:
            latest[one.kind, one.key] = one
        replaced |= dict.fromkeys(one.replaces, one.key)
    for (kind, key), one in list(latest.items()):
        if key in replaced and replaced[key] != key:
            del latest[kind, key]
            tally.add("replaced", one.record)
    persons = frozenset(key for kind, key in latest if kind == "person")
    now = {key: _end_of(key, replaced) for key in replaced}
    entities = {one.key: one.said for one in latest.values() if isinstance(one.said, Entity)}
    links = {
        one.key: one.said._replace(
            subject=now.get(one.said.subject, one.said.subject),
            party=now.get(one.said.party, one.said.party),
            components=tuple(now.get(key, key) for key in one.said.components),
            ended=one.date if one.closed else None,
        )
        for one in latest.values()
        if isinstance(one.said, Link)
    }
    for key in sorted(persons):
        tally.add("person", latest["person", key].record)
    return Told(entities, links, persons | {old for old, new in now.items() if new in persons})


def _with_interests(newer: _Statement, older: _Statement) -> _Statement:
    """Return the newer statement; one that closes a record need not say again what had been there."""
    if newer.closed and isinstance(newer.said, Link) and isinstance(older.said, Link) and not newer.said.interests:
        return newer._replace(said=older.said)
    return newer


def _end_of(key: str, replaced: dict[str, str]) -> str:
    seen = {key}
    while (later := replaced.get(key, key)) not in seen:
        seen.add(later)
        key = later
    return key


def _statement(record: Record, tally: Tally) -> _Statement:
    """Return a statement of any version."""
    new = record.has("recordType") or record.has("recordDetails")
    own = record.identifier("statementId") if record.has("statementId") else record.identifier("statementID")
    kind = _TYPES.get(record.text("recordType" if new else "statementType"), "")
    key = (record.maybe_identifier("recordId") or own) if new else own
    said: Entity | Link | None = None
    if not kind:
        record.not_read("recordType" if new else "statementType", "is no type of statement")
    elif kind != "person":
        details = record.item("recordDetails") if new else record
        said = _entity(details, key) if kind == "entity" else _link(details, key, tally)
        if new:
            record.close(_IGNORED)
    replaces = record.maybe_texts("replacesStatements") if record.has("replacesStatements") else ()
    closed = record.maybe_text("recordStatus") == "closed"
    date = record.maybe_date("statementDate") or ""
    return _Statement(own, key, kind, date, closed, replaces, said, record.record)


def _entity(details: Record, key: str) -> Entity:
    entity = Entity(
        key=key,
        name=details.maybe_text("name"),
        others=details.maybe_texts("alternateNames"),
        country=_country(details),
        kind=_camel(_kind(details)),
        numbers=tuple(_number(one) for one in details.maybe_items("identifiers")),
        record=details.record,
    )
    details.close(_IGNORED | _IGNORED_ENTITY | {"replacesStatements"})
    return entity


def _kind(details: Record) -> str:
    if not isinstance(details.raw("entityType"), dict):
        return details.maybe_text("entityType")
    told = details.item("entityType")
    kind = told.maybe_text("type")
    told.close({"subtype", "details"})
    return kind


def _country(details: Record) -> str:
    """Return the country of the jurisdiction, which may be a region of it."""
    for name in ("jurisdiction", "incorporatedInJurisdiction"):
        place = details.maybe_item(name)
        if place:
            code = place.maybe_text("code")[:2].upper()
            place.close({"name"})
            if code in countries():
                return code
    return ""


def _number(one: Record) -> tuple[str, str]:
    number = (one.maybe_text("scheme"), one.maybe_identifier("id"))
    one.close({"schemeName", "uri"})
    return number


def _link(details: Record, key: str, tally: Tally) -> Link:
    subject, _ = _party(details, "subject")
    party, side = _party(details, "interestedParty")
    link = Link(
        key=key,
        subject=subject,
        party=party,
        side=side,
        interests=tuple(_held(one, tally) for one in details.maybe_items("interests")),
        components=details.maybe_texts("componentRecords") or details.maybe_texts("componentStatementIDs"),
        ended=None,
        record=details.record,
    )
    details.raw("componentRecords"), details.raw("componentStatementIDs")
    details.close(_IGNORED | _IGNORED_LINK | {"replacesStatements"})
    return link


def _party(details: Record, name: str) -> tuple[str, Side]:
    """Return the key of who is meant; until it is known what it is, of a version 0.4, it counts as an entity."""
    if isinstance(details.raw(name), str):
        return details.maybe_text(name), Side.ENTITY
    told = details.maybe_item(name)
    if told is None:
        return "", Side.UNSTATED
    entity, person = told.maybe_text("describedByEntityStatement"), told.maybe_text("describedByPersonStatement")
    told.raw("unspecified")
    told.close(_AND_SO_ON)
    return (entity or person), (Side.ENTITY if entity else Side.PERSON if person else Side.UNSTATED)


def _held(one: Record, tally: Tally) -> Held:
    share = one.maybe_item("share")
    low, high, above, below = _bounds(share, tally) if share else (None, None, False, False)
    held = Held(
        type=_camel(one.maybe_text("type")),
        direct=one.maybe_text("directOrIndirect") or one.maybe_text("interestLevel"),
        low=low,
        high=high,
        above=above,
        below=below,
        begin=one.maybe_date("startDate"),
        end=one.maybe_date("endDate"),
    )
    one.raw("interestLevel")
    one.close(_IGNORED_INTEREST)
    return held


def _bounds(share: Record, tally: Tally) -> tuple[float | None, float | None, bool, bool]:
    """Return the least and the largest part, and whether the bounds themselves are left out.

    To leave a bound out is a number in some versions, and true or false beside the bound in others.
    """
    exact = _part(share, "exact", tally)
    low, high = _part(share, "minimum", tally), _part(share, "maximum", tally)
    above, below = share.raw("exclusiveMinimum"), share.raw("exclusiveMaximum")
    over = None if isinstance(above, bool) else _part(share, "exclusiveMinimum", tally)
    under = None if isinstance(below, bool) else _part(share, "exclusiveMaximum", tally)
    share.close()
    if exact is not None:
        return exact, exact, False, False
    return (
        low if over is None else over,
        high if under is None else under,
        above is True or over is not None,
        below is True or under is not None,
    )


def _part(share: Record, key: str, tally: Tally) -> float | None:
    percent = share.raw(key)
    if percent is None:
        return None
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
        tally.add("bad-share", share.record, key)
        return None
    return percent / 100


def _camel(word: str) -> str:
    """Return a word of a code list as versions from 0.3 on write it.

    Examples
    --------
    >>> _camel("voting-rights"), _camel("votingRights")
    ('votingRights', 'votingRights')

    """
    return re.sub(r"-([a-z])", lambda found: found[1].upper(), word)
