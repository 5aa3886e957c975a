"""Blocks of scenarios over threads."""

from __future__ import annotations

import pytest

from depgraph.analytics.kernels.blocks import in_blocks


@pytest.mark.parametrize(("count", "blocks"), [(0, 0), (1, 1), (512, 1), (513, 2), (5_121, 11)])
def test_each_block_once(count: int, blocks: int) -> None:
    done: list[int] = []
    in_blocks(count, lambda: done, lambda memory, block: memory.append(block))
    assert sorted(done) == list(range(blocks))


def test_memory_belongs_to_one_thread() -> None:
    memories: list[list[int]] = []

    def memory() -> list[int]:
        memories.append([])
        return memories[-1]

    in_blocks(512 * 40, memory, lambda own, block: own.append(block))
    assert sorted(block for own in memories for block in own) == list(range(40))


def test_an_error_in_a_thread_is_raised() -> None:
    def fail(_: None, block: int) -> None:
        raise ValueError(f"block {block}")

    with pytest.raises(ValueError, match="block 0"):
        in_blocks(100, lambda: None, fail)
