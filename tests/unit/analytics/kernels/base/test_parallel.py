"""Blocks of scenarios over threads."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Barrier, Event, main_thread

import pytest

from depgraph.analytics.kernels.base.parallel import in_blocks, in_turn


@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, 1), (512, 1), (513, 2), (5_121, 11)])
def test_each_block_once(count: int, size: int) -> None:
    done: list[int] = []
    in_blocks(count, lambda: done, lambda memory, block: memory.append(block))
    assert sorted(done) == list(range(size))


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


def interrupt_at(number: int) -> Callable[[None, int], None]:
    """Return work that interrupts the main thread, as Ctrl-C does, at one of its parts."""

    def work(_: None, at: int) -> None:
        if at == number:
            signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)

    return work


def test_an_interrupt_of_the_main_thread_is_raised() -> None:
    with pytest.raises(KeyboardInterrupt):
        in_blocks(512 * 10**15, lambda: None, interrupt_at(3))


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_what_was_begun_is_ended_and_is_what_comes_first(cores: int) -> None:
    done: list[int] = []

    def work(_: None, number: int) -> None:
        interrupt_at(20)(None, number)
        done.append(number)

    count = in_turn(10**15, lambda: None, work, partly=True, cores=cores)
    assert 20 < count < 10**15
    assert sorted(done) == list(range(count))


def test_an_error_in_one_thread_ends_the_others() -> None:
    """The first thread would go on for ever, the second one fails."""
    both, failed = Barrier(2), Event()

    def work(_: None, number: int) -> None:
        if number < 2:
            both.wait(timeout=60)
        if number == 1:
            failed.set()
            raise ValueError("part 1")
        failed.wait(timeout=60)

    with pytest.raises(ValueError, match="part 1"):
        in_turn(10**15, lambda: None, work, partly=True, cores=2)


def test_progress_counts_what_is_done() -> None:
    told: list[tuple[int, int]] = []
    assert in_turn(7, lambda: None, lambda _, __: None, progress=lambda *done: told.append(done)) == 7
    assert sorted(told) == [(done, 7) for done in range(1, 8)]


def test_a_long_number_can_see_that_it_is_to_end() -> None:
    stopped = Event()

    def work(_: None, number: int) -> None:
        interrupt_at(0)(None, number)
        assert stopped.wait(timeout=60)

    with pytest.raises(KeyboardInterrupt):
        in_turn(1, lambda: None, work, stopped=stopped)
