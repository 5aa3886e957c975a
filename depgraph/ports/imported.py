"""What a store holds of each import, and says of its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.model import LOGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.model import Decision, Finding, Import, Need, Node, Tie


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


def latest_date(runs: Iterable[Import]) -> str:
    """Return when the newest facts of some imports were retrieved; empty if there are none: logs hold no facts."""
    return max((run.retrieved for run in runs if run.source not in LOGS), default="")


class Term(NamedTuple):
    """From which revision on an import was in force, and the first one in which it no longer was, or None.

    Both are one revision where it never was in force.
    """

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
