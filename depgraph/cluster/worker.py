"""What runs on a worker: named functions that take and return bytes and plain values."""

from __future__ import annotations

import socket
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from depgraph.analytics.blocks import cores, run_part
from depgraph.cluster import shelf
from depgraph.cluster.known import FUNCTIONS, known_answer
from depgraph.cluster.packing import digest_of, packed, unpacked
from depgraph.cluster.program import program

if TYPE_CHECKING:
    from depgraph.analytics.blocks import Blocks

_LAID_OUT: Final = 4
"""How many questions a worker has laid out at a time: those of so many users."""

_questions: OrderedDict[str, Blocks] = OrderedDict()
_lock: Final = Lock()


def greet() -> dict[str, str]:
    """Return what this worker runs, and where."""
    return program() | {"host": socket.gethostname(), "folder": shelf.whose()}


def answer_known(name: str) -> str:
    """Return the digest of the answer to the small question of a sort."""
    cores.set(1)
    return known_answer(name)


def has_graph(digest: str) -> bool:
    """Say whether a graph is here."""
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
    shelf.end(digest, token)


def remove_graphs() -> int:
    """Remove all graphs that are here, and what is laid out."""
    with _lock:
        _questions.clear()
    return shelf.remove_all()


def count(name: str, graph: str, question: bytes) -> int:
    """Lay a question out, with as many threads as the worker has, and return how many numbers it has."""
    from distributed import get_worker  # noqa: PLC0415 - it is here where there are workers

    return int(_laid_out(name, graph, question, get_worker().state.nthreads).count)


def run(name: str, graph: str, question: bytes, first: int, last: int) -> bytes:
    """Return what comes out of the numbers of a question from `first` up to `last`."""
    blocks = _laid_out(name, graph, question, 1)
    cores.set(1)
    return packed(run_part(blocks, range(first, last))[0])


def _laid_out(name: str, graph: str, question: bytes, threads: int) -> Any:
    key = f"{name} {graph} {digest_of(question)}"
    # One at a time: whoever asks the same meanwhile finds it laid out.
    with _lock:
        if key not in _questions:
            cores.set(threads)
            said = unpacked(question)
            _questions[key] = FUNCTIONS[name](shelf.find(graph), said.said, said.arrays)
        _questions.move_to_end(key)
        while len(_questions) > _LAID_OUT:
            _questions.popitem(last=False)
        return _questions[key]
