"""What two graphs need differently, as facts of which each can be had or not: the graphs between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.arrays import offsets
from depgraph.graph.columns import Said, strings, thresholds
from depgraph.graph.statements import Records, doubted_providers, evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets
    from depgraph.graph.core import Graph

BEFORE: Final = 0
AFTER: Final = 1


class Fact(NamedTuple):
    """One thing that two graphs say differently of what is needed.

    Needs that one of them has and the other has not; or, without any, what their records declare of a requirement.
    That a function is run by its owner follows from who else runs it: needs by which one function is run are one fact.

    Attributes
    ----------
    before, after : tuple of int
        Positions of these needs in each graph.
    requirement : (int, int)
        Position of the requirement in each graph, -1 where it is not: of the first of several.

    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    requirement: tuple[int, int]


class Variant(NamedTuple):
    """A requirement that differs, as it is between the graphs: on one side, but for some facts."""

    requirement: int
    side: int
    turned: frozenset[int]


class Evaluated(NamedTuple):
    """Requirements with their distinct providers, and how many of these must fail to break each.

    Attributes
    ----------
    dependent : int32[r]
    indptr : int64[r + 1]
    provider : int32[p]
    lower, upper : int32[r]
        Of n providers n + 1 is never.

    """

    dependent: Ints
    indptr: Offsets
    provider: Ints
    lower: Ints
    upper: Ints


class Spoken(NamedTuple):
    """What records say of requirements that differ, of both graphs, by requirement."""

    requirement: Offsets
    need: Offsets
    provider: Offsets
    speaker: Offsets
    word: Offsets
    named: NDArray[np.bool_]
    added: NDArray[np.bool_]
    strong: NDArray[np.bool_]
    assured: NDArray[np.bool_]
    disputed: NDArray[np.bool_]
    side: Offsets
    at: Offsets


@dataclass(frozen=True, slots=True, eq=False)
class Toggles:
    """Two graphs over one set of nodes, and the facts in which their needs differ.

    Nodes are those of the graph after, at their positions, then those that it has not.

    Attributes
    ----------
    place : int32[n]
        Where the nodes of the graph before are.
    unknown : bool[nodes]
    facts : tuple of Fact
    dependent : int32[r]
        Of each requirement that differs.
    of_fact : tuple of tuple of int
        The requirements of `dependent` that each fact is about.
    same : bool[requirements of the graph after]
        Those that do not differ.
    records : Spoken
        Those of requirement r are ``[begins[r], begins[r + 1])``.
    fact : int64[records]
        By which the need of each is on one side only, -1 if it is on both.
    declares : int64[r]
        The fact that it is declared otherwise, -1 if it is not.
    words : tuple of str
    restated : tuple of Fact
        Needs that both have, and of which each states another share. No failure hangs on them.

    """

    before: Graph
    after: Graph
    place: Ints
    unknown: NDArray[np.bool_]
    facts: tuple[Fact, ...]
    dependent: Ints
    of_fact: tuple[tuple[int, ...], ...]
    same: NDArray[np.bool_]
    records: Spoken
    begins: Offsets
    fact: Offsets
    declares: Offsets
    words: tuple[str, ...]
    restated: tuple[Fact, ...] = ()

    def unchanged(self) -> Evaluated:
        """Return the requirements that both graphs have."""
        found = self.after.requirements
        chosen = np.flatnonzero(self.same)
        sizes = np.diff(found.indptr)[chosen]
        entries = np.repeat(self.same, np.diff(found.indptr))
        lower, upper = self.after.thresholds
        return Evaluated(found.dependent[chosen], offsets(sizes), found.provider[entries], lower[chosen], upper[chosen])

    def utmost(self) -> Evaluated:
        """Return those that differ with all providers, broken if one of these fails: none between breaks more."""
        rows = self.records
        pair = np.unique(rows.requirement * np.int64(len(self.unknown)) + rows.provider)
        requirement, provider = np.divmod(pair, max(len(self.unknown), 1))
        once = np.ones(len(self.dependent), dtype=np.int32)
        counts = np.bincount(requirement, minlength=len(self.dependent))
        return Evaluated(self.dependent, offsets(counts), provider.astype(np.int32), once, once)

    def variants(self, wanted: Sequence[Variant]) -> Evaluated:
        """Return requirements as they are between the graphs, evaluated on the records at hand.

        Records are those of the needs that are there. What a source declares is what it declares on the side of
        the variant, or on the other one if the fact that it declares something else is turned.
        """
        rows = self.records
        picked: list[NDArray[np.int64]] = []
        words: list[NDArray[np.int64]] = []
        for variant in wanted:
            chosen, word = self._of_variant(variant)
            picked.append(chosen)
            words.append(word)
        counts = np.array([len(at) for at in picked], dtype=np.int64)
        of = np.repeat(np.arange(len(wanted), dtype=np.int64), counts)
        chosen = np.concatenate([np.zeros(0, dtype=np.int64), *picked])
        word = np.concatenate([np.zeros(0, dtype=np.int64), *words])
        order = np.lexsort((rows.provider[chosen], of))
        of, chosen, word = of[order], chosen[order], word[order]
        nothing = np.full(len(chosen), np.nan)
        never = np.full(len(chosen), np.datetime64("NaT", "D"))
        said = Said(
            at_least=word.astype(np.int32),
            words=strings(list(self.words)),
            named=rows.named[chosen],
            speaker=rows.speaker[chosen].astype(np.int32),
            added=rows.added[chosen],
            share=nothing,
            cost_eur=nothing,
            cost_blanks=np.zeros(len(chosen), dtype=np.int32),
            confidence=nothing,
            valid_from=never,
            valid_to=never,
            rung=np.zeros(len(chosen), dtype=np.uint8),
            dated=never,
            disputed=rows.disputed[chosen],
        )
        provider = rows.provider[chosen]
        new = np.ones(len(chosen), dtype=np.bool_)
        new[1:] = (of[1:] != of[:-1]) | (provider[1:] != provider[:-1])
        n = np.bincount(of[new], minlength=len(wanted))
        strong = rows.strong[chosen]
        evaluated = evaluate(Records(of.astype(np.int32), provider.astype(np.int32), said), n, self.unknown, strong)
        weak = doubted_providers(of.astype(np.int32), provider.astype(np.int32), strong & ~said.disputed, n)
        # Of a redundancy that one record knows too little of, all may be needed.
        doubted = np.bincount(of[~rows.assured[chosen]], minlength=len(wanted)) > 0
        upper_k = np.where(doubted, n, np.minimum(n, evaluated.upper + weak))
        dependent = self.dependent[[variant.requirement for variant in wanted]] if wanted else np.zeros(0, np.int32)
        breakable = ~self.unknown[dependent]
        lower, upper = (
            thresholds(k.astype(np.int32), n.astype(np.int32), breakable)
            for k in (np.maximum(0, evaluated.lower - weak), upper_k)
        )
        return Evaluated(dependent, offsets(n), provider[new].astype(np.int32), lower, upper)

    def _of_variant(self, variant: Variant) -> tuple[Offsets, Offsets]:
        """Return the rows of a variant, and the word of each."""
        rows = self.records
        span = np.arange(self.begins[variant.requirement], self.begins[variant.requirement + 1])
        said = variant.side ^ (int(self.declares[variant.requirement]) in variant.turned)
        fact, side = self.fact[span], rows.side[span]
        # Needs that are turned are there if they are not on the side of the variant.
        alone = fact >= 0
        turned = np.zeros(len(span), dtype=np.bool_)
        for each in variant.turned:
            turned |= fact == each
        there = np.where(alone, (side == variant.side) ^ turned, side == said)
        chosen, foreign = span[there], (alone & (side != said))[there]
        word = rows.word[chosen].copy()
        if foreign.any():
            told: dict[int, set[int]] = {}
            spoken = span[side == said]
            for speaker, declared in zip(rows.speaker[spoken].tolist(), rows.word[spoken].tolist(), strict=True):
                told.setdefault(speaker, set()).add(declared)
            for place in np.flatnonzero(foreign).tolist():
                known = told.get(int(rows.speaker[chosen[place]]))
                if known is not None and word[place] not in known:
                    word[place] = min(known - {0}, default=0)
        return chosen, word
