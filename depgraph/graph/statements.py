"""What sources say of one requirement: statements that all hold, evaluated on the graph at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.graph.columns import CHANGE, Said, Strings, strings
from depgraph.graph.doubles import doubles
from depgraph.model import Bounds, evaluate_at_least

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.arrays import Ints

_WORDS: Final = ("", "all", "any", "maybe", "unknown")
"""What a requirement shows besides numbers."""


class Records(NamedTuple):
    """The records behind the needs, in order of requirement: of which one each is, and which provider it names."""

    requirement: Ints
    provider: Ints
    said: Said


class Statements(NamedTuple):
    """What each speaker declares of a requirement, once per word, by requirement.

    Attributes
    ----------
    record : int64[s]
        The first record that says so.
    void : bool[s]
        Whether it no longer holds: another source added a provider, and not by the requirement's name.

    """

    requirement: NDArray[np.int64]
    word: NDArray[np.int64]
    record: NDArray[np.int64]
    lower: Ints
    upper: Ints
    void: NDArray[np.bool_]


class Evaluated(NamedTuple):
    """The bounds of each requirement, what it shows as declared, and the statements behind that.

    Attributes
    ----------
    contradicted : bool[r]
        Whether nothing is left of what its statements have in common.

    """

    lower: Ints
    upper: Ints
    grown: Ints
    at_least: Ints
    words: Strings
    statements: Statements
    contradicted: NDArray[np.bool_]


def evaluate(
    records: Records, n: NDArray[np.int64], unknown: NDArray[np.bool_], heard: NDArray[np.bool_] | None = None
) -> Evaluated:
    """Return the bounds of each requirement.

    Parameters
    ----------
    records : Records
    n : int64[r]
        Distinct providers of each requirement.
    unknown : bool[nodes]
        Which nodes are providers that nobody knows.
    heard : bool[records], optional
        Which records are heard as statements; all by default.

    Notes
    -----
    Statements are evaluated on the n providers at hand and intersected; where nothing is left
    they contradict each other, and [min, max] of them holds. `unknown` says nothing. `maybe`,
    [0, n], counts where nobody declares more. Where nobody says anything it is [1, n].
    Then k_upper grows by unknown providers (`depgraph.graph.doubles`). Where one of these may be the
    very provider that makes a statement void, that it holds is open too: all of it is unknown.

    """
    statements = _statements(records, n, heard)
    declares = ~statements.void & ~_is_open(statements.word, records.said.words)
    declared, starts = _grouped(statements.requirement[declares])
    low, high = statements.lower[declares], statements.upper[declares]
    lower, upper = np.minimum(n, 1).astype(np.int32), n.astype(np.int32)
    maybe = _says(statements.word, records.said.words, "maybe") | (statements.void & (statements.lower == 0))
    lower[statements.requirement[maybe]] = 0
    contradicted = np.zeros(len(n), dtype=np.bool_)
    if len(declared):
        least, most = np.maximum.reduceat(low, starts), np.minimum.reduceat(high, starts)
        apart = least > most
        lower[declared] = np.where(apart, np.minimum.reduceat(low, starts), least)
        upper[declared] = np.where(apart, np.maximum.reduceat(high, starts), most)
        contradicted[declared] = apart
    at_least, words = _shown(statements, declares, maybe, records.said.words, lower, upper)
    several = doubles(records, unknown, len(n))
    # If an unknown provider is the one that was added, what no longer holds does hold after all.
    doubtful = np.zeros(len(n), dtype=np.bool_)
    doubtful[statements.requirement[statements.void]] = True
    doubtful &= several > 0
    lower[doubtful], upper[doubtful] = 1, n[doubtful]
    lower[statements.requirement[doubtful[statements.requirement] & (statements.lower == 0)]] = 0
    grown = np.minimum(n - upper, several).astype(np.int32)
    return Evaluated(lower, upper + grown, grown, at_least, words, statements, contradicted & ~doubtful)


def doubted_providers(requirement: Ints, provider: Ints, sure: NDArray[np.bool_], n: NDArray[np.int64]) -> Ints:
    """Return int32[r]: of how many of its n distinct providers no record of a requirement is sure.

    A provider that several records name is as sure as the surest of them.
    """
    if bool(sure.all()):
        return np.zeros(len(n), dtype=np.int32)
    size = np.int64(int(provider.max(initial=0)) + 1)
    pairs = np.unique(requirement[sure].astype(np.int64) * size + provider[sure])
    return (n - np.bincount((pairs // size).astype(np.int64), minlength=len(n))).astype(np.int32)


def widened_by(doubted: Ints, lower: Ints, upper: Ints, n: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return the bounds of requirements of which some providers may not be there: wider by their number, in [0, n].

    Whatever the doubted ones turn out to be, as further needs or as further alternatives, lies between.
    """
    if not doubted.any():
        return lower, upper
    return np.maximum(0, lower - doubted).astype(np.int32), np.minimum(n, upper + doubted).astype(np.int32)


def _statements(records: Records, n: NDArray[np.int64], heard: NDArray[np.bool_] | None) -> Statements:
    said = records.said
    says = said.at_least > 0
    rows = np.flatnonzero(says if heard is None else says & heard)
    words, speakers = len(said.words), np.int64(int(said.speaker.max(initial=0)) + 2)
    key = (records.requirement[rows] * speakers + said.speaker[rows] - CHANGE) * words + said.at_least[rows]
    key, first = np.unique(key, return_index=True)
    spoken, word = np.divmod(key, max(words, 1))
    requirement, speaker = np.divmod(spoken, speakers)
    lower, upper = np.zeros(len(key), dtype=np.int32), np.zeros(len(key), dtype=np.int32)
    texts = said.words.tolist()
    for code in np.unique(word).tolist():
        chosen = word == code
        lower[chosen], upper[chosen] = _evaluate(texts[code], n[requirement[chosen]])
    void = _void(records, requirement, speaker + CHANGE, len(n))
    return Statements(requirement, word, rows[first], lower, upper, void)


def _void(
    records: Records, requirement: NDArray[np.int64], speaker: NDArray[np.int64], count: int
) -> NDArray[np.bool_]:
    """Return which statements no longer hold.

    What a source declares holds over its own providers and those that others put there by the
    requirement's name: one more, that came by its service type alone, makes it unknown again.
    """
    void = np.zeros(len(requirement), dtype=np.bool_)
    said = records.said
    begins = np.flatnonzero(np.diff(records.requirement, prepend=-1))
    if not len(requirement) or said.named.all():
        return void
    several = np.zeros(count, dtype=np.bool_)
    several[records.requirement[begins]] = np.minimum.reduceat(said.speaker, begins) != np.maximum.reduceat(
        said.speaker, begins
    )
    stated = np.zeros(count, dtype=np.bool_)
    stated[requirement] = True
    rows = np.flatnonzero((several & stated)[records.requirement])
    if not len(rows):
        return void
    size = np.int64(int(records.provider.max()) + 1)
    pair = records.requirement[rows] * size + records.provider[rows]
    put, which = np.unique(pair, return_inverse=True)
    by_name = np.zeros(len(put), dtype=np.bool_)
    by_name[which[said.named[rows]]] = True
    alone = ~by_name[which]
    uncovered = np.bincount((put[~by_name] // size).astype(np.int64), minlength=count)
    speakers = np.int64(int(said.speaker.max(initial=0)) + 2)
    own = np.unique((pair * speakers + said.speaker[rows] - CHANGE)[alone])
    owner = np.divmod(own, speakers)
    of, covered = np.unique((owner[0] // size) * speakers + owner[1], return_counts=True)
    asked = requirement * speakers + speaker - CHANGE
    place = np.searchsorted(of, asked)
    place[place == len(of)] = 0
    mine = np.where(of[place] == asked, covered[place], 0) if len(of) else np.zeros(len(asked), dtype=np.int64)
    void[:] = (mine < uncovered[requirement]) & (speaker != CHANGE)
    return void


def _shown(  # noqa: PLR0917 - parallel columns of statements and of requirements
    statements: Statements,
    declares: NDArray[np.bool_],
    maybe: NDArray[np.bool_],
    spelled: Strings,
    lower: Ints,
    upper: Ints,
) -> tuple[Ints, Strings]:
    """Return what each requirement shows as declared: its word, or its bounds in numbers where it has several."""
    code = np.zeros(len(lower), dtype=np.int64)
    code[statements.requirement[~statements.void & _says(statements.word, spelled, "unknown")]] = _WORDS.index(
        "unknown"
    )
    code[statements.requirement[maybe]] = _WORDS.index("maybe")
    declared, starts = _grouped(statements.requirement[declares])
    if len(declared):
        word = statements.word[declares]
        first = np.minimum.reduceat(word, starts)
        as_word = np.array([_WORDS.index(text) if text in _WORDS else -1 for text in spelled.tolist()])[first]
        same = first == np.maximum.reduceat(word, starts)
        numbers = len(_WORDS) + (lower[declared].astype(np.int64) << 31) + upper[declared]
        code[declared] = np.where(same & (as_word > 0), as_word, numbers)
    used, rank = np.unique(code, return_inverse=True)
    texts = [_WORDS[each] if each < len(_WORDS) else _number(each - len(_WORDS)) for each in used.tolist()]
    ordered = sorted({"", *texts})
    place = np.array([ordered.index(text) for text in texts], dtype=np.int32)
    return place[rank], strings(ordered)


def _number(packed: int) -> str:
    lower, upper = packed >> 31, packed & (1 << 31) - 1
    return f"{lower}" if lower == upper else f"{lower}..{upper}"


def _says(word: NDArray[np.int64], spelled: Strings, text: str) -> NDArray[np.bool_]:
    return np.array([each == text for each in spelled.tolist()], dtype=np.bool_)[word]


def _is_open(word: NDArray[np.int64], spelled: Strings) -> NDArray[np.bool_]:
    return _says(word, spelled, "unknown") | _says(word, spelled, "maybe")


def _grouped(requirement: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct requirements of sorted statements, and where each begins."""
    starts = np.flatnonzero(np.diff(requirement, prepend=-1))
    return requirement[starts], starts


def _evaluate(word: str, n: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return the bounds of `evaluate_at_least` for many n at once."""
    sizes, inverse = np.unique(n, return_inverse=True)
    bounds: list[Bounds] = [evaluate_at_least(word, size) for size in sizes.tolist()]
    lower = np.array([bound.lower for bound in bounds], dtype=np.int32)
    upper = np.array([bound.upper for bound in bounds], dtype=np.int32)
    return lower[inverse], upper[inverse]
