"""What an answer about one requirement would change, unit by unit: the kernel behind `gaps`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph.columns import Floats, Ints, Offsets


class Web(NamedTuple):
    """Who needs whom, from the provider's side, and what each loss weighs.

    Attributes
    ----------
    held : int64[n + 1]
        Node i is a provider of the requirements ``holder[held[i]:held[i + 1]]``.
    holder : int32[p]
    owned : int64[n + 1]
        The requirements of node i are those from ``owned[i]`` to ``owned[i + 1]``.
    dependent : int32[r]
    lower, upper : int32[r]
        Providers that must fail to break the requirement, at k_lower and at k_upper.
    circular : bool[n]
        Whether the node needs itself through others.
    question : int32[r]
        Which question a requirement is, -1 for none.
    weight : float64[n]
        Of a function; 0 for all other nodes.
    part : float64[r]
        Of a requirement that stands in for a function; 0 for all others.

    """

    held: Offsets
    holder: Ints
    owned: Offsets
    dependent: Ints
    lower: Ints
    upper: Ints
    circular: NDArray[np.bool_]
    question: Ints
    weight: Floats
    part: Floats


class State(NamedTuple):
    """The memory of one thread: all zero between units, but for the lists."""

    failed: NDArray[np.uint8]
    seed: NDArray[np.uint8]
    member: NDArray[np.uint8]
    gone: Ints
    queue: Ints
    touched: Ints
    doubted: Ints
    again: Ints


def state_of(web: Web) -> State:
    """Return memory for one thread."""
    n, r = len(web.weight), len(web.dependent)
    return State(
        failed=np.zeros(n, dtype=np.uint8),
        seed=np.zeros(n, dtype=np.uint8),
        member=np.zeros(n, dtype=np.uint8),
        gone=np.zeros(r, dtype=np.int32),
        queue=np.zeros(n, dtype=np.int32),
        touched=np.zeros(r, dtype=np.int32),
        doubted=np.zeros(n, dtype=np.int32),
        again=np.zeros(n, dtype=np.int32),
    )


@compiled
def answered(  # noqa: PLR0917 - kernels take arguments by place
    web: Web,
    state: State,
    seeds: tuple[Offsets, Ints],
    members: tuple[Offsets, Ints],
    first: int,
    last: int,
    closes: tuple[Floats, Floats],
    most: tuple[Floats, Ints],
) -> None:
    """Add up what each answer takes off the width of the scores of units `first` to `last` - 1.

    Parameters
    ----------
    seeds, members : offsets and nodes
        What each unit fails, and what is not counted of it.
    closes : float64[q], float64[q]
        Where the answer is k_lower, and where it is k_upper; added to.
    most : float64[q], int32[q]
        The most that either answer takes off one unit, and the first such unit; raised.

    """
    for unit in range(first, last):
        for entry in range(members[0][unit], members[0][unit + 1]):
            state.member[members[1][entry]] = 1
        for entry in range(seeds[0][unit], seeds[0][unit + 1]):
            state.seed[seeds[1][entry]] = 1
        sown = seeds[1][seeds[0][unit] : seeds[0][unit + 1]]
        failing, touched = _failing(web, web.lower, state, sown)
        for at in range(touched):
            requirement = state.touched[at]
            question = web.question[requirement]
            if question >= 0 and web.upper[requirement] <= state.gone[requirement] < web.lower[requirement]:
                found = _added(web, state, requirement, failing, touched)
                closes[1][question] += found
                _raise(most, question, found, unit)
        _clear(web, state, failing)
        failing, touched = _failing(web, web.upper, state, sown)
        for at in range(touched):
            requirement = state.touched[at]
            question = web.question[requirement]
            if question >= 0 and state.gone[requirement] >= web.upper[requirement]:
                found = _spared(web, state, requirement)
                closes[0][question] += found
                _raise(most, question, found, unit)
        _clear(web, state, failing)
        for entry in range(members[0][unit], members[0][unit + 1]):
            state.member[members[1][entry]] = 0
        for entry in range(seeds[0][unit], seeds[0][unit + 1]):
            state.seed[seeds[1][entry]] = 0


@compiled
def lost_with(web: Web, state: State, requirements: Ints, lost: Floats) -> None:
    """Set what weighs all that may fail once each of these requirements is broken, its dependent among it."""
    for at in range(len(requirements)):
        requirement = requirements[at]
        lost[at] = _added_from(web, web.upper, state, requirement, 0, 0)


@compiled
def _raise(most: tuple[Floats, Ints], question: int, found: float, unit: int) -> None:
    if found > most[0][question]:
        most[0][question] = found
        most[1][question] = unit


@compiled
def _failing(web: Web, threshold: Ints, state: State, seeds: Ints) -> tuple[int, int]:
    """Let the seeds fail and what follows; return how many nodes are in the queue, and requirements touched."""
    tail = 0
    for node in seeds:
        if not state.failed[node]:
            state.failed[node] = 1
            state.queue[tail] = node
            tail += 1
    tail, touched, _ = _spread(web, threshold, state, 0, tail, 0, -1)
    return tail, touched


@compiled
def _spread(  # noqa: PLR0917 - kernels take arguments by place
    web: Web, threshold: Ints, state: State, head: int, tail: int, touched: int, skipped: int
) -> tuple[int, int, float]:
    """Let fail what the nodes in the queue from `head` on take with them.

    Returns the end of the queue, the number of requirements touched, and what weighs all that is lost;
    the requirement `skipped` is counted elsewhere.
    """
    lost = 0.0
    while head < tail:
        node = state.queue[head]
        head += 1
        for entry in range(web.held[node], web.held[node + 1]):
            requirement = web.holder[entry]
            loser = web.dependent[requirement]
            if state.gone[requirement] == 0:
                state.touched[touched] = requirement
                touched += 1
            state.gone[requirement] += 1
            if state.gone[requirement] < threshold[requirement]:
                continue
            if state.gone[requirement] == threshold[requirement] and requirement != skipped and not state.member[loser]:
                lost += web.part[requirement]
            if not state.failed[loser]:
                state.failed[loser] = 1
                state.queue[tail] = loser
                tail += 1
                if not state.member[loser]:
                    lost += web.weight[loser]
    return tail, touched, lost


@compiled
def _clear(web: Web, state: State, tail: int) -> None:
    _take_back(web, state, 0, tail)


@compiled
def _take_back(web: Web, state: State, begin: int, end: int) -> None:
    """Undo the failure of a part of the queue."""
    for at in range(begin, end):
        node = state.queue[at]
        state.failed[node] = 0
        for entry in range(web.held[node], web.held[node + 1]):
            state.gone[web.holder[entry]] -= 1


@compiled
def _added(web: Web, state: State, requirement: int, tail: int, touched: int) -> float:
    """Return what is lost besides, all others at k_lower, if this requirement is at k_upper and so broken."""
    return _added_from(web, web.lower, state, requirement, tail, touched)


@compiled
def _added_from(  # noqa: PLR0917 - kernels take arguments by place
    web: Web, threshold: Ints, state: State, requirement: int, tail: int, touched: int
) -> float:
    node = web.dependent[requirement]
    if state.seed[node]:
        return 0.0
    lost = 0.0 if state.member[node] else web.part[requirement]
    if state.failed[node]:
        return lost
    if not state.member[node]:
        lost += web.weight[node]
    state.failed[node] = 1
    state.queue[tail] = node
    end, _, more = _spread(web, threshold, state, tail, tail + 1, touched, requirement)
    _take_back(web, state, tail, end)
    return lost + more


@compiled
def _spared(web: Web, state: State, requirement: int) -> float:
    """Return what is not lost, all others at k_upper, if this requirement is at k_lower.

    What its dependent may have taken with it is taken back, and what fails all the same put again: deletion
    and rederivation (Gupta, Mumick, Subrahmanian 1993). Only in circles is more taken back than must be.
    """
    node = web.dependent[requirement]
    if state.seed[node]:
        return 0.0
    if web.circular[node] or not _supported(web, state, node, requirement):
        doubts = _doubt(web, state, node)
        _rederive(web, state, doubts, requirement)
    else:
        doubts = 0
    spared = 0.0
    if state.gone[requirement] < web.lower[requirement] and not state.member[node]:
        spared += web.part[requirement]
    for at in range(doubts):
        loser = state.doubted[at]
        if state.failed[loser]:
            continue
        state.failed[loser] = 1
        if not state.member[loser]:
            spared += web.weight[loser]
        for entry in range(web.held[loser], web.held[loser + 1]):
            other = web.holder[entry]
            state.gone[other] += 1
            whole = state.gone[other] == web.upper[other]
            if whole and other != requirement and not state.member[web.dependent[other]]:
                spared += web.part[other]
    return spared


@compiled
def _supported(web: Web, state: State, node: int, relaxed: int) -> bool:
    """Say whether any requirement of a node is broken at k_upper, the requirement `relaxed` at its k_lower."""
    for requirement in range(web.owned[node], web.owned[node + 1]):
        needed = web.lower[requirement] if requirement == relaxed else web.upper[requirement]
        if state.gone[requirement] >= needed:
            return True
    return False


@compiled
def _doubt(web: Web, state: State, node: int) -> int:
    """Take back a node and all that may have failed because of it; return how many these are."""
    state.failed[node] = 0
    state.doubted[0] = node
    tail = 1
    head = 0
    while head < tail:
        at = state.doubted[head]
        head += 1
        for entry in range(web.held[at], web.held[at + 1]):
            requirement = web.holder[entry]
            loser = web.dependent[requirement]
            broken = state.gone[requirement] >= web.upper[requirement]
            state.gone[requirement] -= 1
            if not broken or not state.failed[loser] or state.seed[loser]:
                continue
            # What stands in no circle falls with its last broken requirement, and not before.
            if web.circular[loser] or not _supported(web, state, loser, -1):
                state.failed[loser] = 0
                state.doubted[tail] = loser
                tail += 1
    return tail


@compiled
def _rederive(web: Web, state: State, doubts: int, relaxed: int) -> None:
    """Let fail again what the others break, the requirement `relaxed` at its k_lower."""
    tail = 0
    for at in range(doubts):
        node = state.doubted[at]
        if _supported(web, state, node, relaxed):
            state.failed[node] = 1
            state.again[tail] = node
            tail += 1
    head = 0
    while head < tail:
        node = state.again[head]
        head += 1
        for entry in range(web.held[node], web.held[node + 1]):
            requirement = web.holder[entry]
            loser = web.dependent[requirement]
            state.gone[requirement] += 1
            needed = web.lower[requirement] if requirement == relaxed else web.upper[requirement]
            if state.gone[requirement] >= needed and not state.failed[loser]:
                state.failed[loser] = 1
                state.again[tail] = loser
                tail += 1
