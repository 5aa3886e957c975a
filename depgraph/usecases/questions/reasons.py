"""Why a node fails: its witness by ids, and in words what it lost, what that lost, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.graph import Graph

AMONG_THEM: Final = "it may be there itself"
"""Why a party without a known country may fail with one, though it lost nothing."""

_NAMED: Final = 8
"""How many of those that broke one requirement are named; `broken_by` has all."""


class Reason(NamedTuple):
    """Why a node fails: ids from it back to what failed first, of each step all that broke it, and both in words."""

    witness: tuple[str, ...]
    broken_by: tuple[tuple[str, ...], ...]
    because: str


def reason(graph: Graph, chain: Sequence[int], broken_by: Sequence[list[int]]) -> Reason:
    """Return why the first node of a chain fails; `broken_by` are the nodes whose failure broke each step."""
    ids, names = graph.nodes.id, graph.nodes.name
    return Reason(
        witness=tuple(str(ids[step]) for step in chain),
        broken_by=tuple(tuple(ids[each].tolist()) for each in broken_by),
        because=in_words([str(names[step]) for step in chain], [names[each].tolist() for each in broken_by]),
    )


def in_words(chain: Sequence[str], broken_by: Sequence[Sequence[str]]) -> str:
    """Return what the first of a chain has lost, each step by all whose failure broke it.

    Parameters
    ----------
    chain : sequence of str
        Names, from the failed node to what failed first.
    broken_by : sequence of sequence of str
        Of each step, all whose failure broke it.

    Examples
    --------
    >>> in_words(["f", "a", "x"], [["a"], ["x", "y"]])
    'a, which lost x and y together'
    >>> in_words(["f", "a", "x"], [["a", "b"], ["x"]])
    'a and b together; a lost x'
    >>> in_words(["f"], [])
    ''

    """
    told = ""
    for step, (node, lost) in enumerate(zip(chain, broken_by, strict=False)):
        if step:
            told += ", which lost " if len(broken_by[step - 1]) == 1 else f"; {node} lost "
        told += _together(lost)
    return told


def _together(lost: Sequence[str]) -> str:
    if len(lost) == 1:
        return lost[0]
    named = list(lost[:_NAMED])
    if len(lost) > _NAMED:
        return f"{', '.join(named)} and {len(lost) - _NAMED:,} more together"
    return f"{', '.join(named[:-1])} and {named[-1]} together"
