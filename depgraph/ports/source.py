"""The seam above: a source turns files into facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from depgraph.model import Label, Marking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from depgraph.model import Facts, Kind, Value


class Weight(StrEnum):
    """What it leads to that a rule of a format is broken."""

    REJECTS = "would be rejected"
    WARNS = "warned"


class Quality(StrEnum):
    """The quality of data that a rule guards: the six words of Implementing Regulation (EU) 2024/2956."""

    ACCURACY = "accuracy"
    COMPLETENESS = "completeness"
    CONSISTENCY = "consistency"
    INTEGRITY = "integrity"
    UNIFORMITY = "uniformity"
    VALIDITY = "validity"


class Graded(NamedTuple):
    """What a rule of a format is to whoever receives it."""

    weight: Weight
    quality: Quality
    title: str


OPEN: Final = Marking(Label.CLEAR)
"""Everyone may see it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a store knows, for a source that keeps nothing else or checks what it reads with it.

    Attributes
    ----------
    ids : frozenset of str
        Every id of a party that imports of other sources name, on any date, and of the groups that these belong to.
    entities : mapping of str to mapping, or None
        What the source that is asked about parties says of each, by its id; None where nothing was imported of it.
    own : frozenset of str
        For a reply: the keys of the ids of the organisation asked, of its parts and of their functions.

    """

    ids: frozenset[str] = frozenset()
    entities: Mapping[str, Mapping[str, Value]] | None = None
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """What the user handed to an importer.

    Attributes
    ----------
    paths : tuple of Path
        At least one, each exists.
    ignore : frozenset of str
        Columns or keys that the user knows to be foreign to the format.
    decimal : str
        The sign before decimals in all texts that are numbers, ``point`` or ``comma``; the
        other one parts thousands. Empty: each column shows it, or is asked about.
    placeholders : str
        ``unknown``: texts such as N/A in place of a provider mean one that nobody knows.
        Empty: they are errors.
    authority : str
        The country of the authority that a filing is for, ISO 3166-1 alpha-2; empty where nobody says.
    today : str
        ISO 8601 date; empty where nobody says.
    mapping : Path or None
        How the columns of a table become facts.
    known : Known or None
        What the store knows; None: everything is to be kept.
    passed : callable
        Told now and then how many records were read of which nothing is kept, as the source means it.
    all_cpv : bool
        Whether procurement notices are read whatever is bought, and not ICT alone.
    veat : bool
        Whether a notice that a contract is going to be awarded counts as its award.
    assume_years : float or None
        How long a contract is taken to run for which no end is stated; None: without end.
    reached : callable
        Told now and then which part of the input was read, in [0, 1] and never less than before, by sources that know.

    """

    paths: tuple[Path, ...]
    ignore: frozenset[str] = frozenset()
    decimal: Literal["", "point", "comma"] = ""
    placeholders: Literal["", "unknown"] = ""
    authority: str = ""
    today: str = ""
    mapping: Path | None = None
    known: Known | None = None
    passed: Callable[[int], None] = lambda _: None
    all_cpv: bool = False
    veat: bool = False
    assume_years: float | None = None
    reached: Callable[[float], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The declaration of a source that can be imported.

    Attributes
    ----------
    read : callable
        Yields the facts of each record, and findings; raises `InputError` only where
        nothing more can be read.
    stated_date : callable
        Gives the ISO date that the data state of themselves, or None.
    part_of : callable
        Gives the part of the source that the data are, where nobody names it; empty if all of it. Parts that the data
        name are not replaced by older ones.
    stated_age : callable
        Gives how old the data say that they are, a text that sorts, where a part that they name may be made twice for
        one date: the findings `register` of the import say the same. Empty if they say nothing more than the date.
    caveat : str
        What an answer that rests on this source must say; empty if nothing.
    expect : mapping of Kind to range
        How many distinct nodes of each kind a full import plausibly has.
    trust : int
        Orders sources that describe one node: the higher one's value is kept.
    tables : bool
        Whether people fill it by hand, so that `Given.decimal` and `Given.placeholders`
        mean something for it.
    mapped : bool
        Whether `Given.mapping` is needed.
    selects : bool
        Whether it keeps what `Given.known` has, unless everything is asked for.
    replies : bool
        Whether it is what an organisation says of itself, named by `part_of`: `Given.known` has what is its own.
    checks_with : str
        The source whose entities its rules ask about, in `Given.known`; empty if they ask about none.
    notices : bool
        Whether it is notices of procurement, so that `Given.all_cpv`, `Given.veat` and
        `Given.assume_years` mean something for it.
    about : str
        The docstring of its room, in Markdown: what becomes what, what is ignored and why,
        and what to beware of. The page about the source is made of it and of this declaration.
    rules : callable
        Gives the published rules that the data are checked against, by the code of the findings that they are broken.

    """

    name: str
    title: str
    publisher: str
    licence: str
    url: str
    formats: str
    read: Callable[[Given], Iterator[Facts]]
    stated_date: Callable[[Given], str | None] = lambda _: None
    part_of: Callable[[Given], str] = lambda _: ""
    stated_age: Callable[[Given], str] = lambda _: ""
    caveat: str = ""
    expect: Mapping[Kind, range] = field(default_factory=dict)
    trust: int = 50
    tables: bool = False
    marking: Marking = OPEN
    mapped: bool = False
    selects: bool = False
    checks_with: str = ""
    replies: bool = False
    notices: bool = False
    about: str = ""
    rules: Callable[[Given], Mapping[str, Graded]] = lambda _: {}
