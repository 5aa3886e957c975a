"""The two seams: a source turns files into facts, a store keeps facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

from depgraph.model import Label, Marking

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray

    from depgraph.model import Decision, Facts, Finding, Import, Kind, Need, Node, Tie, Value


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

    """

    ids: frozenset[str] = frozenset()
    entities: Mapping[str, Mapping[str, Value]] | None = None


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
    notices: bool = False
    about: str = ""
    rules: Callable[[Given], Mapping[str, Graded]] = lambda _: {}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many facts of each sort an import holds."""

    nodes: int = 0
    needs: int = 0
    ties: int = 0
    decisions: int = 0


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that an import read.

    Attributes
    ----------
    name : str
        Relative to what was given.
    size : int
        In bytes.
    sha256 : str
        In hexadecimal.

    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """From what an import was made; what is not known, as of an import by an older depgraph, is empty or None.

    Attributes
    ----------
    files : tuple of InputFile
    versions : tuple of (str, str)
        Of depgraph, the importer and reference tables.
    records : int or None
        Records read.
    left_out : int or None
        Records left out because they are bad.

    """

    files: tuple[InputFile, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    records: int | None = None
    left_out: int | None = None


UNKNOWN_RECEIPT: Final = Receipt()
"""Nobody kept from what the import was made."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One import as a store holds it; its facts can be read once, in the order given.

    Attributes
    ----------
    revision : int
        The revision that this import made; it is the import's id.

    """

    run: Import
    revision: int
    counts: Counts
    findings: tuple[Finding, ...]
    nodes: Iterable[Node] = ()
    needs: Iterable[Need] = ()
    ties: Iterable[Tie] = ()
    decisions: Iterable[Decision] = ()
    receipt: Receipt = UNKNOWN_RECEIPT


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import stood in the store that it is copied from.

    Attributes
    ----------
    revision : int
        Later than any in the store that it is copied to.
    oldest : int
        The oldest revision that could be read there: what was pruned stays so.

    """

    revision: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All facts of a store at one revision, sources and parts in alphabetical order."""

    revision: int
    imports: tuple[Imported, ...]


class Term(NamedTuple):
    """From which revision on an import was in force, and the first one in which it no longer was, or None."""

    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Superseded:
    """An import in the history of a store.

    Attributes
    ----------
    terms : tuple of Term
        When it was in force: once since it was made, and again wherever the store went back.
    sha256 : str
        Of all that the store holds of it, its facts included, as each store takes it; empty if it does not.

    """

    run: Import
    revision: int
    terms: tuple[Term, ...]
    counts: Counts
    receipt: Receipt = UNKNOWN_RECEIPT
    sha256: str = field(default="", compare=False)

    @property
    def until(self) -> int | None:
        """The revision that replaced it or took it out; None if it is in force."""
        return self.terms[-1].until

    def held_at(self, revision: int) -> bool:
        """Say whether it is in force at a revision."""
        return any(term.since <= revision and (term.until is None or term.until > revision) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Description:
    """What a store says of itself: its kind, place, version, revisions and history.

    Attributes
    ----------
    revision : int
        The latest; 0 is the empty store.
    oldest : int
        The oldest revision that can be read: earlier ones were pruned.
    history : tuple of Superseded
        By revision.
    pending : str
        What is still to be done, and by what; empty if nothing.

    """

    kind: str
    location: str
    version: str
    revision: int
    history: tuple[Superseded, ...]
    pending: str = ""
    oldest: int = 0


class GraphKey(NamedTuple):
    """All that an assembled graph rests on, beside the store and the program.

    Attributes
    ----------
    imports : tuple of (int, str)
        The revision and the SHA-256 of each import behind it.
    lens : mapping
        Through what it is seen, as JSON can say it.

    """

    imports: tuple[tuple[int, str], ...]
    lens: Mapping[str, Any]


class Kept(NamedTuple):
    """An assembled graph at rest: what JSON says of it, and its arrays by name."""

    said: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class ShelfTold:
    """Where graphs are kept, how many and how large, and how many were damaged; no folder where none are kept."""

    folder: str = ""
    count: int = 0
    size: int = 0
    damaged: int = 0


class Shelf(Protocol):
    """Keeps assembled graphs of one store: a cache. Whatever goes wrong there, the graph is only assembled anew."""

    def find(self, key: GraphKey) -> Kept | None:
        """Return the graph that was kept under a key, if it is there and as it was written."""
        ...

    def keep(self, key: GraphKey, kept: Kept) -> None:
        """Keep a graph."""
        ...

    def drop(self, in_force: Collection[str] = ()) -> None:
        """Delete every graph that rests on any import but these, by their SHA-256."""
        ...

    def describe(self) -> ShelfTold:
        """Return what is kept, once it is checked."""
        ...


class NoShelf:
    """Keeps nothing."""

    def find(self, key: GraphKey) -> Kept | None:  # noqa: ARG002 - nothing is there
        """Return None."""
        return None

    def keep(self, key: GraphKey, kept: Kept) -> None:
        """Do not."""

    def drop(self, in_force: Collection[str] = ()) -> None:
        """There is nothing to be deleted."""

    def describe(self) -> ShelfTold:
        """Return that nothing is kept."""
        return ShelfTold()


class Store(Protocol):
    """Keeps the facts of each import, whole or not at all.

    `describe` and `prune` stand beside replace, load, search and close because `status`
    must show the history without reading a million facts, and because forgetting is a
    person's decision that no import may take. `put_in_force` is that of taking an import
    out, or of going back: it changes no fact, so it can be no import. `check` reads all
    that is stored, which no answer needs, and finds what no answer would notice. `graphs` is
    the store's since it alone knows when imports cease to be in force: then it drops what rests on them.
    """

    @property
    def graphs(self) -> Shelf:
        """Where graphs assembled from this store are kept."""
        ...

    def replace(
        self,
        run: Import,
        facts: Iterable[Facts],
        *,
        origin: Origin | None = None,
        receipt: Callable[[], Receipt] | None = None,
    ) -> Imported:
        """Store `facts` as all that this source and part say from now on.

        One transaction: if `facts` raises, or anything else fails, the store holds what
        it held before. Findings among the facts are kept with the import.

        Parameters
        ----------
        run : Import
        facts : iterable of Facts
        origin : Origin, optional
            Of an import that is copied: it keeps the revision that it had. Without it the
            import makes the next one.
        receipt : callable, optional
            Asked once, when `facts` are exhausted: only then is known how many records they were.
            Without it the receipt is unknown.

        """
        ...

    def put_in_force(self, imports: Collection[int], *, origin: Origin | None = None) -> int:
        """Make a new revision that holds exactly these imports of the history; return its number.

        Raises
        ------
        UsageError
            If one is not in the history. The store is unchanged.

        """
        ...

    def load(self, revision: int | None = None) -> AbstractContextManager[Snapshot]:
        """Give the facts of one revision (default: the latest), unmoved by later imports.

        Raises
        ------
        UsageError
            If the revision does not exist or was pruned.

        """
        ...

    def search(self, text: str, *, limit: int, revision: int | None = None) -> list[str]:
        """Return ids that may match `text`; candidates only: the core matches and orders them."""
        ...

    def describe(self) -> Description:
        """Return what the store holds, without reading its facts."""
        ...

    def prune(self) -> int:
        """Forget every superseded import; return how many were forgotten."""
        ...

    def check(self, *, redraw: bool = False) -> str:
        """Read all that is stored and find it sound; return what is amiss that loses no facts, empty if nothing.

        Parameters
        ----------
        redraw : bool
            Put right what is only drawn from the facts.

        Raises
        ------
        StoreError
            If something is damaged.

        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
