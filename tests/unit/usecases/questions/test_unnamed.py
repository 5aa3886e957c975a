"""Needs of which no source says who meets them, and whom they concern."""

from __future__ import annotations

import pytest

from depgraph.errors import UsageError
from depgraph.testing import graph
from depgraph.usecases.questions.concerning import concerning
from depgraph.usecases.questions.unnamed import list_unnamed
from depgraph.usecases.view import KEEPER, View

SMALL = graph(
    "f1@a f1>X X>unknown:q f2@b f2>Y f2>unknown:r Y>z",
    {"a": {"sector": "north", "hub": "h"}, "b": {"sector": "south"}},
)
"""Behind f1 in the north is a service of an unknown provider; in the south f2 has one itself."""


def unnamed(**asked: str) -> list[str]:
    return [row.name for row in list_unnamed(View(SMALL, KEEPER, 1, (), ()), **asked).rows]


def test_of_everybody_and_of_one_sector_or_hub() -> None:
    assert sorted(unnamed()) == ["X", "f2"]
    assert unnamed(sector="North") == ["X"]
    assert unnamed(hub="h") == ["X"]
    assert unnamed(sector="south") == ["f2"]


def test_what_is_left_out_is_said() -> None:
    found = list_unnamed(View(SMALL, KEEPER, 1, (), ()), limit=1)
    assert found.meta.partial == "1 of 2 needs with an unknown provider"


def test_needs_of_all_that_a_sector_depends_on_concern_it() -> None:
    needs, names = SMALL.needs, SMALL.nodes.name
    chosen = concerning(SMALL, sector="south")
    assert sorted({str(name) for name in names[needs.dependent[chosen]]}) == ["Y", "f2"]
    assert not (concerning(SMALL) & SMALL.own_run_by).any()


def test_nobody_is_refused() -> None:
    with pytest.raises(UsageError, match="'west'"):
        unnamed(sector="west")
