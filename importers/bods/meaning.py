"""What statements mean: parties, and who owns them by more than half or by declared control."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from depgraph.errors import InvalidIdError
from depgraph.ids import UNKNOWN, mint
from depgraph.model import Facts, Finding, Node, TieKind, Value
from importers.bods.files import statements
from importers.bods.reading import read_statements
from importers.bods.records import Side
from importers.bods.sorts import SORTS
from importers.links import tie
from importers.readers.faults import facts_of_findings
from importers.readers.remarks import Remarks
from importers.readers.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from depgraph.model import Tie
    from depgraph.ports import Given
    from importers.bods.records import Entity, Held, Link, Told

SIZED: Final = frozenset({"shareholding", "votingRights"})
"""Interests that are control if they are more than half."""
CONTROL: Final = frozenset(
    (
        *("appointmentOfBoard", "otherInfluenceOrControl", "influenceOrControl"),
        *("controlViaCompanyRulesOrArticles", "controlByLegalFramework"),
    )
)
"""Interests that declare control, whatever the share."""
UNKNOWN_KINDS: Final = frozenset({"", "unknownInterest", "unpublishedInterest"})
TRUSTS: Final = frozenset(
    (
        *("settlor", "trustee", "protector", "beneficiaryOfLegalArrangement", "nominee", "nominator", "settlorOfTrust"),
        *("trusteeOfTrust", "protectorOfTrust", "beneficiaryOfTrust", "otherInfluenceOrControlOfTrust"),
    )
)
OTHERS: Final = frozenset(
    (
        *("seniorManagingOfficial", "rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome", "boardMember"),
        *("rightsGrantedByContract", "conditionalRightsGrantedByContract", "boardChair", "enjoymentAndUseOfAssets"),
        "rightToProfitOrIncomeFromAssets",
    )
)
"""Interests that are no control of an entity."""

NAMELESS: Final = frozenset({"anonymousEntity", "unknownEntity"})
OF_STATES: Final = frozenset({"state", "stateBody"})

_SCHEMES: Final = {"XI-LEI": "lei", "NL-KVK": "kvk", "BE-BCE_KBO": "kbo", "LU-RCS": "rcs"}
"""The scheme of ids that each list of identifiers of org-id.guide is."""
_HALF: Final = 0.5


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each entity and of each relationship that is control.

    Raises
    ------
    MissingPathError, InputError
        As `importers.bods.files.statements`.

    """
    tally, remarks, findings = Tally(SORTS), Remarks(given.ignore), list[Finding]()
    told = read_statements(statements(given, remarks), tally, findings)
    ids = _ids(told.entities.values())
    for entity in told.entities.values():
        if entity.kind not in NAMELESS:
            yield Facts(nodes=(_node(entity, ids[entity.key]),))
    direct = _directly_owned(told)
    for link in told.links.values():
        for made in _ties(link, told, ids, direct, tally):
            yield Facts(ties=(made,))
    yield from facts_of_findings((*findings, *tally.findings(), *remarks.findings()))


def _ids(entities: Collection[Entity]) -> dict[str, tuple[str, ...]]:
    """Return all ids of each entity, the first of which it is called by.

    Without an id of its own an entity is known by its name, with the number that another register gave it, or with its
    key where another one has that name.
    """
    ids: dict[str, tuple[str, ...]] = {}
    named = Counter(map(_by_name, entities))
    for entity in entities:
        own = [made for scheme, number in entity.numbers if (made := _minted(scheme, number))]
        name = _by_name(entity)
        alone = name if name and named[name] == 1 else f"{name or 'entity'} ({entity.key})"
        ids[entity.key] = tuple(dict.fromkeys(own)) or (mint("name", alone),)
    return ids


def _by_name(entity: Entity) -> str:
    """Return a name with a number that is of no scheme here; without either, an empty text."""
    number = next((f"{scheme} {number}" for scheme, number in entity.numbers if number), "")
    return f"{entity.name} ({number.strip()})" if entity.name and number else entity.name or number


def _minted(scheme: str, number: str) -> str:
    try:
        return mint(_SCHEMES[scheme], number) if scheme in _SCHEMES and number else ""
    except InvalidIdError:
        return ""


def _node(entity: Entity, ids: tuple[str, ...]) -> Node:
    names = tuple(mint("name", name) for name in dict.fromkeys(entity.others) if name != entity.name)
    attributes: dict[str, Value] = {
        "name": entity.name,
        "country": entity.country,
        "entity_type": entity.kind if entity.kind in OF_STATES else "",
        "identifiers": (*ids[1:], *(name for name in names if name not in ids)),
    }
    return Node(ids[0], {key: value for key, value in attributes.items() if value}, entity.record)


def _directly_owned(told: Told) -> frozenset[str]:
    """Return who has an owner that is stated to be a direct one and an entity."""
    return frozenset(
        link.subject
        for link in told.links.values()
        if link.party in told.entities and any(one.direct != "indirect" for one in link.interests)
    )


def _ties(
    link: Link, told: Told, ids: Mapping[str, tuple[str, ...]], direct: frozenset[str], tally: Tally
) -> Iterator[Tie]:
    """Yield the ties that a relationship is; what is none is counted."""
    if link.side is Side.UNSTATED:
        tally.add("unstated", link.record)
        return
    if link.side is Side.PERSON or link.party in told.persons:
        return
    subject, party = told.entities.get(link.subject), told.entities.get(link.party)
    if subject is None or party is None or subject.kind in NAMELESS:
        tally.add("reference-missing", link.record)
        return
    if _is_counted_elsewhere(link, told, direct):
        tally.add("indirect", link.record)
        return
    owner = ids[link.party][0]
    if party.kind in NAMELESS:
        tally.add("unknown-owner", link.record)
        owner = f"{UNKNOWN}{link.party} (BODS)"
    if owner == ids[link.subject][0]:
        tally.add("own-owner", link.record)
        return
    for (begin, end), interests in _by_period(link, tally).items():
        controls, share = _control(interests, link.record, tally)
        if controls:
            yield tie(
                TieKind.OWNED_BY,
                ids[link.subject][0],
                owner,
                record=link.record,
                share=share,
                valid_from=begin,
                valid_to=end,
            )


def _is_counted_elsewhere(link: Link, told: Told, direct: frozenset[str]) -> bool:
    """Say whether an indirect interest is what its components say, or stands above a direct owner."""
    if any(key in told.links and key != link.key for key in link.components):
        return True
    indirect = bool(link.interests) and all(one.direct == "indirect" for one in link.interests)
    return indirect and link.subject in direct


def _by_period(link: Link, tally: Tally) -> dict[tuple[str | None, str | None], list[Held]]:
    """Return the interests by the days on which they hold; a record that was closed has ended by then."""
    interests: defaultdict[tuple[str | None, str | None], list[Held]] = defaultdict(list)
    for one in link.interests:
        end = min(filter(None, (one.end, link.ended)), default=None)
        if one.begin and end and end < one.begin:
            tally.add("bad-period", link.record)
        else:
            interests[one.begin, end].append(one)
    return interests


def _control(interests: Sequence[Held], record: str, tally: Tally) -> tuple[bool, float | None]:
    """Return whether interests of one period are control, and the part that is held where it is known exactly."""
    sorts = [(_sort(one), one) for one in interests]
    controlling = [one for sort, one in sorts if sort == "control"]
    if not controlling:
        for sort in dict.fromkeys(sort for sort, _ in sorts):
            tally.add(sort, record)
        return False, None
    exact = [one.low for one in controlling if one.low is not None and _HALF < one.low == one.high]
    return True, max(exact, default=None)


def _sort(one: Held) -> str:
    """Return what an interest is: control, or the sort of what is left out."""
    if one.type in TRUSTS:
        return "trust"
    if one.type in OTHERS:
        return "minority"
    if one.type not in SIZED | CONTROL | UNKNOWN_KINDS:
        return "other-interest"
    if one.type in CONTROL or _is_more_than_half(one):
        return "control"
    return "minority" if one.high is not None and one.high <= _HALF else "control-unknown"


def _is_more_than_half(one: Held) -> bool:
    return one.low is not None and (one.low > _HALF or (one.low == _HALF and one.above))
