"""A graph: immutable columns, and finding one's way in them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.errors import UnknownIdError
from depgraph.graph import RELATIONS, assemble
from depgraph.model import Kind, Label, Marking, Node, Provenance, Relation, TieKind
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.model import Need, Tie
    from depgraph.ports import Imported

    Imports = Callable[..., Imported]


def _arrays(of: object, name: str = "graph") -> Iterator[tuple[str, np.ndarray]]:
    for column in fields(of):
        value = getattr(of, column.name)
        if isinstance(value, np.ndarray):
            yield f"{name}.{column.name}", value
        elif is_dataclass(value):
            yield from _arrays(value, f"{name}.{column.name}")


def test_nothing_in_a_graph_can_be_changed() -> None:
    made = graph("a>x&y f1@a")
    arrays = dict(_arrays(made))
    assert len(arrays) > 40
    assert [name for name, array in arrays.items() if array.flags.writeable] == []
    with pytest.raises(ValueError, match="read-only"):
        made.needs.share[0] = 1.0
    for part in (made, made.nodes, made.needs, made.requirements, made.ties):
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, None)


def test_a_node_is_found_by_id_alias_or_bare_value(imported: Imports) -> None:
    made = assemble(
        [
            imported(
                Node("name:a", {"identifiers": ("kvk:00000001", "domain:a.nl")}, "r"),
                Node("service:mail", {}, "r"),
                Node("place:NL", {}, "r"),
                Node("name:Ünï", {}, "r"),
            )
        ],
        as_of="2026-01-01",
    ).graph
    position_of = {node_id: position for position, node_id in enumerate(made.nodes.id.tolist())}
    written = {
        "kvk:00000001": "kvk:00000001",
        "kvk:0000 0001": "kvk:00000001",
        "name:a": "kvk:00000001",
        "a": "kvk:00000001",
        "domain:A.nl.": "kvk:00000001",
        "mail": "service:mail",
        "service:mail": "service:mail",
        "nl": "place:NL",
        "U\u0308ni\u0308": "name:Ünï",
    }
    assert {text: made.position(text) for text in written} == {
        text: position_of[node_id] for text, node_id in written.items()
    }
    assert made.find("name:z") is None
    with pytest.raises(UnknownIdError, match="no node has the id 'zz': try depgraph find 'zz'"):
        made.position("zz")


def test_needs_from_both_ends() -> None:
    made = graph("b>x|y a>x c>b x>y")
    ids = made.nodes.id.tolist()
    dependent, provider = made.needs.dependent, made.needs.provider
    offsets, order = made.dependants
    for at in range(len(ids)):
        assert set(range(made.needs_of[at], made.needs_of[at + 1])) == set(np.flatnonzero(dependent == at).tolist())
        assert set(order[offsets[at] : offsets[at + 1]].tolist()) == set(np.flatnonzero(provider == at).tolist())
        mine = made.requirements.dependent[made.requirements_of[at] : made.requirements_of[at + 1]]
        assert mine.tolist() == [at] * int((made.requirements.dependent == at).sum())
    assert made.needs_of[-1] == offsets[-1] == len(made.needs)


def test_kinds_and_relations() -> None:
    made = graph("f1>s1 s1>x s1>s2 x>l1")
    assert made.of_kind(Kind.FUNCTION, Kind.PLACE).tolist() == [True, False, True, False, False]
    assert made.nodes.id[made.of_kind(Kind.SERVICE)].tolist() == ["service:s1", "service:s2"]
    uses = made.with_relation(Relation.USES, Relation.LOCATED_IN)
    assert {RELATIONS[code] for code in made.needs.relation[uses].tolist()} == {Relation.USES, Relation.LOCATED_IN}
    assert int(uses.sum()) == 2


def test_ties_of_a_kind() -> None:
    made = graph("f1@a a<g a^b")
    ids = made.nodes.id
    for kind, expected in (
        (TieKind.OWNER, ("function:f1", "name:a")),
        (TieKind.OWNED_BY, ("name:a", "name:g")),
        (TieKind.PART_OF, ("name:a", "name:b")),
    ):
        subject, parent = made.tied(kind)
        assert (ids[subject].tolist(), ids[parent].tolist()) == ([expected[0]], [expected[1]])


def test_what_an_owner_runs_itself(imported: Imports, need: Callable[..., Need], tie: Callable[..., Tie]) -> None:
    made = assemble(
        [
            imported(
                tie("owner", "function:f", "name:a"),
                tie("owner", "function:g", "name:a"),
                need("function:g", "name:b", relation="run_by"),
                need("function:f", "name:c"),
            )
        ],
        as_of="2026-01-01",
    ).graph
    assert made.nodes.id[made.needs.dependent[made.own_run_by]].tolist() == ["function:f"]
    assert made.nodes.id[made.needs.provider[made.own_run_by]].tolist() == ["name:a"]


def test_provenance_and_marking(imported: Imports, need: Callable[..., Need]) -> None:
    green = Marking(Label.GREEN, hubs=("care",))
    red = Marking(Label.RED, ("water",), ("Ede",), ("eve",))
    made = assemble(
        [
            imported(need("name:a", "name:b", record="n:1"), marking=green, revision=3, retrieved="2025-05-05"),
            imported(need("name:a", "name:b", record="m:1"), source="other", part="p", marking=red, revision=4),
        ],
        as_of="2026-01-01",
    ).graph
    assert made.provenance(made.needs.evidence, 0) == (
        Provenance("other", "p", "m:1", "2026-01-01", 4, red),
        Provenance("register", "", "n:1", "2025-05-05", 3, green),
    )
    assert made.marking == Marking(Label.RED, recipients=("eve",))  # nobody else may be given it
    assert graph("").marking == Marking()


def test_how_many_providers_must_fail() -> None:
    """Of n providers of which k must work n - k + 1; n + 1, which is never, for k = 0 and for who is not known."""
    small = graph("a>x|y b>2(x,y,z) c>?(x,y) d>0(x,y) unknown:q>x")
    dependents = small.nodes.id[small.requirements.dependent].tolist()
    lower, upper = (dict(zip(dependents, column.tolist(), strict=True)) for column in small.thresholds)
    assert lower == {"name:a": 2, "name:b": 2, "name:c": 2, "name:d": 3, "unknown:q": 2}
    assert upper == {"name:a": 2, "name:b": 2, "name:c": 1, "name:d": 3, "unknown:q": 2}
