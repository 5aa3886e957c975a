"""Writing beside making: each slot does one thing at a time, and nothing more is done after a fault."""

from __future__ import annotations

from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from depgraph.stores.neo4j.pipeline import pipelined

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_one_slot_writes_everything_in_order() -> None:
    written: list[int] = []
    pipelined(lambda _, item: written.append(item), iter(range(100)), ["only"])
    assert written == list(range(100))


def test_slots_write_beside_each_other_and_each_alone() -> None:
    meeting = Barrier(2, timeout=30)
    written: dict[str, list[int]] = {"one": [], "other": []}

    def write(slot: str, item: int) -> None:
        meeting.wait()  # nobody passes before both slots are here
        written[slot].append(item)

    pipelined(write, iter(range(100)), list(written))
    assert sorted(written["one"] + written["other"]) == list(range(100))
    assert len(written["one"]) == len(written["other"])
    assert written["one"] == sorted(written["one"])


def test_a_fault_of_the_writer_ends_it() -> None:
    written: list[int] = []

    def write(_: str, item: int) -> None:
        if item == 3:
            raise ValueError("full")
        written.append(item)

    with pytest.raises(ValueError, match="full"):
        pipelined(write, iter(range(100)), ["only"])
    assert written[:3] == [0, 1, 2]
    assert len(written) < 10


def test_a_fault_of_the_maker_ends_it() -> None:
    written: list[int] = []

    def items() -> Iterator[int]:
        yield 1
        raise ValueError("bad row")

    with pytest.raises(ValueError, match="bad row"):
        pipelined(lambda _, item: written.append(item), items(), ["only"])
    assert written in ([], [1])
