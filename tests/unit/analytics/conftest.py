"""The measures of the model once more, slowly and plainly, to check the engine against; and random graphs."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.analytics.basis.layouts import layout_of, scenarios_of
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, propagate_block, state_of
from depgraph.graph import KINDS, RELATIONS, TIE_KINDS
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.graph import Graph


@dataclass
class Plain:
    """A graph as dictionaries of ids, and the measures as sentences of the model."""

    requirements: list[tuple[str, tuple[str, ...], int, int]]
    kind: dict[str, str]
    number: dict[tuple[str, str], float]
    text: dict[tuple[str, str], str]
    needs: list[tuple[str, str, str]]
    ties: list[tuple[str, str, str, float]]
    ids: list[str] = field(default_factory=list)

    @staticmethod
    def of(source: Graph) -> Plain:
        ids = source.nodes.id.tolist()
        columns = source.requirements
        bounds = columns.indptr.tolist()
        provided = [tuple(ids[at] for at in columns.provider[a:b].tolist()) for a, b in pairwise(bounds)]
        rows = zip(
            columns.dependent.tolist(), columns.k_lower.tolist(), columns.k_upper.tolist(), provided, strict=True
        )
        numbers = ("people", "criticality")
        texts = ("country", "sector", "hub", "hyperscaler")
        return Plain(
            requirements=[(ids[node], providers, low, high) for node, low, high, providers in rows],
            kind=dict(zip(ids, [KINDS[code].value for code in source.nodes.kind.tolist()], strict=True)),
            number={
                (node, name): value
                for name in numbers
                for node, value in zip(ids, getattr(source.nodes, name).tolist(), strict=True)
                if not math.isnan(value)
            },
            text={
                (node, name): value
                for name in texts
                for node, value in zip(ids, getattr(source.nodes, name).tolist(), strict=True)
            },
            needs=[
                (ids[d], RELATIONS[r].value, ids[p])
                for d, r, p in zip(
                    source.needs.dependent.tolist(),
                    source.needs.relation.tolist(),
                    source.needs.provider.tolist(),
                    strict=True,
                )
            ],
            ties=[
                (ids[s], TIE_KINDS[k].value, ids[o], share)
                for s, k, o, share in zip(
                    source.ties.subject.tolist(),
                    source.ties.kind.tolist(),
                    source.ties.object.tolist(),
                    source.ties.share.tolist(),
                    strict=True,
                )
            ],
            ids=ids,
        )

    def unknown(self, node: str) -> bool:
        return node.startswith("unknown:")

    def failed(self, seeds: Iterable[str], bound: str) -> set[str]:
        """Return the least fixed point; `bound` is lower, upper or reach."""
        failed = set(seeds)
        while True:
            more = {
                node
                for node, providers, low, high in self.requirements
                if node not in failed and not self.unknown(node) and self.broken(providers, low, high, failed, bound)
            }
            if not more:
                return failed
            failed |= more

    def rounds(self, seeds: Iterable[str], bound: str) -> dict[str, int]:
        """Return the round in which each node falls: it has lost a requirement to nodes of earlier rounds."""
        fallen = dict.fromkeys(seeds, 0)
        number = 0
        while len(fallen) > sum(fell < number for fell in fallen.values()):
            number += 1
            fallen |= {
                node: number
                for node, providers, low, high in self.requirements
                if node not in fallen and not self.unknown(node) and self.broken(providers, low, high, {*fallen}, bound)
            }
        return fallen

    def broken(self, providers: tuple[str, ...], low: int, high: int, failed: set[str], bound: str) -> bool:
        k = {"lower": low, "upper": high, "reach": len(providers)}[bound]
        return sum(provider not in failed for provider in providers) < k

    def objects(self, kind: str, subject: str) -> list[str]:
        return sorted(o for s, k, o, _ in self.ties if k == kind and s == subject and not self.unknown(o))

    def parent(self, party: str) -> str | None:
        """Return the one party in control: largest stated share above a half, then unstated, then smallest id.

        Of a unit of which nobody is told to be, known or not: what it is part of.
        """
        owners = [
            (0.0 if math.isnan(share) else -share, owner)
            for subject, kind, owner, share in self.ties
            if kind == "owned_by" and subject == party and not share <= 0.5
        ]
        if not owners:
            return next(iter(self.objects("part_of", party)), None)
        known = [one for one in owners if not self.unknown(one[1])]
        return min(known)[1] if known else None

    def top(self, node: str, above: Callable[[str], str | None]) -> str:
        chain = [node]
        while (up := above(chain[-1])) is not None:
            if up in chain:
                return min(chain[chain.index(up) :])
            chain.append(up)
        return chain[-1]

    def known(self, kind: str) -> list[str]:
        return [node for node in self.ids if self.kind[node] == kind and not self.unknown(node)]

    def seeds(self, by: str) -> dict[str, set[str]]:
        """Return the nodes that each unit is known to fail."""
        if by == "place":
            return {node: {node} | self.inside(node) for node in self.known("place")}
        if by in ("party", "service", "product"):
            return {node: {node} for node in self.known(by)}
        leader = {
            "group": lambda party: self.top(party, self.parent),
            "country": self.country,
            "hyperscaler": self.mark,
        }
        result: dict[str, set[str]] = {}
        for party in self.known("party"):
            led = leader[by](party)
            if led is not None and (by != "country" or self.needed(party)):
                result.setdefault(led, set()).add(party)
        return result

    def ends(self, by: str, bound: str) -> dict[str, tuple[set[str], set[str]]]:
        """Return the nodes that each unit fails, and its members, where as little, as much fails as may."""
        anywhere = self.homeless() if by == "country" else set()
        return {
            unit: (
                (seeds, self.members(seeds | anywhere)) if bound == "lower" else (seeds | anywhere, self.members(seeds))
            )
            for unit, seeds in self.seeds(by).items()
        }

    def needed(self, party: str) -> bool:
        """Whether something needs it that is no function of its own."""
        owned = {s for s, kind, o, _ in self.ties if kind == "owner" and o == party}
        return any(p == party and d not in owned for d, _, p in self.needs)

    def homeless(self) -> set[str]:
        """Return the parties that may be in any country."""
        return {party for party in self.known("party") if self.country(party) is None and self.needed(party)}

    def country(self, party: str) -> str | None:
        code = self.text[self.top(party, self.parent), "country"] or self.text[party, "country"]
        return f"place:{code}" if code else None

    def mark(self, party: str) -> str | None:
        """Return the highest party marked as a hyperscaler on the chain of control."""
        top, marked = self.top(party, self.parent), None
        step: str | None = party
        while step is not None:
            marked = step if self.text[step, "hyperscaler"] == "yes" else marked
            step = None if step == top else self.parent(step)
        return marked

    def inside(self, place: str) -> set[str]:
        found: set[str] = set()
        while True:
            more = {
                d
                for d, relation, p in self.needs
                if relation == "located_in" and self.kind[d] == "place" and (p in found or p == place)
            } - found
            if not more:
                return found
            found |= more

    def members(self, seeds: set[str]) -> set[str]:
        """Return the seeds, the functions they own, the services they alone provide."""
        owned = {s for s, kind, o, _ in self.ties if kind == "owner" and o in seeds}
        provided: dict[str, set[str]] = {}
        for dependent, relation, provider in self.needs:
            if relation == "provided_by":
                provided.setdefault(dependent, set()).add(provider)
        parties = {node for node in seeds if self.kind[node] == "party"}
        alone = {service for service, providers in provided.items() if providers <= parties}
        return seeds | owned | alone

    def whole(self, party: str) -> str:
        return self.top(party, lambda node: next(iter(self.objects("part_of", node)), None))

    def owner(self, function: str) -> str | None:
        owners = sorted(o for s, kind, o, _ in self.ties if kind == "owner" and s == function)
        return owners[0] if owners else None

    def within(self, name: str, wanted: str) -> set[str]:
        """Return the nodes of a sector or hub, their units, and the functions of all these."""
        found = {node for node in self.ids if self.text[node, name] == wanted}
        while True:
            more = {s for s, kind, o, _ in self.ties if kind in ("part_of", "owner") and o in found} - found
            if not more:
                return found
            found |= more

    def supplies(self, party: str) -> bool:
        """Whether somebody needs it, or a service that it provides; running its own function is no supply."""
        owned = {(s, o) for s, kind, o, _ in self.ties if kind == "owner"}
        real = [(d, relation, p) for d, relation, p in self.needs if not (relation == "run_by" and (d, p) in owned)]
        wanted = {p for _, _, p in real}
        return any(p == party and (relation != "provided_by" or d in wanted) for d, relation, p in real)

    def losses(self) -> dict[tuple[str, int], tuple[str | None, Fraction, int | None, Fraction]]:
        """Return what organisations can lose: (node, -1) a function, (node, i) a requirement standing in.

        Each with its organisation, criticality times the fraction of it, people, and that fraction.
        """
        functional = {self.whole(o) for s, kind, o, _ in self.ties if kind == "owner"}
        result: dict[tuple[str, int], tuple[str | None, Fraction, int | None, Fraction]] = {}
        standing: dict[str, list[tuple[str, int]]] = {}
        uses = {d for d, relation, _ in self.needs if relation == "uses"}
        for node in self.ids:
            if self.kind[node] == "function":
                owner = self.owner(node)
                people = self.number.get((node, "people"), self.number.get((owner or "", "people")))
                weight = Fraction(str(self.number.get((node, "criticality"), 1.0)))
                root = None if owner is None else self.whole(owner)
                result[node, -1] = (root, weight, None if people is None else int(people), Fraction(1))
            elif (
                self.kind[node] == "party"
                and not self.unknown(node)
                and node in uses
                and not self.supplies(node)
                and self.whole(node) not in functional
            ):
                own = [at for at, requirement in enumerate(self.requirements) if requirement[0] == node]
                standing.setdefault(self.whole(node), []).extend((node, at) for at in own)
        for root, lost in standing.items():
            people = self.number.get((root, "people"))
            weight = Fraction(str(self.number.get((root, "criticality"), 1.0)))
            for key in lost:
                part = Fraction(1, len(lost))
                result[key] = (root, weight * part, None if people is None else int(people), part)
        return result

    def measures(self, by: str, sector: str = "", hub: str = "") -> dict[str, dict[str, float]]:
        """Return every measure of every unit."""
        rows = {
            bound: {unit: self.impact(*ends, sector, hub) for unit, ends in self.ends(by, bound).items()}
            for bound in ("lower", "upper")
        }
        return {
            unit: {name: rows["lower" if name.endswith("_lower") else "upper"][unit][name] for name in row}
            for unit, row in rows["lower"].items()
        }

    def impact(self, seeds: set[str], members: set[str], sector: str = "", hub: str = "") -> dict[str, float]:
        """Return every measure of the failure of some nodes; members are not counted."""
        scope = {node for node in self.ids if not self.unknown(node)}
        scope &= self.within("sector", sector) if sector else scope
        scope &= self.within("hub", hub) if hub else scope
        losses = {key: loss for key, loss in self.losses().items() if key[0] in scope}
        served = all(people is not None for _, _, people, _ in losses.values())
        weights = {
            key: weight * (people if served and people is not None else 1)
            for key, (_, weight, people, _) in losses.items()
        }
        total = sum(weights.values())
        row: dict[str, float] = {"reach": len((self.failed(seeds, "reach") & scope) - members)}
        for bound in ("lower", "upper"):
            failed = self.failed(seeds, bound)
            lost = {
                (node, at)
                for node, at in losses
                if node not in members
                and (node in failed if at < 0 else self.broken(*self.requirements[at][1:], failed, bound))
            }
            largest: dict[str, int] = {}
            alone = 0
            for key in lost:
                root, _, people, _ = losses[key]
                if root is None:
                    alone += people or 0
                else:
                    largest[root] = max(largest.get(root, 0), people or 0)
            score = sum(weights[key] for key in lost) / total if total else Fraction(0)
            row |= {
                f"fails_{bound}": len((failed & scope) - members),
                f"functions_{bound}": sum(at < 0 for _, at in lost),
                f"organisations_{bound}": len(largest),
                f"score_{bound}": float(score),
                f"people_{bound}": sum(largest.values()) + alone,
            }
        return row


@dataclass
class Written:
    """A graph as text for `depgraph.testing.graph`, and the attributes of its nodes."""

    words: list[str]
    attributes: dict[str, dict[str, str | float]]
    seed: int

    def graph(self) -> Graph:
        """Return the graph; who owns how much of whom depends on the ids and the seed alone."""
        small = graph(" ".join(self.words), self.attributes)
        ids = small.nodes.id.tolist()
        pairs = zip(small.ties.subject.tolist(), small.ties.object.tolist(), strict=True)
        rngs = [random.Random(f"{self.seed} {ids[subject]} {ids[owner]}") for subject, owner in pairs]
        shares = np.array([rng.choice([math.nan, math.nan, 0.3, 0.6, 0.9]) for rng in rngs], dtype=np.float64)
        return replace(small, ties=replace(small.ties, share=shares))


def written(seed: int) -> Written:
    """Write a small graph with circles, k of n, unknown providers, ownership, units, places, sectors."""
    rng = random.Random(seed)
    parties = [f"a{at}" for at in range(rng.randint(2, 9))]
    services = [f"s{at}" for at in range(rng.randint(0, 5))]
    functions = [f"f{at}" for at in range(rng.randint(0, 5))]
    products = [f"p{at}" for at in range(rng.randint(0, 2))]
    places = [f"l{at}" for at in range(rng.randint(0, 4))]
    words = [
        word
        for _ in range(rng.randint(2, 26))
        if (word := _requirement(rng, parties, services, functions, products, places))
    ]
    words += [f"{function}@{rng.choice(parties)}" for function in functions if rng.random() < 0.8]
    words += [f"{rng.choice(functions)}@{rng.choice(parties)}" for _ in range(rng.randint(0, 1)) if functions]
    words += ["<".join(rng.sample(parties, 2)) for _ in range(rng.randint(0, 4))]
    words += ["^".join(rng.sample(parties, 2)) for _ in range(rng.randint(0, 3))]
    served = rng.random() < 0.5
    return Written(
        words, {node: _attributes(rng, node, served=served) for node in parties + functions + services}, seed
    )


def _requirement(rng: random.Random, parties: list[str], services: list[str], *rest: list[str]) -> str:
    functions, products, places = rest
    dependent = rng.choice(parties + services * 2 + functions * 2 + places)
    choice = places if dependent in places else [*parties, *services, "unknown:q", "unknown:r"]
    choice = [*choice, *products, *places] if dependent in services else choice
    several = [node for node in dict.fromkeys(rng.choices(choice, k=rng.randint(1, 6))) if node != dependent]
    # A place is met by `located_in` only, so it stands alone in its requirement.
    several = [node for node in several if node not in places] or several[:1]
    n = len(several)
    low, high = sorted((rng.randint(0, n), rng.randint(0, n)))
    k = rng.choice(["?", "*", "1", str(n), str(rng.randint(0, n)), f"{low}..{high}"])
    return f"{dependent}>{k}({','.join(several)})" if several else ""


def _attributes(rng: random.Random, node: str, *, served: bool) -> dict[str, str | float]:
    chosen: dict[str, list[str | float]] = {"sector": ["care", "tax"], "hub": ["east", "west"]}
    values: dict[str, str | float] = {name: rng.choice(words) for name, words in chosen.items() if rng.random() < 0.3}
    if node.startswith("a") and rng.random() < 0.5:
        values["country"] = rng.choice(["NL", "BE", "US"])
    if node.startswith("a") and rng.random() < 0.2:
        values["hyperscaler"] = rng.choice(["yes", "no"])
    if not node.startswith("s") and (served or rng.random() < 0.3):
        values["people"] = rng.choice([0, 1, 7, 7, 1_000_003])
    if not node.startswith("s") and rng.random() < 0.5:
        values["criticality"] = rng.choice([0, 0.1, 0.25, 0.7, 1])
    return values


@pytest.fixture(scope="session")
def plain() -> Callable[[Graph], Plain]:
    """Return what makes the slow and plain form of a graph."""
    return Plain.of


def failed_sets(source: Graph, chosen: Units) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return bool[n, u] twice: which nodes fail with each unit, members included, at the lower and the upper end."""
    n, none = len(source.nodes), np.zeros(0, dtype=np.int32)
    layout = layout_of(source, chosen.seed, none, np.zeros(n, dtype=np.bool_), central=np.arange(n, dtype=np.int32))
    ends = []
    for bound in (LOWER, UPPER):
        end = chosen.at(upper=bound == UPPER)
        scenarios, state = scenarios_of(layout, end), state_of(layout)
        fails = np.zeros((n, len(chosen)), dtype=np.bool_)
        for begin in range(0, len(chosen), LANES):
            propagate_block(layout, scenarios, bound, state, begin // LANES)
            bits = np.unpackbits(state.failed.view(np.uint8), axis=1, bitorder="little")
            fails[layout.node, begin : begin + LANES] = bits[:, : len(chosen) - begin]
        ends.append(fails)
    return ends[LOWER], ends[UPPER]


@pytest.fixture(scope="session", name="failed_sets")
def failed_sets_fixture() -> Callable[[Graph, Units], tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Return what makes the failed set of every unit, for tests that want the sets and not only their sizes."""
    return failed_sets


@pytest.fixture(scope="session")
def random_text() -> Callable[[int], Written]:
    """Return what writes a small random graph from a seed."""
    return written
