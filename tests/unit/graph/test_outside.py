"""Ids that nothing in force names: the graph has no node for them, and says when it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UnknownIdError
from depgraph.graph import Graph, Viewer, assemble
from depgraph.model import Label, Marking, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.model import Need, Tie
    from depgraph.ports import Imported

AS_OF = "2026-08-01"
BOTH = (
    "is in 2 needs that are not in force on 2026-08-01 (the last ended 2024-12-31, the next begins 2028-01-01):"
    " ask --as-of 2024-12-31"
)


@pytest.fixture
def graph(
    imported: Callable[..., Imported], need: Callable[..., Need], tie: Callable[..., Tie]
) -> Callable[..., Graph]:
    """Assemble needs that ended, that are not begun and that go on, as of a date."""

    def made(as_of: str = AS_OF, viewer: Viewer | None = None) -> Graph:
        facts = imported(
            need("name:A", "name:Old", valid=(None, "2026-05-31")),
            need("name:B", "name:Old", valid=("2020-01-01", "2025-12-31")),
            need("name:Old Town", "name:A", valid=(None, "2026-05-31")),
            need("name:A", "name:New", valid=("2027-01-01", None)),
            need("name:A", "name:Both", valid=(None, "2024-12-31")),
            need("name:A", "name:Both", valid=("2028-01-01", None)),
            need("name:A", "name:There", valid=(None, "2026-05-31")),
            need("name:C", "service:There"),
            tie("owned_by", "name:A", "name:Holding", valid=(None, "2026-01-31")),
            Node("name:B", {"name": "B"}, "nodes.csv:2"),
            Node("name:A", {"name": "A"}, "nodes.csv:3"),
            marking=Marking(Label.CLEAR),
        )
        hidden = imported(
            need("name:A", "name:Hidden", valid=(None, "2026-05-31")),
            source="secret",
            marking=Marking(Label.RED),
        )
        return assemble([facts, hidden], as_of=as_of, viewer=viewer).graph

    return made


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Old Town", "is in 1 need that is not in force on 2026-08-01 (ended 2026-05-31): ask --as-of 2026-05-31"),
        ("name:NEW", "is in 1 need that is not in force on 2026-08-01 (begins 2027-01-01): ask --as-of 2027-01-01"),
        (
            "Old",
            "is in 2 needs that are not in force on 2026-08-01 (the last ended 2026-05-31): ask --as-of 2026-05-31",
        ),
        (
            "both",
            BOTH,
        ),
        ("Holding", "is in 1 tie that is not in force on 2026-08-01 (ended 2026-01-31): ask --as-of 2026-01-31"),
    ],
)
def test_an_id_that_nothing_in_force_names_says_when_it_is(
    graph: Callable[..., Graph], written: str, said: str
) -> None:
    with pytest.raises(UnknownIdError) as raised:
        graph().position(written)
    assert str(raised.value).partition(" ")[0].strip("'").startswith("name:")
    assert str(raised.value).endswith(said)
    asked = said.rpartition(" ")[2]
    assert graph(asked).find(str(raised.value).split("'")[1]) is not None


def test_a_node_of_the_graph_is_not_outside(graph: Callable[..., Graph]) -> None:
    made = graph()
    assert made.outside.id.tolist() == [
        *("name:Both", "name:Hidden", "name:Holding", "name:New", "name:Old", "name:Old Town", "name:There")
    ]
    assert made.nodes.id[made.position("B")] == "name:B", "a row of its own keeps a node in the graph"
    assert made.nodes.id[made.position("There")] == "service:There", "what is in force comes first"


def test_who_may_not_see_it_is_told_nothing(graph: Callable[..., Graph]) -> None:
    viewer = Viewer(organisation="kvk:00000001")
    with pytest.raises(UnknownIdError, match="no node has the id 'Hidden'"):
        graph(viewer=viewer).position("Hidden")
    assert "name:Hidden" in graph().outside.id.tolist()


def test_the_digest_is_that_of_what_is_in_force(imported: Callable[..., Imported], need: Callable[..., Need]) -> None:
    gone = need("name:C", "name:D", valid=(None, "2020-01-01"))
    more, less = (assemble([imported(need("name:A", "name:B"), *each)], as_of=AS_OF).graph for each in ([gone], []))
    assert more.digest == less.digest
