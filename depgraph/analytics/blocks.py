"""How blocks are run: a measure says what one block takes, and here it is decided who takes which."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from depgraph.analytics.kernels.base import jit
from depgraph.analytics.kernels.base.parallel import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.graph import Graph

    Arrays: TypeAlias = Mapping[str, NDArray[Any]]
    Numbers: TypeAlias = Mapping[str, int]


class Blocks(Protocol):
    """What a question takes, laid out for one process: numbers, in any order and by any number of threads."""

    @property
    def count(self) -> int:
        """How many numbers there are, from 0 on: blocks of 512 scenarios, or units."""
        ...

    def fresh(self) -> Blocks:
        """Return the same blocks with nothing found yet: one for each part, since parts may be run side by side."""
        ...

    def memory(self) -> Any:
        """Return the memory of one thread."""
        ...

    def work(self, memory: Any, number: int) -> None:
        """Work through one number."""
        ...

    def found(self, numbers: range, memories: Sequence[Any]) -> Arrays:
        """Return what came out of these numbers, which these memories and no others were used for."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Question:
    """What is to be worked out in blocks, said so that another process can lay it out as this one does.

    Attributes
    ----------
    prepare : callable
        A function of a module, which lays the question out.
    graph : Graph
        Of which only what failure spreads by may be read: see `depgraph.graph.skeleton`.
    numbers, arrays : mapping
        All else that the question rests on.

    """

    prepare: Callable[[Graph, Numbers, Arrays], Blocks]
    graph: Graph
    numbers: Numbers = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)


class Mapped(NamedTuple):
    """What came out of the first `done` numbers of all that are `asked`, in parts of them, in order.

    What a measure makes of the parts must be the same however the numbers were parted.
    """

    parts: list[Arrays]
    done: int
    asked: int


class Pool(Protocol):
    """Runs blocks."""

    def map_blocks(self, question: Question, *, partly: bool, progress: Progress | None) -> Mapped:
        """Do as the function of that name."""
        ...


cores: ContextVar[int] = ContextVar("cores", default=jit.THREADS)
"""How many threads a question may use, while it is laid out and for each part of it."""

_pool: ContextVar[Pool | None] = ContextVar("pool", default=None)


def map_blocks(question: Question, *, partly: bool = False, progress: Progress | None = None) -> Mapped:
    """Return what comes out of all numbers of a question, worked out by the threads of this process or by another pool.

    Parameters
    ----------
    question : Question
    partly : bool
        Whether a keyboard interrupt is not raised, but ends the work early.
    progress : callable, optional
        Told how many numbers are done, of how many.

    """
    pool = _pool.get()
    if pool is not None:
        return pool.map_blocks(question, partly=partly, progress=progress)
    blocks = question.prepare(question.graph, question.numbers, question.arrays)
    part, done = run_part(blocks, range(blocks.count), partly=partly, progress=progress)
    return Mapped([part], done, blocks.count)


def run_part(
    blocks: Blocks, numbers: range, *, partly: bool = False, progress: Progress | None = None
) -> tuple[Arrays, int]:
    """Return what comes out of some numbers, over the threads of this process, and how many were done: the first."""
    part = blocks.fresh()
    memories: list[Any] = []

    def memory() -> Any:
        memories.append(part.memory())
        return memories[-1]

    def work(own: Any, at: int) -> None:
        part.work(own, numbers[at])

    done = in_turn(len(numbers), memory, work, partly=partly, progress=progress, cores=cores.get())
    return part.found(numbers[:done], memories), done


@contextmanager
def blocks_run_on(pool: Pool) -> Iterator[None]:
    """Have all questions that are asked within run on a pool."""
    before = _pool.set(pool)
    try:
        yield
    finally:
        _pool.reset(before)
