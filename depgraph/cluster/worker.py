"""What runs on a worker: named functions that take and return bytes and plain values."""

from __future__ import annotations

import socket
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final

from depgraph.analytics.blocks import cores, run_part
from depgraph.cluster import shelf
from depgraph.cluster.known import FUNCTIONS, known_answer
from depgraph.cluster.packing import digest_of, packed, unpacked
from depgraph.cluster.program import program
from depgraph.stores.graphs.format import DamagedError

if TYPE_CHECKING:
    from depgraph.analytics.blocks import Blocks
    from depgraph.graph import Graph

_LAID_OUT: Final = 4
"""How many questions a worker has laid out at a time: those of so many users."""

_MAPPED: Final = 2
"""How many graphs a worker holds: the next question of one of them finds it checked, and what rests on it made."""

_questions: OrderedDict[str, Blocks] = OrderedDict()
_graphs: OrderedDict[str, Graph] = OrderedDict()
_lock: Final = Lock()


def greet() -> dict[str, str]:
    """Return what this worker runs, and where."""
    return program() | {"host": socket.gethostname(), "folder": shelf.whose()}


def answer_known(name: str) -> str:
    """Return the digest of the answer to the small question of a sort."""
    cores.set(1)
    return known_answer(name)


def has_graph(digest: str) -> bool:
    """Say whether the file of a graph is here."""
    return shelf.has(digest)


def begin_graph(digest: str, token: str, size: int) -> str:
    """Make ready for a graph; return why not, if not."""
    try:
        shelf.begin(digest, token, size)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def add_piece(digest: str, token: str, piece: bytes) -> None:
    """Take the next piece of a graph."""
    shelf.add(digest, token, piece)


def end_graph(digest: str, token: str) -> None:
    """Keep a graph of which all pieces have come."""
    graph = shelf.end(digest, token)
    with _lock:
        _hold(digest, graph)


def remove_graphs() -> int:
    """Remove all graphs that are here, and what is laid out."""
    with _lock:
        _questions.clear()
        _graphs.clear()
    return shelf.remove_all()


def count(name: str, graph: str, question: bytes) -> int:
    """Lay a question out, and return how many numbers it has; -1 if the graph is not here any more."""
    blocks = _laid_out(name, graph, question)
    return -1 if blocks is None else blocks.count


def run_all(name: str, graph: str, question: bytes, at_most: int) -> tuple[int, bytes]:
    """Return the same as `count` and, of at most so many numbers, what comes out of them all."""
    blocks = _laid_out(name, graph, question)
    if blocks is None:
        return -1, b""
    return blocks.count, _ran(blocks, range(blocks.count)) if blocks.count <= at_most else b""


def run(name: str, graph: str, question: bytes, first: int, last: int) -> bytes:
    """Return what comes out of the numbers from `first` up to `last`; nothing if the graph is not here any more."""
    blocks = _laid_out(name, graph, question)
    return b"" if blocks is None else _ran(blocks, range(first, last))


def _ran(blocks: Blocks, numbers: range) -> bytes:
    # A worker that has more threads is given more parts at a time.
    cores.set(1)
    return packed(run_part(blocks, numbers)[0])


def _laid_out(name: str, graph: str, question: bytes) -> Blocks | None:
    """Lay a question out with as many threads as the worker has; not if the graph is not here any more."""
    from distributed import get_worker  # noqa: PLC0415 - it is here where there are workers

    key = f"{name} {graph} {digest_of(question)}"
    # One at a time: whoever asks the same meanwhile finds it laid out.
    with _lock:
        if key not in _questions:
            found = _mapped(graph)
            if found is None:
                return None
            cores.set(get_worker().state.nthreads)
            said = unpacked(question)
            _questions[key] = FUNCTIONS[name](found, said.said, said.arrays)
        _questions.move_to_end(key)
        while len(_questions) > _LAID_OUT:
            _questions.popitem(last=False)
        return _questions[key]


def _mapped(digest: str) -> Graph | None:
    """Return a graph of which the file is here, mapped once for all questions about it."""
    if not shelf.has(digest):
        _graphs.pop(digest, None)
        return None
    if digest not in _graphs:
        try:
            _hold(digest, shelf.find(digest))
        except (DamagedError, OSError):
            return None
    _graphs.move_to_end(digest)
    return _graphs[digest]


def _hold(digest: str, graph: Graph) -> None:
    _graphs[digest] = graph
    while len(_graphs) > _MAPPED:
        _graphs.popitem(last=False)
