"""Which columns a graph has, and how much memory they take."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.graph import Nodes, assemble
from depgraph.graph.columns import NODE_NUMBERS, NODE_TEXTS
from depgraph.model import ATTRIBUTES, AttributeType

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph
    from depgraph.model import Need
    from depgraph.ports import Imported


def _bytes(of: object, counted: set[int] | None = None) -> int:
    """Return the bytes of all columns, each once: of the arrays, and of texts too long to lie in their array."""
    counted = set() if counted is None else counted
    if isinstance(of, np.ndarray):
        if id(of) in counted or not any(of.strides):
            return 0
        counted.add(id(of))
        if not isinstance(of.dtype, np.dtypes.StringDType):
            return of.nbytes
        sizes = [len(text.encode()) for text in of.tolist()]
        return of.nbytes + sum(size + (8 if size > 255 else 1) for size in sizes if size > 15)
    if is_dataclass(of):
        return sum(_bytes(getattr(of, column.name), counted) for column in fields(of))
    return 0


@pytest.fixture
def register(imported: Callable[..., Imported], need: Callable[..., Need]) -> Callable[[int], Graph]:
    """Make the graph of a register in which every need is a requirement of its own."""

    def made(needs: int) -> Graph:
        rows = (
            need(
                f"name:Organisation {at % 1000}",
                f"name:Supplier number {at // 1000}",
                f"name:Supplier number {at // 1000}",
                service_type=f"S{at % 19:02}",
                share=0.5,
                cost=1000.0,
                record=f"needs.csv:{at + 10_000_000}",
            )
            for at in range(needs)
        )
        return assemble([imported(*rows)], as_of="2026-01-01").graph

    return made


def test_eleven_million_needs_fit_in_two_gigabytes(register: Callable[[int], Graph]) -> None:
    small, large = register(10_000), register(30_000)
    assert (len(small.needs), len(large.needs)) == (10_000, 30_000)
    assert len(large.requirements) == 30_000
    per_need = (_bytes(large) - _bytes(small)) / 20_000
    assert _bytes(small) + per_need * (11_000_000 - 10_000) < 2_000_000_000


def test_each_column_of_an_attribute_is_of_its_type() -> None:
    """Lists of columns elsewhere are made of these two: a new column joins them by its place in `Nodes`."""
    assert (NODE_TEXTS[0], *NODE_NUMBERS[:1]) == ("name", "people")
    columns = {column.name for column in fields(Nodes)}
    assert {*NODE_TEXTS, *NODE_NUMBERS} == columns & ATTRIBUTES.keys()
    assert {ATTRIBUTES[name].type for name in NODE_TEXTS} == {AttributeType.TEXT}
    assert {ATTRIBUTES[name].type for name in NODE_NUMBERS} == {AttributeType.NUMBER, AttributeType.WHOLE}
