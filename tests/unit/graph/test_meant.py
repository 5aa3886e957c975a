"""A name that is no id still finds its node, and one that is mistyped finds what is near."""

from __future__ import annotations

import pytest

from depgraph.errors import UnknownIdError
from depgraph.graph import near
from depgraph.testing import graph

ATTRIBUTES = {
    "lei:5493001KJTIIGC8Y1R12": {"name": "Wolke Groep"},
    "kvk:12345678": {"name": "Twee BV"},
    "kvk:87654321": {"name": "Twee bv"},
    "f1": {"name": "Twee BV"},
}
SMALL = graph(
    "Town>Microsoft Town>Macrosoft Town>Oracle Town>lei:5493001KJTIIGC8Y1R12 Town>kvk:12345678 Town>kvk:87654321"
    " f1@Town",
    ATTRIBUTES,
)


def names(written: str, most: int = 3) -> list[str]:
    return [str(SMALL.nodes.name[at]) for at in near(SMALL, written, most=most)]


def test_the_one_node_of_a_name_is_meant() -> None:
    assert SMALL.nodes.id[SMALL.position("wolke  groep")] == "lei:5493001KJTIIGC8Y1R12"


def test_two_nodes_of_a_name_are_told_by_their_ids() -> None:
    with pytest.raises(UnknownIdError, match=r"2 nodes are called 'Twee BV': .* 'kvk:12345678', 'kvk:87654321'$"):
        SMALL.position("Twee BV")


@pytest.mark.parametrize("written", ["Mircosoft", "microsft", "name:Micosoft"])
def test_a_mistyped_name_finds_what_is_near(written: str) -> None:
    assert names(written)[:2] in (["Microsoft", "Macrosoft"], ["Macrosoft", "Microsoft"])
    assert names(written, most=1)


@pytest.mark.parametrize("written", ["", "  ", "qq", "unlike any of them", "x" * 10_000])
def test_what_is_near_to_nothing_finds_nothing(written: str) -> None:
    assert names(written) == []


def test_an_unknown_id_says_what_may_be_meant() -> None:
    with pytest.raises(UnknownIdError, match=r"no node has the id 'Orcale': did you mean 'name:Oracle'\? Else try"):
        SMALL.position("Orcale")
    with pytest.raises(UnknownIdError, match=r"did you mean 'lei:5493001KJTIIGC8Y1R12' \(Wolke Groep\)"):
        SMALL.position("Wolke Groepp")
