"""Writing beside making: in order, and nothing more after a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.stores.neo4j.overlap import overlapped

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_everything_is_written_in_order() -> None:
    written: list[int] = []
    overlapped(written.append, iter(range(100)))
    assert written == list(range(100))


def test_a_fault_of_the_writer_ends_it() -> None:
    written: list[int] = []

    def write(item: int) -> None:
        if item == 3:
            raise ValueError("full")
        written.append(item)

    with pytest.raises(ValueError, match="full"):
        overlapped(write, iter(range(100)))
    assert written[:3] == [0, 1, 2]
    assert len(written) < 10


def test_a_fault_of_the_maker_ends_it() -> None:
    written: list[int] = []

    def items() -> Iterator[int]:
        yield 1
        raise ValueError("bad row")

    with pytest.raises(ValueError, match="bad row"):
        overlapped(written.append, items())
    assert written in ([], [1])
