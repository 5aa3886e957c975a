"""A graph holds what the model says: its sentences on assembly once more, slowly and plainly, a fact at a time."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

import pytest

from depgraph.graph import RELATIONS, TIE_KINDS, Doubt, assemble, at_confidence
from depgraph.ids import canonical_key, is_entity, kind_of
from depgraph.model import DEFAULT_RELATIONS, DISPUTES, Decision, Kind, Need

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from depgraph.graph import Graph
    from depgraph.model import Node, Tie
    from depgraph.ports import Imported

AS_OF = "2026-01-01"
Key = tuple[str, str, str, str, str]
"""What names a need: dependent, requirement, provider, relation, service type."""

Denied = tuple[str, str, str]
"""What names a disputed need: dependent, requirement, provider."""


class Row(NamedTuple):
    """One record of a need, with its ends, requirement, relation and type as they turn out to be."""

    key: Key
    run: int
    fact: Need


class Held(NamedTuple):
    """What a graph says of one need."""

    share: float | None
    cost: float | None
    cost_blanks: int
    confidence: float
    valid_from: str | None
    valid_to: str | None


@dataclass(frozen=True)
class Plainly:
    """What a graph must hold: by id, and by (dependent, requirement name)."""

    ids: tuple[str, ...]
    needs: dict[Key, Held]
    requirements: dict[tuple[str, str], tuple[int, int, tuple[str, ...]]]
    ties: dict[tuple[str, str, str], float | None]
    ended: int = 0
    not_begun: int = 0
    known: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)


def plainly(imports: Sequence[Imported], as_of: str, *, least: float = 0.0, denied: Collection[Denied] = ()) -> Plainly:
    """Assemble imports as the model says it, a fact at a time; without decisions, with needs that are disputed."""
    trusted = sorted(imports, key=lambda imported: (-imported.run.trust, imported.run.source))
    became = _canonical([node for imported in trusted for node in imported.nodes])

    def holds(fact: Need | Tie) -> bool:
        return (fact.valid_from or "") <= as_of <= (fact.valid_to or "9999")

    types = _types(trusted, became)
    facts: list[tuple[int, Need, str, str]] = []
    asleep: list[tuple[int, Need, str, str]] = []
    ties: list[tuple[tuple[str, str, str], int, Tie]] = []
    for run, imported in enumerate(trusted):
        for fact in imported.needs:
            provider = became.get(fact.provider, fact.provider)
            if provider == "unknown:":  # another one in each source
                provider = f"unknown:not named in {imported.run.source}"
            (facts if holds(fact) else asleep).append((run, fact, became.get(fact.dependent, fact.dependent), provider))
        for bond in filter(holds, imported.ties):
            ends = became.get(bond.subject, bond.subject), became.get(bond.object, bond.object)
            if ends[0] != ends[1]:
                ties.append(((bond.kind, *ends), run, bond))
    facts = [each for each in facts if each[2] != each[3]]
    run_already = {dependent for _, fact, dependent, _ in facts if fact.relation == "run_by"}
    for (kind, function, owner), run, bond in ties:
        if kind == "owner" and function not in run_already:
            implied = Need(function, owner, "run_by", "", "", "", None, None, *bond[4:6], 1.0, bond.record)
            facts.append((run, implied, function, owner))
    rows = [_row(*each, types) for each in facts]
    described = {became.get(node.id, node.id) for imported in imports for node in imported.nodes}
    ends = {end for row in rows for end in (row.key[0], row.key[2])} | {end for key, _, _ in ties for end in key[1:]}
    dormant = _grouped(_row(*each, types) for each in asleep)
    needs = {key: _followed(_held(group), dormant.get(key, ()), as_of) for key, group in _grouped(rows).items()}
    states = [any((row.fact.valid_from or "") > as_of for row in dormant[key]) for key in dormant.keys() - needs.keys()]
    shares = defaultdict(list)
    for key, run, bond in ties:
        shares[key].append((run, bond.share))
    return Plainly(
        ids=tuple(sorted(described | ends)),
        needs=needs,
        requirements=_requirements(rows, {key for key, held in needs.items() if held.confidence < least}, denied),
        ties={key: _of_most_trusted(said, max) for key, said in shares.items()},
        ended=states.count(False),
        not_begun=states.count(True),
        known=_known_by(rows),
    )


def _known_by(rows: Iterable[Row]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    known = defaultdict(list)
    for key, _, fact in rows:
        known[key[:2]].append((fact.evidence, fact.evidence_date or ""))
    return dict(known)


def _row(run: int, fact: Need, dependent: str, provider: str, types: dict[str, str]) -> Row:
    relation = fact.relation
    if not relation:
        kinds = Kind(kind_of(dependent)), Kind(kind_of(provider))
        relation = str(DEFAULT_RELATIONS.get(kinds, "provided_by"))  # the rest is in no store, only in chance
        both = fact.service_type and types.get(dependent)
        if relation == "provided_by" and both and fact.service_type != types[dependent]:
            relation = "subcontracts"
    service_type = fact.service_type or types.get(provider, "")
    unnamed = "" if relation == "uses" else f"({relation})"
    return Row((dependent, fact.requirement or service_type or unnamed, provider, relation, service_type), run, fact)


def _types(trusted: Sequence[Imported], became: dict[str, str]) -> dict[str, str]:
    """Return the service type of each node: the most trusted source's, the first record's of one source."""
    said: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for run, imported in enumerate(trusted):
        for node in imported.nodes:
            if "service_type" in node.attributes:
                found = str(node.attributes["service_type"])
                said[became.get(node.id, node.id)].append((run, node.record, node.id, found))
    return {node_id: min(each)[3] for node_id, each in said.items()}


def _canonical(nodes: Sequence[Node]) -> dict[str, str]:
    clusters = [{node.id} for node in nodes]
    clusters += [
        {node.id, other} for node in nodes for other in node.attributes.get("identifiers", ()) if is_entity(other)
    ]
    for joint in list(clusters):
        touched = [cluster for cluster in clusters if cluster & joint]
        clusters = [cluster for cluster in clusters if not cluster & joint] + [set().union(*touched)]
    return {member: min(cluster, key=canonical_key) for cluster in clusters for member in cluster}


def _grouped(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.key].append(row)
    return found


def _held(rows: list[Row]) -> Held:
    given = [row.run for row in rows if row.fact.cost_eur is not None]
    begins, ends = [row.fact.valid_from for row in rows], [row.fact.valid_to for row in rows]
    return Held(
        _of_most_trusted([(row.run, row.fact.share) for row in rows], sum),
        _of_most_trusted([(row.run, row.fact.cost_eur) for row in rows], sum),
        [row.fact.cost_eur for row in rows if row.run == min(given or [row.run for row in rows])].count(None),
        _of_most_trusted([(row.run, row.fact.confidence) for row in rows], max) or 0.0,
        None if None in begins else min(filter(None, begins)),
        None if None in ends else max(filter(None, ends)),
    )


def _followed(held: Held, dormant: Iterable[Row], as_of: str) -> Held:
    """Put off the end of a need to that of the rows of itself that follow it at once."""
    end = held.valid_to
    for begun, following in sorted((row.fact.valid_from or "", row.fact.valid_to) for row in dormant):
        if begun > as_of and end and date.fromisoformat(begun) <= date.fromisoformat(end) + timedelta(days=1):
            end = following and max(end, following)
    return held._replace(valid_to=end)


def _of_most_trusted(said: list[tuple[int, float | None]], how: Callable[[Iterable[float]], float]) -> float | None:
    known = [(run, value) for run, value in said if value is not None]
    return how(value for run, value in known if run == min(known)[0]) if known else None


def _requirements(
    rows: list[Row], weak: set[Key], denied: Collection[Denied]
) -> dict[tuple[str, str], tuple[int, int, tuple[str, ...]]]:
    found = {}
    for name in {row.key[:2] for row in rows}:
        mine = [row for row in rows if row.key[:2] == name]
        providers = tuple(sorted({row.key[2] for row in mine}))
        sure = {row.key[2] for row in mine if row.key not in weak and row.key[:3] not in denied}
        found[name] = (*_bounds(mine, [row for row in mine if row.key not in weak], providers, sure), providers)
    return found


def _bounds(rows: list[Row], heard: list[Row], providers: Sequence[str], sure: set[str]) -> tuple[int, int]:
    n = len(providers)
    declared: list[tuple[int, int]] = []
    maybe = void = False
    for row in heard:
        word = row.fact.at_least
        if word in ("", "unknown"):
            continue
        # It holds over the source's own providers and those that came by the requirement's name.
        over = {other.key[2] for other in rows if other.run == row.run or other.fact.requirement}
        least, most = _numbers(word, n)
        if word == "maybe" or over != set(providers):
            maybe |= least == 0
            void |= over != set(providers)
        else:
            declared.append((least, most))
    lower, upper = (0 if maybe else 1), n
    if declared:
        lower, upper = max(least for least, _ in declared), min(most for _, most in declared)
        if lower > upper:
            lower, upper = min(least for least, _ in declared), max(most for _, most in declared)
    doubles = sum(_may_be_another(one, rows) for one in providers if one.startswith("unknown:"))
    upper = min(n, upper + doubles)
    if void and doubles:
        # An unknown provider may be the very one that another source added: then nothing is void.
        lower, upper = (0 if maybe or any(least == 0 for least, _ in declared) else 1), n
    doubtful = n - len(sure)
    return max(0, lower - doubtful), min(n, upper + doubtful)


def _numbers(word: str, n: int) -> tuple[int, int]:
    if word in ("all", "any", "maybe"):
        return {"all": (n, n), "any": (1, 1), "maybe": (0, n)}[word]
    low, _, high = word.partition("..")
    return min(int(low), n), min(int(high or low), n)


def _may_be_another(unknown: str, rows: list[Row]) -> bool:
    """Return whether some source names a provider, and no source names it beside the unknown one."""
    sources: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        sources[row.key[2]].add(row.run)
    return any(not sources[unknown] & by for provider, by in sources.items() if not provider.startswith("unknown:"))


def _found(graph: Graph) -> Plainly:
    ids, needs, columns, ties = graph.nodes.id.tolist(), graph.needs, graph.requirements, graph.ties
    names = columns.names[columns.name].tolist()
    return Plainly(
        ids=tuple(ids),
        needs={
            (
                ids[needs.dependent[need]],
                names[needs.requirement[need]],
                ids[needs.provider[need]],
                RELATIONS[needs.relation[need]].value,
                str(needs.service_types[needs.service_type[need]]),
            ): Held(
                _known(needs.share[need]),
                _known(needs.cost_eur[need]),
                int(needs.cost_blanks[need]),
                float(needs.confidence[need]),
                _day(needs.valid_from[need]),
                _day(needs.valid_to[need]),
            )
            for need in range(len(needs))
        },
        requirements={
            (ids[columns.dependent[requirement]], names[requirement]): (
                int(columns.k_lower[requirement]),
                int(columns.k_upper[requirement]),
                tuple(
                    ids[node]
                    for node in columns.provider[columns.indptr[requirement] : columns.indptr[requirement + 1]].tolist()
                ),
            )
            for requirement in range(len(columns))
        },
        ties={
            (TIE_KINDS[ties.kind[tie]].value, ids[ties.subject[tie]], ids[ties.object[tie]]): _known(ties.share[tie])
            for tie in range(len(ties))
        },
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _day(value: object) -> str | None:
    return None if str(value) == "NaT" else str(value)


@pytest.mark.parametrize("seed", range(250))
def test_a_graph_holds_what_the_model_says(at_random: Callable[[int], list[Imported]], seed: int) -> None:
    imports = [replace(imported, decisions=()) for imported in at_random(seed)]
    made = assemble(imports, as_of=AS_OF)
    graph = made.graph
    found, expected = _found(graph), plainly(imports, AS_OF)
    assert (made.dormant.ended, made.dormant.not_begun) == (expected.ended, expected.not_begun)
    assert (found.ids, found.requirements, found.ties) == (expected.ids, expected.requirements, expected.ties)
    assert found.needs.keys() == expected.needs.keys()
    for key, held in found.needs.items():
        assert held[:3] == pytest.approx(expected.needs[key][:3])
        assert held[3:] == expected.needs[key][3:]
    doubted = at_confidence(graph, 0.75)
    assert _found(doubted).requirements == plainly(imports, AS_OF, least=0.75).requirements


@pytest.mark.parametrize("since", ["", "2025-06-30"])
@pytest.mark.parametrize("accept", ["stated", "documented", "tested"])
@pytest.mark.parametrize("least", [0.0, 0.75])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_known_less_well_than_was_asked_for_may_not_be_there(
    at_random: Callable[[int], list[Imported]], seed: int, accept: str, since: str, least: float
) -> None:
    """Each record says at random how it knows; the bounds are as the model says it, a requirement at a time."""
    imports = [replace(imported, decisions=()) for imported in at_random(seed)]
    choose = random.Random(seed)
    for at, imported in enumerate(imports):
        told = [need._replace(**choose.choice(_KNOWN)) for need in imported.needs]
        imports[at] = replace(imported, needs=told)
    expected = plainly(imports, AS_OF, least=least)
    bounds = {}
    for key, (lower, upper, providers) in expected.requirements.items():
        ok = all(_accepted(word, date, accept, since) for word, date in expected.known[key])
        bounds[key] = lower, upper if ok else len(providers), providers
    graph = assemble(imports, as_of=AS_OF).graph
    asked = Doubt(least, accept, since if accept == "tested" else "").on(graph)
    assert _found(asked).requirements == bounds
    assert (asked.digest == graph.digest) == (_found(asked).requirements == _found(graph).requirements)


@pytest.mark.parametrize("seed", range(120))
def test_a_denied_need_stays_and_counts_as_one_that_may_not_be_there(
    at_random: Callable[[int], list[Imported]], imported: Callable[..., Imported], seed: int
) -> None:
    """Some needs are denied: bounds are as the model says it, at any confidence; none is tighter than before."""
    imports = [replace(imported, decisions=()) for imported in at_random(seed)]
    whole = assemble(imports, as_of=AS_OF).graph
    before, chance = _found(whole), random.Random(seed)
    every = sorted({key[:3] for key in before.needs if not key[2].startswith("unknown:")})
    denied = set(chance.sample(every, min(len(every), 3)))
    relations = {key[:3]: key[3] for key in before.needs}
    says = [_denial(each, relations[each]) for each in sorted(denied)]
    reply = imported(*says, source="reply")
    made = assemble([*imports, reply], as_of=AS_OF)
    found = _found(made.graph)
    assert (found.ids, found.needs, found.ties) == (before.ids, before.needs, before.ties)
    assert found.requirements == plainly(imports, AS_OF, denied=denied).requirements
    doubted = at_confidence(made.graph, 0.75)
    assert _found(doubted).requirements == plainly(imports, AS_OF, least=0.75, denied=denied).requirements
    for name, (lower, upper, providers) in found.requirements.items():
        least, most, same = before.requirements[name]
        assert providers == same
        assert lower <= least
        assert upper >= most
    assert [finding.code for finding in made.findings].count("need-disputed") == len(denied)
    assert (made.graph.digest == whole.digest) == (not denied)
    # What an auditor decides: the need stands, as if nobody had denied it, or it is gone, as if nobody had stated it.
    log = imported(source=DISPUTES)
    for same in (True, False):
        decisions = [Decision(one, other, same, "", "", reasons=(name,)) for one, name, other in sorted(denied)]
        settled = assemble([*imports, reply, replace(log, decisions=decisions)], as_of=AS_OF).graph
        if same:
            assert settled.digest == whole.digest
        else:
            kept = {key: held for key, held in before.needs.items() if key[:3] not in denied}
            assert _found(settled).needs.keys() >= kept.keys()
            assert not {key[:3] for key in _found(settled).needs if key[3] != "run_by"} & denied


def test_a_denial_of_what_nobody_states_is_told_and_makes_nothing(imported: Callable[..., Imported]) -> None:
    made = assemble([imported(_denial(("name:a", "mail", "name:x"), "uses"), source="reply")], as_of=AS_OF)
    assert (len(made.graph.nodes), len(made.graph.needs)) == (0, 0)
    assert [finding.code for finding in made.findings] == ["denied-need-gone"]


def _denial(denied: Denied, relation: str) -> Need:
    """Return the record that denies a need; the requirement of a type, or without name, is told as a source has it."""
    dependent, name, provider = denied
    told = "" if name.startswith("(") else name
    return Need(dependent, provider, relation, told, "", "", None, None, None, None, 1.0, "reply:1", denied=True)


_KNOWN: tuple[dict[str, str | None], ...] = (
    {},
    {"evidence": "stated"},
    {"evidence": "documented", "evidence_date": "2025-01-01"},
    {"evidence": "documented"},
    {"evidence": "tested", "evidence_date": "2025-01-01"},
    {"evidence": "tested", "evidence_date": "2025-06-30"},
    {"evidence": "tested", "evidence_date": "2026-01-02"},
)


def _accepted(word: str, date: str, accept: str, since: str) -> bool:
    """Say whether one record is evidence enough; on a date there is none of a later one."""
    if accept == "stated":
        return True
    if date > AS_OF or word in ("", "stated"):
        return False
    return accept == "documented" or (word == "tested" and date >= since)


_FIRST = (("name:x", "unknown:"), ("unknown:",), ("unknown:1", "unknown:2"))
_SECOND = (("name:y",), ("name:x",), ("name:x", "name:y"), ("name:y", "unknown:"))
_SAID = ("", "all", "any", "2", "0", "1..2", "maybe", "unknown")


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("second", _SECOND)
@pytest.mark.parametrize("first", _FIRST)
def test_the_bounds_hold_whoever_the_unknown_providers_are(
    imported: Callable[..., Imported],
    need: Callable[..., Need],
    first: tuple[str, ...],
    second: tuple[str, ...],
    named: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Each unknown one may be any that the other source names, or somebody else, who never fails here."""

    def made(word: str, other: str, who: dict[tuple[int, str], str]) -> tuple[Imported, Imported]:
        sides = []
        for number, (providers, said) in enumerate(((first, word), (second, other))):
            facts = [
                need(
                    "name:a",
                    who.get((number, one), one),
                    "mail" if named or not number else "",
                    said,
                    service_type="mail",
                    record=f"{number}:{one}",
                )
                for one in providers
            ]
            sides.append(imported(*facts, source=f"source {number}"))
        return sides[0], sides[1]

    sides = (first, second)
    open_ = [(number, one) for number, side in enumerate(sides) for one in side if one.startswith("unknown:")]
    worlds = []
    for meant in product(("name:x", "name:y", "somebody else"), repeat=len(open_)):
        who = {
            key: f"name:{at}" if one == "somebody else" else one
            for at, (key, one) in enumerate(zip(open_, meant, strict=True))
        }
        told = [[who.get((number, one), one) for one in side] for number, side in enumerate(sides)]
        if all(len(set(side)) == len(side) for side in told) and all(
            one in told[1 - number] for (number, _), one in zip(open_, meant, strict=True) if one != "somebody else"
        ):
            worlds.append(who)
    assert worlds
    known = sorted({one for side in sides for one in side if not one.startswith("unknown:")})
    for word, other in product(_SAID, repeat=2):
        graph = assemble(made(word, other, {}), as_of=AS_OF).graph
        ((lower, upper, providers),) = _found(graph).requirements.values()
        for who in worlds:
            ((least, most, there),) = plainly(made(word, other, who), AS_OF).requirements.values()
            for failed in (set(some) for size in range(len(known) + 1) for some in combinations(known, size)):
                left, right = len(set(providers) - failed), len(set(there) - failed)
                assert left >= lower or right < least, (word, other, who, failed)
                assert right >= most or left < upper, (word, other, who, failed)
