"""A changed graph: the same as if the sources had said so from the start."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from depgraph.graph import Graph, assemble, changed
from depgraph.model import Facts, Import, Marking, Need, Node, Relation, Tie, TieKind
from depgraph.ports import Counts, Imported
from depgraph.testing import graph

CHANGE = Import("scenario", "case.toml", "2026-01-01", Marking(), 100, "")


def need(dependent: str, provider: str, requirement: str, at_least: str = "", **more: object) -> Need:
    said = Need(dependent, provider, Relation.USES, requirement, at_least, "", None, None, None, None, 1.0, "case")
    return said._replace(**more)  # type: ignore[arg-type]  # a test says which fields


def imported(needs: list[Need], nodes: tuple[Node, ...] = (), ties: tuple[Tie, ...] = ()) -> Imported:
    run = Import("text", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    return Imported(run, 1, Counts(len(nodes), len(needs), len(ties)), (), nodes, needs, ties)


def assembled(*imports: Imported) -> Graph:
    return assemble(imports, as_of="2026-01-01").graph


def none_of(small: Graph) -> np.ndarray:
    return np.zeros(len(small.needs), dtype=np.bool_)


def test_no_change_is_the_same_graph() -> None:
    small = graph("f1@a f1>s1 s1>x b>y y<g b>1..2(x,y,g) f1>?(x,y) c^b", {"x": {"country": "US", "people": 3}})
    same = changed(small, none_of(small), Facts(), CHANGE)
    assert same.digest == small.digest
    assert [run.run.source for run in same.runs] == ["scenario", "text"]
    for at in range(len(small.needs)):
        before = [said.record for said in small.provenance(small.needs.evidence, at)]
        assert [said.record for said in same.provenance(same.needs.evidence, at)] == before


def test_what_is_added_says_where_it_comes_from() -> None:
    small = graph("a>x b>y")
    facts = Facts(
        (Node("name:n", {"country": "BE"}, "case.toml#/adds[0]"),),
        (need("name:a", "name:n", "name:x", "any", record="case.toml#/adds[1]"),),
        (Tie(TieKind.OWNED_BY, "name:n", "name:y", None, None, None, "case.toml#/adds[0]"),),
    )
    after = changed(small, none_of(small), facts, CHANGE)
    assert after.nodes.id.tolist() == ["name:a", "name:b", "name:n", "name:x", "name:y"]
    assert after.nodes.country[after.position("n")] == "BE"
    at = int(np.flatnonzero(after.needs.provider == after.position("n"))[0])
    assert [(said.source, said.part, said.record) for said in after.provenance(after.needs.evidence, at)] == [
        ("scenario", "case.toml", "case.toml#/adds[1]")
    ]
    assert after.tied(TieKind.OWNED_BY)[0].tolist() == [after.position("n")]
    requirement = int(after.needs.requirement[at])
    assert np.diff(after.requirements.indptr)[requirement] == 2
    assert (after.requirements.k_lower[requirement], after.requirements.k_upper[requirement]) == (1, 1)


def test_an_added_word_is_the_last_one() -> None:
    """Two sources that declare different things widen; a change says what holds instead."""
    small = graph("a>x&y")
    name = str(small.requirements.names[small.requirements.name[0]])
    after = changed(small, none_of(small), Facts(needs=(need("name:a", "name:x", name, "any"),)), CHANGE)
    assert (after.requirements.k_lower.tolist(), after.requirements.k_upper.tolist()) == ([1], [1])
    silent = changed(small, none_of(small), Facts(needs=(need("name:a", "name:x", name),)), CHANGE)
    assert (silent.requirements.k_lower.tolist(), silent.requirements.k_upper.tolist()) == ([2], [2])


def test_what_is_not_valid_on_the_date_is_left_out() -> None:
    small = graph("a>x")
    late = need("name:a", "name:a2", "r", valid_from="2027-01-01")
    facts = Facts((Node("name:a2", {}, "case"),), (late,))
    assert len(changed(small, none_of(small), facts, CHANGE).needs) == 1


def test_a_function_that_nobody_else_runs_is_run_by_its_owner() -> None:
    small = graph("f1@a f1>s1", {"a": {"people": 3}})
    run_by = need("function:f1", "name:x", "name:x", relation=Relation.RUN_BY)
    both = assembled(
        imported(
            [need("function:f1", "service:s1", "service:s1"), run_by],
            (),
            (Tie(TieKind.OWNER, "function:f1", "name:a", None, None, None, "t"),),
        )
    )
    gone = both.needs.provider == both.position("x")
    after = changed(both, gone, Facts(), CHANGE)
    assert [str(after.nodes.id[at]) for at in after.needs.provider] == ["name:a", "service:s1"]
    assert [str(small.nodes.id[at]) for at in small.needs.provider] == ["name:a", "service:s1"]


@pytest.mark.parametrize("seed", range(60))
def test_as_if_the_sources_had_said_so(seed: int) -> None:
    """Taking needs away and adding others is the same as assembling what is left and what is new."""
    random = Random(seed)
    words = ("", "any", "all", "2", "1..2", "unknown", "maybe")
    said = {(name, number): random.choice(words) for name in "abcdefg" for number in range(3)}

    def some(count: int, names: str) -> list[Need]:
        found = []
        for number in range(count):
            one, other = random.sample(names, 2)
            group = random.randrange(3)
            share = random.choice([None, random.random()])
            found.append(
                need(f"name:{one}", f"name:{other}", f"r{group}", said[one, group], share=share, record=f"n:{number}")
            )
        return found

    old, new = some(random.randint(1, 25), "abcdef"), some(random.randint(0, 6), "abcdefg")
    nodes = tuple(Node(f"name:{name}", {}, "nodes") for name in "abcdef")
    before = assembled(imported(old, nodes))
    gone = np.array([random.random() < 0.3 for _ in range(len(before.needs))])
    names = before.requirements.names[before.requirements.name[before.needs.requirement]]
    dead = {
        (
            str(before.nodes.id[before.needs.dependent[at]]),
            str(before.nodes.id[before.needs.provider[at]]),
            str(names[at]),
        )
        for at in np.flatnonzero(gone)
    }
    fresh = (Node("name:g", {}, "new"),)
    after = changed(before, gone, Facts(fresh, tuple(new)), CHANGE)
    left = [one for one in old if (one.dependent, one.provider, one.requirement) not in dead]
    overruled = {(one.dependent, one.requirement) for one in new if one.at_least}
    left = [one._replace(at_least="") if (one.dependent, one.requirement) in overruled else one for one in left]
    change = Imported(CHANGE, 2, Counts(1, len(new), 0), (), fresh, new, ())
    expected = assembled(imported(left, nodes), change)
    assert after.digest == expected.digest
