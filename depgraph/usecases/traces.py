"""Trace samples: what was drawn of which facts, what tracing them showed, and the log of both in the store.

All that was drawn and found under one marking is one import of the source `traces`: a log, which each draw and each
result makes longer by one, as a revision of its own. So it is copied as facts are; no graph rests on it. It is read
from the whole history, so that whoever goes back to an earlier revision does not undo a draw.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.analytics.measures.error_rates import wrong_facts_at_most, wrong_share_at_most
from depgraph.graph import may_see
from depgraph.model import TRACES, Facts, Finding, Import, Level, Marking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.graph import Viewer
    from depgraph.ports import Store

FACTS, INFLUENCE = "facts", "influence"
"""The two samples: of facts, each with the same chance; of influence, in proportion to it."""

CORRECT, WRONG, UNTRACEABLE = "correct", "wrong", "untraceable"
RESULTS: Final = (CORRECT, WRONG, UNTRACEABLE)
"""What tracing a fact to its document may show."""

_DRAWN, _TRACED = "trace-drawn", "trace-result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What was drawn: of which facts, how many, and from which seed."""

    digest: Annotated[str, "of the graph whose facts were drawn"]
    revision: Annotated[int, "of the store, when it was drawn"]
    as_of: Annotated[str, "date of the graph"]
    sector: Annotated[str, "whose findings give influence, empty for all"]
    hub: Annotated[str, "whose findings give influence, empty for all"]
    seed: Annotated[int, "from which the draw follows"]
    size: Annotated[int, "how many draws were asked for in each sample"]
    drawn_on: Annotated[str, "when it was drawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many draws of one sample turned out how."""

    sample: Annotated[str, "facts: each with the same chance; influence: with probability in proportion to it"]
    frame: Annotated[int, "facts that could be drawn"]
    drawn: Annotated[int, "draws; in the sample of influence a fact that was drawn twice counts twice"]
    correct: Annotated[int, "draws of facts that their documents bear out"]
    wrong: Annotated[int, "draws of facts that their documents contradict"]
    untraceable: Annotated[int, "draws of facts that could not be traced, which count as wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Counted):
    """What one sample says of all that it was drawn from."""

    share_wrong: Annotated[float, "share of the draws that are wrong or could not be traced"]
    wrong_at_most: Annotated[float, "upper bound, one-sided, on the share of facts (or of influence) that is wrong"]
    facts_wrong_at_most: Annotated[int | None, "that bound in facts; nothing for the sample of influence"]
    confidence: Annotated[float, "of the bound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A draw whose result is known."""

    draw: Draw
    counted: tuple[Counted, ...]
    confidence: float
    read_on: str

    @property
    def rates(self) -> tuple[Rate, ...]:
        """What its samples say, each by itself: they are never pooled."""
        return tuple(rate_of(each, self.confidence) for each in self.counted)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What an answer about results says besides its rows."""

    draw: Annotated[Draw, "what was drawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What is known of the samples that were drawn of one graph's facts.

    Attributes
    ----------
    draws : tuple of Draw
        In the order of drawing.
    traced : tuple of Traced
        Of each draw the last result that was read, in that order.

    """

    draws: tuple[Draw, ...] = ()
    traced: tuple[Traced, ...] = ()


NO_SAMPLES: Final = Samples()
"""None was drawn."""


def rate_of(counted: Counted, confidence: float) -> Rate:
    """Return what a sample says; what could not be traced counts as wrong.

    Raises
    ------
    UsageError
        If the confidence is not between 0 and 1.

    """
    bad = counted.wrong + counted.untraceable
    facts = counted.sample == FACTS
    most = wrong_facts_at_most(counted.frame, counted.drawn, bad, confidence) if facts else None
    share = wrong_share_at_most(counted.drawn, bad, confidence) if most is None else most / counted.frame
    return Rate(
        **asdict(counted),
        share_wrong=bad / counted.drawn,
        wrong_at_most=share,
        facts_wrong_at_most=most,
        confidence=confidence,
    )


def samples_of(store: Store, digest: str, viewer: Viewer | None = None) -> Samples:
    """Return the samples that were drawn of the facts of one graph, as far as a viewer may see them."""
    draws: list[Draw] = []
    results: dict[tuple[int, int, str, str], Traced] = {}
    for marking, entries in _logs(store).items():
        if not may_see(viewer, marking):
            continue
        for entry in entries:
            if entry.field != digest:
                continue
            told = json.loads(entry.message)
            draw = Draw(**told["draw"])
            if entry.code == _DRAWN:
                draws.append(draw)
            else:
                counted = tuple(Counted(**each) for each in told["counted"])
                results[_which(draw)] = Traced(
                    draw=draw, counted=counted, confidence=told["confidence"], read_on=told["read_on"]
                )
    draws.sort(key=lambda draw: draw.revision)
    return Samples(draws=tuple(draws), traced=tuple(sorted(results.values(), key=lambda one: one.draw.revision)))


def keep_draw(store: Store, draw: Draw, marking: Marking) -> int | None:
    """Note that a sample was drawn, under the marking of the facts; return the revision that this makes.

    None if the same was drawn before: the same seed draws the same facts.

    Raises
    ------
    StoreError
        If the store cannot do it. The store is unchanged.

    """
    if any(_which(known) == _which(draw) for known in samples_of(store, draw.digest).draws):
        return None
    return _keep(store, _DRAWN, draw, {"draw": asdict(draw)}, marking)


def _which(draw: Draw) -> tuple[int, int, str, str]:
    """Return what tells draws of the same facts apart."""
    return draw.seed, draw.size, draw.sector, draw.hub


def keep_result(store: Store, traced: Traced, marking: Marking) -> int | None:
    """Note what tracing a sample showed; return the revision that this makes, None if just that is noted already.

    Raises
    ------
    StoreError
        If the store cannot do it. The store is unchanged.

    """
    known = samples_of(store, traced.draw.digest)
    draw = next((one for one in known.draws if _which(one) == _which(traced.draw)), None)
    if draw:
        # When it was drawn is what the log says: a worksheet may be edited.
        traced = replace(traced, draw=draw)
    if any(replace(one, read_on=traced.read_on) == traced for one in known.traced):
        return None
    return _keep(store, _TRACED, traced.draw, asdict(traced), marking)


def _keep(store: Store, code: str, draw: Draw, told: object, marking: Marking) -> int:
    written = json.dumps(told, ensure_ascii=False, sort_keys=True)
    entry = Finding(Level.NOTE, code, f"seed {draw.seed}", draw.digest, written)
    run = Import(TRACES, marking.text, draw.drawn_on, marking, 0, "")
    # Read while the store is locked, so that two who draw at once are both noted.
    return store.replace(run, (facts for facts in _longer(store, marking, entry))).revision


def _longer(store: Store, marking: Marking, entry: Finding) -> Iterator[Facts]:
    yield Facts(findings=(*_logs(store).get(marking, ()), entry))


def _logs(store: Store) -> dict[Marking, tuple[Finding, ...]]:
    """Return all that was noted, by marking: the last log of each holds all of it, whether it is in force or not."""
    last: dict[Marking, int] = {}
    for held in store.describe().history:
        if held.run.source == TRACES:
            last[held.run.marking] = held.revision
    with store.load(imports=sorted(last.values())) as snapshot:
        return {imported.run.marking: tuple(imported.findings) for imported in snapshot.imports}
