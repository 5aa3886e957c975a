"""What happens next: a heap of times and codes, which takes less to compile than a list of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import inlined, inner

if TYPE_CHECKING:
    from depgraph.arrays import Offsets


@inner
def push(heap: Offsets, size: int, time: int, code: int) -> int:
    """Put an event among the first `size` ones, each a time and a code in two numbers; return how many there are."""
    hole = size
    while hole:
        above = (hole - 1) >> 1
        if not _before(time, code, heap[2 * above], heap[2 * above + 1]):
            break
        heap[2 * hole], heap[2 * hole + 1] = heap[2 * above], heap[2 * above + 1]
        hole = above
    heap[2 * hole], heap[2 * hole + 1] = time, code
    return size + 1


@inner
def pop(heap: Offsets, size: int) -> int:
    """Take out the first event, of one time that with the smallest code; return how many are left."""
    size -= 1
    time, code = heap[2 * size], heap[2 * size + 1]
    hole, below = 0, 1
    while below < size:
        if below + 1 < size and _before(heap[2 * below + 2], heap[2 * below + 3], heap[2 * below], heap[2 * below + 1]):
            below += 1
        if not _before(heap[2 * below], heap[2 * below + 1], time, code):
            break
        heap[2 * hole], heap[2 * hole + 1] = heap[2 * below], heap[2 * below + 1]
        hole, below = below, 2 * below + 1
    heap[2 * hole], heap[2 * hole + 1] = time, code
    return size


@inlined
def _before(time: int, code: int, other_time: int, other_code: int) -> bool:
    """Say whether an event comes before another one."""
    return time < other_time or (time == other_time and code < other_code)
