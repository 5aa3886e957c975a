"""Decision diagrams of monotone functions and of families of sets, in one table of nodes: compiled.

A node is a level, which stands for a variable, and two successors of greater levels: `low` where the
variable is false or not in the set, `high` where it is. Read as a *function* (a binary decision
diagram), node 0 is false and 1 is true, and a node with equal successors is left out. Read as a
*family* of sets (a zero-suppressed one), 0 is no set, 1 is the empty set alone, and a node whose
`high` is 0 is left out. Each function and each family is one node, so that equal ones are told
by their numbers.

Operations are steps of one loop with a stack of its own: diagrams are deeper than the stack of a thread.

References
----------
Bryant, R. E. (1986). Graph-based algorithms for Boolean function manipulation. IEEE Transactions on
Computers 35(8), 677-691.
Minato, S. (1993). Zero-suppressed BDDs for set manipulation in combinatorial problems. 30th Design
Automation Conference, 272-277.
Rauzy, A. (1993). New algorithms for fault trees analysis. Reliability Engineering & System Safety
40(3), 203-211.

"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inlined
from depgraph.analytics.kernels.base.lanes import pointers

if TYPE_CHECKING:
    from depgraph.arrays import Ints, Offsets

CHOICE: Final = 1
"""Function: b where a holds, else c; a, b and c are functions."""
MINIMAL: Final = 2
"""Family: the minimal sets of variables that make the monotone function a true."""
UNMET: Final = 3
"""Family: the sets of family a that do not make the monotone function b true."""
WITHOUT: Final = 4
"""Family: the sets of a that include no set of b."""
UNION: Final = 5
"""Family: the minimal sets among those of a and b, both minimal families."""
PRODUCT: Final = 6
"""Family: the minimal unions of a set of a and one of b, both minimal families, of at most c elements."""
SHORT: Final = 7
"""Family: the sets of a with at most b elements."""
HOLDING: Final = 8
"""Family: the sets of a that hold the variable of level b."""
ANY: Final = 9
"""Function: whether some set of family a is true as a whole."""

UNLIMITED: Final = 1 << 30
"""As a number of elements: however many."""

USED: Final = 0
STEPS: Final = 1
PAUSE: Final = 2
STATUS: Final = 3
SOLVED: Final = 4
"""Positions in `Tables.state`."""

DONE: Final = 0
PAUSED: Final = 1
FULL: Final = 2
"""States: finished; more steps than allowed at a time; no room for another node."""

_NONE: Final = -1
_FRAME: Final = 8
_MAKE: Final = 0
_MAKE_SET: Final = -2
_QUESTION: Final = (1 << 32) - 1


class Tables(NamedTuple):
    """Nodes, and what is known of them; at most 2^28 nodes.

    Attributes
    ----------
    node : int32[4 * capacity]
        Of each node its level, `low`, `high`, and the next node of the same hash, 0 for none.
        The level of both ends is the number of variables.
    bucket : int32[capacity]
        The first node of each hash, 0 for none.
    answer : int64[2 * capacity]
        Questions answered lately, by hash: operation, first operand and answer in 4, 28 and 32
        bits, then the other operands.
    stack : int64[8 * d]
        Operations under way: operation, three operands, stage, three results so far.
    state : int64[5]
        Nodes in use, steps taken, steps after which to pause, how the last call ended, and how
        many components of a formula are solved. Another thread may set the pause, and read.
    size : int
        The capacity, a power of two.

    """

    node: Ints
    bucket: Ints
    answer: Offsets
    stack: Offsets
    state: Offsets
    size: int


def tables_of(variables: int, bits: int) -> Tables:
    """Return tables with room for ``2^bits`` nodes over so many variables, and the two ends in them."""
    size = 1 << bits
    tables = Tables(
        node=np.zeros(4 * size, dtype=np.int32),
        bucket=np.zeros(size, dtype=np.int32),
        answer=np.zeros(2 * size, dtype=np.int64),
        stack=np.zeros(_FRAME * (4 * variables + 16), dtype=np.int64),
        state=np.zeros(5, dtype=np.int64),
        size=size,
    )
    tables.node[:8] = (variables, 0, 0, 0, variables, 1, 1, 0)
    tables.state[USED] = 2
    return tables


def grown(tables: Tables) -> Tables:
    """Return the same nodes and answers in tables of twice the size."""
    size = 2 * tables.size
    larger = Tables(
        node=np.concatenate((tables.node, np.zeros(4 * tables.size, dtype=np.int32))),
        bucket=np.zeros(size, dtype=np.int32),
        answer=np.zeros(2 * size, dtype=np.int64),
        stack=tables.stack,
        state=tables.state,
        size=size,
    )
    _moved(tables, larger)
    return larger


@compiled
def _moved(tables: Tables, larger: Tables) -> None:
    """Put nodes and answers where the hashes of the larger tables say."""
    node, mask = larger.node, larger.size - 1
    for each in range(2, tables.state[USED]):
        row = hashed(node[4 * each], node[4 * each + 1], node[4 * each + 2]) & mask
        node[4 * each + 3] = larger.bucket[row]
        larger.bucket[row] = each
    for entry in range(tables.size):
        first, second = tables.answer[2 * entry], tables.answer[2 * entry + 1]
        if first:
            row = hashed(first & _QUESTION, second >> 32, second) & mask
            larger.answer[2 * row], larger.answer[2 * row + 1] = first, second


@inlined
def hashed(a: int, b: int, c: int) -> int:
    """Return a hash of three numbers, not below 0."""
    mixed = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ np.uint64(b)) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed = (mixed ^ (mixed >> np.uint64(29)) ^ np.uint64(c)) * np.uint64(0x165667B19E3779F9)
    return int(np.int64((mixed ^ (mixed >> np.uint64(32))) >> np.uint64(1)))


@inlined
def node_of(tables: Tables, level: int, low: int, high: int) -> int:
    """Return the node with these successors, -1 if it is new and there is no room for it."""
    node = tables.node
    bucket = hashed(level, low, high) & (tables.size - 1)
    match = int(tables.bucket[bucket])
    while match:
        if node[4 * match + 1] == low and node[4 * match + 2] == high and node[4 * match] == level:
            break
        match = int(node[4 * match + 3])
    if match == 0:
        match = int(tables.state[USED])
        if match == tables.size:
            match = _NONE
        else:
            node[4 * match], node[4 * match + 1], node[4 * match + 2] = level, low, high
            node[4 * match + 3] = tables.bucket[bucket]
            tables.bucket[bucket] = match
            tables.state[USED] = match + 1
    return match


@inlined
def _known(  # noqa: C901, PLR0912 - one table of the ends of each operation
    tables: Tables, operation: int, a: int, b: int, c: int
) -> int:
    """Return the node that follows from the operands at once, -1 if there is more to do."""
    result = _NONE
    if operation == CHOICE:
        if a == 1 or b == c:
            result = b
        elif a == 0:
            result = c
        elif b == 1 and c == 0:
            result = a
    elif operation == MINIMAL:
        if a < 2:
            result = a
    elif operation == UNMET:
        if b == 1 or a == 0:
            result = 0
        elif b == 0 or a == 1:
            result = a
    elif operation == WITHOUT:
        if a == 0 or b in (1, a):
            result = 0
        elif b == 0 or a == 1:
            result = a
    elif operation == UNION:
        if a == 1 or b == 1:
            result = 1
        elif b in (0, a):
            result = a
        elif a == 0:
            result = b
    elif operation == PRODUCT:
        if a == 0 or b == 0:
            result = 0
        elif a == 1 and b == 1:
            result = 1
        elif c == 0:
            result = 0
    elif operation == SHORT:
        if a < 2 or b >= UNLIMITED:
            result = a
    elif operation == HOLDING:
        if tables.node[4 * a] > b:
            result = 0
    elif a < 2:
        result = a
    return result


@inlined
def _next(  # noqa: C901, PLR0911, PLR0912, PLR0915, PLR0917 - one table of what each operation does next
    tables: Tables, operation: int, a: int, b: int, c: int, stage: int, first: int, second: int, third: int
) -> tuple[int, int, int, int]:
    """Return the next operation and its operands, or what makes the result: its level and successors.

    `stage` is how many operations came before, whose results are `first`, `second` and `third`.
    """
    node = tables.node
    level = node[4 * a]
    if operation == CHOICE:
        level = min(level, node[4 * b], node[4 * c])
        if stage == 0:
            return (
                CHOICE,
                node[4 * a + 1] if node[4 * a] == level else a,
                node[4 * b + 1] if node[4 * b] == level else b,
                node[4 * c + 1] if node[4 * c] == level else c,
            )
        if stage == 1:
            return (
                CHOICE,
                node[4 * a + 2] if node[4 * a] == level else a,
                node[4 * b + 2] if node[4 * b] == level else b,
                node[4 * c + 2] if node[4 * c] == level else c,
            )
        return _MAKE, level, first, second
    if operation == MINIMAL:
        if stage == 0:
            return MINIMAL, node[4 * a + 1], 0, 0
        if stage == 1:
            return MINIMAL, node[4 * a + 2], 0, 0
        if stage == 2:
            return UNMET, second, node[4 * a + 1], 0
        return _MAKE_SET, level, first, third
    if operation == UNMET:
        if stage == 0:
            return UNMET, node[4 * a + 1], node[4 * b + 1] if node[4 * b] == level else b, 0
        if stage == 1:
            return UNMET, node[4 * a + 2], node[4 * b + 2] if node[4 * b] == level else b, 0
        return _MAKE_SET, level, first, second
    if operation == WITHOUT:
        if stage == 0:
            return WITHOUT, node[4 * a + 1], node[4 * b + 1] if node[4 * b] == level else b, 0
        if node[4 * b] != level:
            if stage == 1:
                return WITHOUT, node[4 * a + 2], b, 0
            return _MAKE_SET, level, first, second
        if stage == 1:
            return WITHOUT, node[4 * a + 2], node[4 * b + 2], 0
        if stage == 2:
            return WITHOUT, second, node[4 * b + 1], 0
        return _MAKE_SET, level, first, third
    if operation == UNION:
        level = min(level, node[4 * b])
        in_a, in_b = node[4 * a] == level, node[4 * b] == level
        if stage == 0:
            return UNION, node[4 * a + 1] if in_a else a, node[4 * b + 1] if in_b else b, 0
        if stage == 1:
            return UNION, node[4 * a + 2] if in_a else 0, node[4 * b + 2] if in_b else 0, 0
        if stage == 2:
            return WITHOUT, second, first, 0
        return _MAKE_SET, level, first, third
    if operation == PRODUCT:
        if a == 1 or b in (1, a):
            # A set united with another of the same minimal family is no smaller than itself.
            if stage == 0:
                return SHORT, max(a, b), c, 0
            return _MAKE, 0, first, first
        level = min(level, node[4 * b])
        in_a, in_b = node[4 * a] == level, node[4 * b] == level
        fewer = c if c >= UNLIMITED else c - 1
        if stage == 0:
            return PRODUCT, node[4 * a + 1] if in_a else a, node[4 * b + 1] if in_b else b, c
        if not (in_a and in_b):
            if stage == 1:
                return PRODUCT, node[4 * a + 2] if in_a else a, node[4 * b + 2] if in_b else b, fewer
            if stage == 2:
                return WITHOUT, second, first, 0
            return _MAKE_SET, level, first, second
        if stage == 1:
            return UNION, node[4 * b + 1], node[4 * b + 2], 0
        if stage == 2:
            return PRODUCT, node[4 * a + 2], second, fewer
        if stage == 3:
            return PRODUCT, node[4 * a + 1], node[4 * b + 2], fewer
        if stage == 4:
            return UNION, second, third, 0
        if stage == 5:
            return WITHOUT, second, first, 0
        return _MAKE_SET, level, first, third
    if operation == SHORT:
        if stage == 0:
            return SHORT, node[4 * a + 1], b, 0
        if stage == 1:
            if b == 0:
                return SHORT, 0, 0, 0
            return SHORT, node[4 * a + 2], b - 1, 0
        return _MAKE_SET, level, first, second
    if operation == HOLDING:
        if level == b:
            return _MAKE_SET, level, 0, node[4 * a + 2]
        if stage == 0:
            return HOLDING, node[4 * a + 1], b, 0
        if stage == 1:
            return HOLDING, node[4 * a + 2], b, 0
        return _MAKE_SET, level, first, second
    # ANY
    if stage == 0:
        return ANY, node[4 * a + 1], 0, 0
    if stage == 1:
        return ANY, node[4 * a + 2], 0, 0
    if stage == 2:
        return CHOICE, second, 1, first
    return _MAKE, level, first, third


@inlined
def _slot(operation: int, stage: int) -> int:
    """Return which result, 0 to 2, the operation of a stage gives; `stage` counts from 1."""
    slot = min(stage - 1, 2)
    if operation == PRODUCT and stage >= 3:
        # The second holds what is kept, the third what comes and goes.
        slot = 2 if stage in (4, 6) else 1
    return slot


@compiled
def apply(  # noqa: C901, PLR0912, PLR0915 - one loop, all of whose steps share its state
    tables: Tables, operation: int, a: int, b: int, c: int
) -> int:
    """Return the node of an operation, or -1 if it did not end: `state` says why."""
    raw = pointers(tables)
    node, stack, state, answer, mask = raw.node, raw.stack, raw.state, raw.answer, raw.size - 1
    stack[0], stack[1], stack[2], stack[3], stack[4] = operation, a, b, c, 0
    top = 0
    result = _NONE
    while top >= 0:
        asked, a, b, c, stage = stack[top], stack[top + 1], stack[top + 2], stack[top + 3], stack[top + 4]
        if stage == 0:
            # One spelling of what is the same question.
            if asked in (UNMET, WITHOUT):
                while node[4 * b] < node[4 * a]:
                    b = int(node[4 * b + 1])
            elif asked == CHOICE:
                b = 1 if a == b else b
                c = 0 if a == c else c
                if c == 0 and a > b:
                    a, b = b, a
                elif b == 1 and a > c:
                    a, c = c, a
            elif asked in (UNION, PRODUCT) and a > b:
                a, b = b, a
            result = _known(raw, asked, a, b, c)
            if result >= 0:
                top -= _FRAME
                continue
            first, second = asked | a << 4, b << 32 | c
            row = 2 * (hashed(first, second >> 32, second) & mask)
            if answer[row] & _QUESTION == first and answer[row + 1] == second:
                result = int(answer[row] >> 32)
                top -= _FRAME
                continue
            state[STEPS] += 1
            if state[STEPS] >= state[PAUSE]:
                state[STATUS] = PAUSED
                return _NONE
            stack[top + 1], stack[top + 2], stack[top + 3] = a, b, c
        else:
            stack[top + 5 + _slot(asked, stage)] = result
        step, x, y, z = _next(raw, asked, a, b, c, stage, stack[top + 5], stack[top + 6], stack[top + 7])
        if step > 0:
            stack[top + 4] = stage + 1
            top += _FRAME
            stack[top], stack[top + 1], stack[top + 2], stack[top + 3], stack[top + 4] = step, x, y, z, 0
            continue
        result = int(y)
        if (step == _MAKE and y != z) or (step == _MAKE_SET and z != 0):
            result = node_of(raw, x, y, z)
        if result < 0:
            state[STATUS] = FULL
            return _NONE
        first, second = asked | a << 4, b << 32 | c
        row = 2 * (hashed(first, second >> 32, second) & mask)
        answer[row], answer[row + 1] = first | result << 32, second
        top -= _FRAME
    state[STATUS] = DONE
    return result
