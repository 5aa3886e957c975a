"""A graph that went through arrays is the graph that it was."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.graph import Assembled, assemble, at_confidence, from_arrays, to_arrays
from depgraph.graph.core import Graph
from depgraph.graph.texts import Texts
from depgraph.model import Decision, Label, Marking, Need, Node, Tie
from depgraph.regulation.groups import reference_import

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.ports import Imported

AMBER = Marking(Label.AMBER, hubs=("care",), organisations=("Ünï",), recipients=("Ann", "Bo"))


def row(dependent: str, provider: str, *, until: str | None = None, since: str | None = None, **more: Any) -> Need:
    said = {"requirement": "mail", "at_least": "", "service_type": "S01", "share": 0.5, "cost_eur": None} | more
    return Need(dependent, provider, "uses", *said.values(), since, until, 0.7, f"needs.csv:{provider}")


@pytest.fixture
def assembled(imported: Callable[..., Imported]) -> Assembled:
    """Make a graph with something in each of its corners."""
    facts = [
        Node("name:Alpha", {"name": "Alpha 𝄞", "people": 7, "identifiers": ("kvk:12345678",), "region": "é"}, "a:1"),
        Node("function:f", {"criticality": 0.5}, "a:2"),
        row("function:f", "name:Alpha"),
        row("function:f", "name:alpha "),
        row("function:f", "unknown:"),
        row("function:f", "name:Microsoft", at_least="all"),
        row("function:f", "name:Google", at_least="any"),
        row("name:Alpha", "name:Microsoft", until="2020-01-01"),
        row("name:Alpha", "name:Gone", until="2021-01-01"),
        row("name:Alpha", "name:Later", since="2030-01-01", requirement="other"),
        Tie("owner", "function:f", "name:Alpha", None, None, None, "t:1"),
        Tie("owned_by", "name:Alpha", "name:Old", 0.5, None, "2000-01-01", "t:2"),
        Decision("name:Alpha", "name:Alfa", True, "said so", "d:1"),  # noqa: FBT003 - a fact's field
        Decision("name:Alpha", "name:Google", False, "said so", "d:2"),  # noqa: FBT003 - a fact's field
    ]
    more = [row("function:f", "name:Alfa"), Node("name:ALPHA", {"country": "NL"}, "b:1")]
    imports = [imported(*facts), imported(*more, source="other", revision=2, marking=AMBER, trust=9)]
    return assemble(imports, as_of="2026-01-01", reference=reference_import)


def same(one: object, other: object) -> bool:
    """Say whether two tables, columns or values say the same, and their columns are of one type."""
    if isinstance(one, np.ndarray | Texts) and isinstance(other, np.ndarray | Texts):
        return one.dtype == other.dtype and repr(one.tolist()) == repr(other.tolist())
    if is_dataclass(one) and not isinstance(one, Graph):
        assert type(one) is type(other)
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    return one == other


def through_arrays(assembled: Assembled) -> Assembled:
    said, arrays = to_arrays(assembled)
    return from_arrays(json.loads(json.dumps(said)), {name: values.copy() for name, values in arrays.items()})


def test_every_column_is_what_it_was(assembled: Assembled) -> None:
    again = through_arrays(assembled)
    assert assembled.graph.apart
    assert assembled.graph.said is not None
    for column in fields(Graph):
        one, other = (getattr(each.graph, column.name) for each in (assembled, again))
        assert same(one, other), column.name
    assert list(again.graph.aliases.items()) == list(assembled.graph.aliases.items())


def test_what_is_not_in_force_and_what_was_settled_come_along(assembled: Assembled) -> None:
    again = through_arrays(assembled)
    assert (again.dormant.ended, again.dormant.not_begun) == (2, 1)
    told = [repr(each.dormant.of({"kvk:12345678", "name:Old"})) for each in (assembled, again)]
    assert told[0] == told[1]
    assert told[0].count("DormantLink") == 4
    assert assembled.findings
    assert tuple(again.findings) == tuple(assembled.findings)
    assert [again.findings[at] for at in range(len(again.findings))] == list(assembled.findings)
    assert again.findings[:1] == tuple(assembled.findings[:1])


def test_the_digest_is_kept_and_is_the_one_that_the_columns_have(assembled: Assembled) -> None:
    again = through_arrays(assembled)
    assert again.graph.digest == assembled.graph.digest
    del vars(again.graph)["digest"]
    assert again.graph.digest == assembled.graph.digest


def test_a_node_is_found_by_every_word_for_it(assembled: Assembled) -> None:
    again = through_arrays(assembled)
    for written in ("Alpha", "name:alfa", "ALFA", "Alpha 𝄞", "kvk:12345678", "microsoft", "f"):
        assert again.graph.position(written) == assembled.graph.position(written)
    assert again.graph.outside.told(0) == assembled.graph.outside.told(0)


def test_it_goes_through_again_as_the_same_arrays(assembled: Assembled) -> None:
    first, second = to_arrays(assembled), to_arrays(through_arrays(assembled))
    assert json.dumps(first[0]) == json.dumps(second[0])
    assert {name: values.tobytes() for name, values in first[1].items()} == {
        name: values.tobytes() for name, values in second[1].items()
    }


def test_doubting_weak_needs_gives_the_same(assembled: Assembled) -> None:
    again = through_arrays(assembled)
    assert at_confidence(again.graph, 0.9).digest == at_confidence(assembled.graph, 0.9).digest


def test_nothing_goes_through_too() -> None:
    nothing = assemble([], as_of="2026-01-01")
    again = through_arrays(nothing)
    assert again.graph.digest == nothing.graph.digest
    assert (tuple(again.findings), again.dormant.of({"name:a"})) == ((), ())


@pytest.mark.parametrize("seed", range(40))
def test_graphs_at_random_are_what_they_were(at_random: Callable[[int], list[Imported]], seed: int) -> None:
    first, again = (assemble(at_random(seed), as_of="2026-01-01") for _ in range(2))
    again = through_arrays(again)
    for column in fields(Graph):
        assert same(getattr(first.graph, column.name), getattr(again.graph, column.name)), column.name
    assert tuple(first.findings) == tuple(again.findings)
    everyone = set(first.graph.nodes.id.tolist()) | set(first.graph.aliases)
    assert repr(first.dormant.of(everyone)) == repr(again.dormant.of(everyone))
