"""The facts that importers hand over: nodes, ties, needs and decisions, each with its record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Kind(StrEnum):
    """What a node is."""

    PARTY = "party"
    FUNCTION = "function"
    SERVICE = "service"
    PRODUCT = "product"
    PLACE = "place"


class Relation(StrEnum):
    """How a dependent needs its provider."""

    RUN_BY = "run_by"
    USES = "uses"
    PROVIDED_BY = "provided_by"
    SUBCONTRACTS = "subcontracts"
    BUILT_ON = "built_on"
    LOCATED_IN = "located_in"


class TieKind(StrEnum):
    """What joins two nodes without one needing the other."""

    OWNER = "owner"
    OWNED_BY = "owned_by"
    PART_OF = "part_of"


RELATION_ENDS: Final[dict[Relation, tuple[frozenset[Kind], frozenset[Kind]]]] = {
    Relation.RUN_BY: (frozenset({Kind.FUNCTION}), frozenset({Kind.PARTY})),
    Relation.USES: (frozenset({Kind.FUNCTION, Kind.PARTY}), frozenset({Kind.SERVICE, Kind.PARTY})),
    Relation.PROVIDED_BY: (frozenset({Kind.SERVICE}), frozenset({Kind.PARTY})),
    Relation.SUBCONTRACTS: (frozenset({Kind.SERVICE, Kind.PARTY}), frozenset({Kind.PARTY, Kind.SERVICE})),
    Relation.BUILT_ON: (frozenset({Kind.SERVICE}), frozenset({Kind.SERVICE, Kind.PRODUCT})),
    Relation.LOCATED_IN: (frozenset(Kind), frozenset({Kind.PLACE})),
}
"""The kinds of dependent and of provider that each relation joins."""

DEFAULT_RELATIONS: Final = {
    (Kind.PARTY, Kind.PARTY): Relation.USES,
    (Kind.PARTY, Kind.SERVICE): Relation.USES,
    (Kind.FUNCTION, Kind.PARTY): Relation.USES,
    (Kind.FUNCTION, Kind.SERVICE): Relation.USES,
    (Kind.SERVICE, Kind.PARTY): Relation.PROVIDED_BY,
    (Kind.SERVICE, Kind.SERVICE): Relation.BUILT_ON,
    (Kind.SERVICE, Kind.PRODUCT): Relation.BUILT_ON,
    **{(kind, Kind.PLACE): Relation.LOCATED_IN for kind in Kind},
}
"""The relation of a need that says none, by the kinds of its dependent and provider."""

TIE_ENDS: Final[dict[TieKind, tuple[Kind, Kind]]] = {
    TieKind.OWNER: (Kind.FUNCTION, Kind.PARTY),
    TieKind.OWNED_BY: (Kind.PARTY, Kind.PARTY),
    TieKind.PART_OF: (Kind.PARTY, Kind.PARTY),
}
"""The kinds of the two nodes that each tie joins."""


class Label(StrEnum):
    """A label of the Traffic Light Protocol 2.0 (FIRST, 2022), from open to closed."""

    CLEAR = "tlp:clear"
    GREEN = "tlp:green"
    AMBER = "tlp:amber"
    AMBER_STRICT = "tlp:amber+strict"
    RED = "tlp:red"


LABELS: Final = tuple(Label)
"""The labels from open to closed."""


class Marking(NamedTuple):
    """Who may see a fact: a TLP label, and whom it names."""

    label: Label = Label.CLEAR
    hubs: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The label and whom it names, as one line; empty where everybody may see it.

        Examples
        --------
        >>> Marking(Label.AMBER, hubs=("north", "south")).text
        'tlp:amber (hubs: north, south)'

        """
        named = "; ".join(
            f"{name}: {', '.join(whom)}" for name, whom in self._asdict().items() if whom and name != "label"
        )
        if not named and self.label == Label.CLEAR:
            return ""
        return f"{self.label.value} ({named})" if named else self.label.value


class AttributeType(StrEnum):
    """What values an attribute takes."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    LIST = "list of texts"


class Attribute(NamedTuple):
    """One attribute that a node may have.

    `low` and `high` bound a number, both inclusive; `words` lists all values of a closed set.
    """

    type: AttributeType
    kinds: frozenset[Kind]
    meaning: str
    low: float = float("-inf")
    high: float = float("inf")
    words: tuple[str, ...] = ()


Value = str | float | tuple[str, ...]
"""A value of an attribute: text, number (whole ones too) or list of texts."""

FALLBACKS: Final = ("none", "designed", "existing", "operating")
"""How far a function's fallback has come, from nothing to tested in operation."""

MAX_PEOPLE: Final = 10**10
"""People that a function or party may serve: more than live."""

MAX_EUR: Final = 1e15
"""Euros that a need may cost in a year, or a party may own: more than all that is made, or owned, in the world."""

EVIDENCE: Final = ("stated", "documented", "tested")
"""How a redundancy or fallback is known, the weakest first; nothing said is stated."""

_ALL: Final = frozenset(Kind)
_PARTY: Final = frozenset({Kind.PARTY})
_FUNCTION: Final = frozenset({Kind.FUNCTION})
_SERVICE: Final = frozenset({Kind.SERVICE})
_SERVED: Final = frozenset({Kind.FUNCTION, Kind.PARTY})
_TEXT, _NUMBER, _WHOLE, _LIST = AttributeType

ATTRIBUTES: Final[dict[str, Attribute]] = {
    "name": Attribute(_TEXT, _ALL, "what people call it"),
    "identifiers": Attribute(_LIST, _PARTY, "other ids of the same party, scheme:value"),
    "country": Attribute(_TEXT, _PARTY | {Kind.PLACE}, "ISO 3166-1 alpha-2 code of the country where it is"),
    "sector": Attribute(_TEXT, _ALL, "the sector that it belongs to"),
    "hub": Attribute(_TEXT, _ALL, "the sector hub that looks after it"),
    "people": Attribute(_WHOLE, _SERVED, "people served", low=0, high=MAX_PEOPLE),
    "total_assets_eur": Attribute(_NUMBER, _PARTY, "total assets in euros", low=0, high=MAX_EUR),
    "total_assets": Attribute(_TEXT, _PARTY, "total assets in the currency of the source, for example 1200 SEK"),
    "entity_type": Attribute(_TEXT, _PARTY, "what kind of entity it is, in the words of the source"),
    "criticality": Attribute(_NUMBER, _FUNCTION | _PARTY, "how much it matters, 0 to 1", low=0, high=1),
    "tolerance_hours": Attribute(_NUMBER, _FUNCTION, "hours that it may be down before harm counts", low=0),
    "recovery_point_hours": Attribute(_NUMBER, _FUNCTION, "hours of data that it may lose", low=0),
    "impact": Attribute(_TEXT, _FUNCTION | _SERVICE, "what it does that it stops, in the words of the source"),
    "licensed_activity": Attribute(_TEXT, _FUNCTION, "the licensed activity that it is a part of"),
    "fallback": Attribute(_TEXT, _ALL, "how far its fallback has come", words=FALLBACKS),
    "fallback_hours": Attribute(_NUMBER, _ALL, "hours that its fallback carries", low=0),
    "fallback_evidence": Attribute(_TEXT, _ALL, "how its fallback is known", words=EVIDENCE),
    "fallback_evidence_date": Attribute(_TEXT, _ALL, "when its fallback was tested, or that was documented"),
    "recovery_hours": Attribute(_NUMBER, _ALL, "hours from all needs met to working again", low=0),
    "service_type": Attribute(_TEXT, _SERVICE, "type of ICT service, for example DORA S01 to S19"),
    "annual_cost": Attribute(_TEXT, _SERVICE, "annual cost of its contract in its currency, for example 1200 SEK"),
    "contract_value": Attribute(
        _TEXT, _SERVICE, "value of its contract over the whole term in its currency, for example 4800 SEK"
    ),
    "reliance": Attribute(_LIST, _SERVICE, "how far functions rely on it, in the words of the source"),
    "data_sensitivity": Attribute(_LIST, _SERVICE, "how sensitive its data are, in the words of the source"),
    "substitutability": Attribute(_TEXT, _SERVICE, "how hard its provider is to replace, in the words of the source"),
    "exit_plan": Attribute(_TEXT, _SERVICE, "whether there is a plan to leave it", words=("yes", "no")),
    "reintegration": Attribute(_TEXT, _SERVICE, "how hard it is to take back, in the words of the source"),
    "alternatives": Attribute(_TEXT, _SERVICE, "whether other providers were found", words=("yes", "no")),
    "subcontracting": Attribute(_TEXT, _SERVICE, "what the source reports of its subcontractors"),
    "service_model": Attribute(_LIST, _SERVICE, "IaaS, PaaS, SaaS"),
    "deployment_model": Attribute(_TEXT, _SERVICE, "public, government community, private or hybrid cloud"),
    "impact_level": Attribute(_TEXT, _SERVICE, "FIPS 199 impact level for which it is authorised"),
    "business_functions": Attribute(_LIST, _SERVICE, "what it is used for"),
    "status": Attribute(_TEXT, _SERVICE | _PARTY, "its state in the source, in the source's words"),
    "region": Attribute(_TEXT, _PARTY | {Kind.PLACE}, "province, state or region"),
    "hyperscaler": Attribute(_TEXT, _PARTY, "whether the reference list marks the group so", words=("yes", "no")),
    "latitude": Attribute(_NUMBER, frozenset({Kind.PLACE}), "degrees north", low=-90, high=90),
    "longitude": Attribute(_NUMBER, frozenset({Kind.PLACE}), "degrees east", low=-180, high=180),
}
"""Every attribute that a node may have."""


class Node(NamedTuple):
    """What a source says of one node; its kind follows from the scheme of its id."""

    id: str
    attributes: Mapping[str, Value]
    record: str


class Need(NamedTuple):
    """What a source says of one need: `dependent` needs `provider`.

    Attributes
    ----------
    relation : str
        Empty where the source leaves it open: then the kinds of both ends tell it, and of a service's need of a
        party the service types that all sources state.
    requirement : str
        Name of the requirement of the dependent; empty where the source leaves it open: then it is that of the
        service type, and without that the dependent's unnamed one of this relation.
    at_least : str
        How many of the requirement's providers must work, as `parse_at_least` spells it;
        empty: this record does not say.
    service_type : str
        Empty where the source leaves it open: then it is that of the service that is needed.
    share : float or None
        Part of the need in [0, 1].
    cost_eur : float or None
        Annual cost in euros, in [0, `MAX_EUR`].
    valid_from, valid_to : str or None
        ISO 8601 dates, both inclusive; None is open.
    confidence : float
        How sure the source is, in [0, 1].
    record : str
        ``file:line`` or ``file#/json/pointer``, the file relative to what was given.
    evidence : str
        How the redundancy is known: one of `EVIDENCE`; empty: this record does not say, which is stated.
    evidence_date : str or None
        ISO 8601 date on which it was tested, or that was written down.
    denied : bool
        Whether the record says that there is no such need, of which another record speaks: it states nothing else.

    """

    dependent: str
    provider: str
    relation: str
    requirement: str
    at_least: str
    service_type: str
    share: float | None
    cost_eur: float | None
    valid_from: str | None
    valid_to: str | None
    confidence: float
    record: str
    evidence: str = ""
    evidence_date: str | None = None
    denied: bool = False


class NeedsInColumns(Iterable[Need]):
    """Needs that lie as columns, block by block: read once, either one by one or as these columns.

    Parameters
    ----------
    blocks : iterable of list
        Of each block the columns, in the order of the fields of `Need`.

    Examples
    --------
    >>> need = Need("name:a", "name:b", "uses", "", "", "", None, None, None, None, 1.0, "needs.csv:2")
    >>> list(NeedsInColumns([[*zip(need, need)]])) == [need, need]
    True

    """

    def __init__(self, blocks: Iterable[Sequence[Sequence[Any]]]) -> None:
        self.blocks = iter(blocks)
        self._needs = chain.from_iterable(map(_needs_of, self.blocks))

    def __iter__(self) -> Iterator[Need]:
        return self._needs


def _needs_of(columns: Sequence[Sequence[Any]]) -> Iterator[Need]:
    # What `_make` does, without a Python call for each of a million needs.
    return map(partial(tuple.__new__, Need), zip(*columns, strict=True))


class Tie(NamedTuple):
    """What a source says of one tie: `subject` has owner, is owned by or is part of `object`."""

    kind: str
    subject: str
    object: str
    share: float | None
    valid_from: str | None
    valid_to: str | None
    record: str


DECISIONS: Final = "decisions"
"""The source of what people decide: a log for each marking, in one part or, where it is long, in several."""

TRACES: Final = "traces"
"""The source of trace samples: each part is all that was drawn, and found, under one marking. No graph rests on it."""

DISPUTES: Final = "disputes"
"""The source of what an auditor decides of denied needs: `Decision`, whose two ids are the ends of the need, whose
first reason is the name of its requirement, and which is `same` where the need stands though it is denied."""

REMARK: Final = "clearing-remark"
"""The code of a finding that is a remark of an audited body: about whom in `field`, as it was written in `message`."""

LOGS: Final = frozenset({DECISIONS, TRACES, DISPUTES})
"""Sources that no import has: what people did is kept there, and nothing that is a fact of a day."""


class Decision(NamedTuple):
    """Two ids that are one party (`same` true), or that are not (`same` false), and why.

    Attributes
    ----------
    evidence : str
        What shows it, a page or a document for example.
    who : str
        Who decided, as they call themselves; empty where an import says it.
    decided : str
        ISO 8601 date of deciding.
    reasons : tuple of str
        Why the two were a candidate.
    undone : bool
        Whether it takes back what was decided of the two before, and decides nothing.

    """

    first: str
    second: str
    same: bool
    evidence: str
    record: str
    who: str = ""
    decided: str = ""
    reasons: tuple[str, ...] = ()
    note: str = ""
    undone: bool = False


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(NamedTuple):
    """Something to know about the input: where, what, and what to do.

    `record` is ``file:line`` or a JSON pointer, `field` the column or key, empty where none applies.
    """

    level: Level
    code: str
    record: str
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.record}: " if self.record else ""
        what = f"{self.field}: " if self.field else ""
        return f"{where}{what}{self.message}"


class Facts(NamedTuple):
    """What one row or record of a source says; needs alone may be of several, each with its own record."""

    nodes: tuple[Node, ...] = ()
    needs: tuple[Need, ...] = ()
    ties: tuple[Tie, ...] = ()
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()


class Import(NamedTuple):
    """One run of an importer: what its facts have in common.

    `retrieved` is an ISO 8601 date. `trust` orders sources that describe one node: higher wins.
    """

    source: str
    part: str
    retrieved: str
    marking: Marking
    trust: int
    licence: str


class Provenance(NamedTuple):
    """Who says so: one record of one import."""

    source: str
    part: str
    record: str
    retrieved: str
    import_id: int
    marking: Marking


@dataclass(frozen=True, slots=True)
class Bounds:
    """The interval [lower, upper] of providers that a requirement needs, of n."""

    lower: int
    upper: int


def check_evidence(evidence: str, date: str | None) -> None:
    """Raise `ValueError` where what is said of evidence is not whole.

    Examples
    --------
    >>> check_evidence("tested", None)
    Traceback (most recent call last):
    ValueError: tested, but when? give the date

    """
    if evidence and evidence not in EVIDENCE:
        raise ValueError(f"'{evidence}' is not one of {', '.join(EVIDENCE)}")
    if date and not evidence:
        raise ValueError(f"of {date}, but how is it known? write {', '.join(EVIDENCE[:-1])} or {EVIDENCE[-1]}")
    if evidence == EVIDENCE[-1] and not date:
        raise ValueError("tested, but when? give the date")


AT_LEAST_WORDS: Final = ("all", "any", "unknown", "maybe")


def parse_at_least(value: str) -> str:
    """Return the one spelling of a requirement's `at_least`.

    Raises
    ------
    InputError
        If it is neither a number, ``all``, ``any``, ``unknown``, ``maybe`` nor a range ``1..2``.

    Examples
    --------
    >>> [parse_at_least(written) for written in (" ALL", "2", "1..2", "02..2")]
    ['all', '2', '1..2', '2']

    """
    word = value.strip().lower()
    if word in AT_LEAST_WORDS or not word:
        return word
    match = re.fullmatch(r"([0-9]{1,9})(?:\.\.([0-9]{1,9}))?", word, re.ASCII)
    if not match:
        raise InputError(f"'{value}' is not a number, all, any, unknown, maybe or a range such as 1..2")
    lower = int(match[1])
    upper = lower if match[2] is None else int(match[2])
    if lower > upper:
        raise InputError(f"the range '{value}' ends before it begins")
    return str(lower) if lower == upper else f"{lower}..{upper}"


def evaluate_at_least(at_least: str, n: int) -> Bounds:
    """Return [k_lower, k_upper] of a requirement with n providers; a number above n means n.

    Examples
    --------
    >>> evaluate_at_least("unknown", 3)
    Bounds(lower=1, upper=3)
    >>> evaluate_at_least("5", 3)
    Bounds(lower=3, upper=3)

    """
    match at_least:
        case "all":
            return Bounds(n, n)
        case "any":
            return Bounds(min(1, n), min(1, n))
        case "unknown" | "":
            return Bounds(min(1, n), n)
        case "maybe":
            return Bounds(0, n)
    lower, _, upper = at_least.partition("..")
    return Bounds(min(int(lower), n), min(int(upper or lower), n))
