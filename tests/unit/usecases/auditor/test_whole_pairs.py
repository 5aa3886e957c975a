"""Pairs that are part of something larger: the same ones, and an interrupt is not swallowed."""

from __future__ import annotations

import pytest

from depgraph.testing import graph
from depgraph.usecases.auditor.whole_pairs import rank_whole_pairs
from depgraph.usecases.questions.pairs import rank_pairs
from depgraph.usecases.view import KEEPER, View


def test_the_same_pairs() -> None:
    small = View(graph("f1@a f1>x|y f2@b f2>y|z"), KEEPER, 1, (), ())
    assert len(rank_whole_pairs(small, by="party", limit=1).rows) == 1
    assert rank_whole_pairs(small, by="party").plain() == rank_pairs(small, by="party").plain()


def test_an_interrupt_ends_it_all() -> None:
    many = View(graph(" ".join(f"f{at}>v{at}|v{at + 1}" for at in range(1_500))), KEEPER, 1, (), ())

    def interrupt(done: int, _: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank_whole_pairs(many, by="party", progress=interrupt)
