"""`ClusterPool`: runs blocks on the workers of a Dask cluster, each of them looked at before it is asked."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.analytics.blocks import Mapped
from depgraph.cluster import worker as far
from depgraph.cluster.connecting import gone, workers_of
from depgraph.cluster.known import FUNCTIONS, known_answer
from depgraph.cluster.packing import digest_of, packed, unpacked
from depgraph.cluster.program import described, differences, program
from depgraph.errors import ClusterError
from depgraph.graph import skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from distributed import Client, Future

    from depgraph.analytics.blocks import Arrays, Question
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.graph import Graph

_PIECE: Final = 32 << 20
"""In pieces of so many bytes a graph is sent: the scheduler passes them on one by one."""

_PARTS: Final = 8
"""How many parts there are for each thread: enough that nobody waits long for the last one."""

_ROUNDS: Final = 3
"""How often in a row workers may be lost without a part being done."""

_TIMES: Final = 5
"""A worker needs about so many times the bytes of the graph: mapped, and laid out for several questions."""

_INLINE: Final = 64 << 10
"""A question of at most so many bytes goes with each task; a larger one is sent once."""

_SMALL: Final = 1 << 20
_FEW: Final = 4
"""On a graph of so few bytes one worker gives the whole answer at once, if it has so few numbers."""

_LOOK_FIRST: Final = 0.001
_LOOK_EVERY: Final = 0.02
"""Seconds after which it is looked whether tasks have ended: soon at first, then longer and longer, up to this."""

_WORKERS_EVERY: Final = 0.5
_RESULT_SECONDS: Final = 300.0
_RESULT_FIRST: Final = 1.0
"""Seconds after which it is looked whether a result is still there that does not come: each time twice as long."""


class _LostError(Exception):
    """Workers went away with what they were asked; this does not leave the room."""


class _Sent(NamedTuple):
    """A question as it travels."""

    name: str
    graph: bytes
    digest: str
    question: bytes


@dataclass(slots=True)
class _Worker:
    """A worker that may be asked, which small questions it has answered rightly, and which graphs it has."""

    address: str
    threads: int
    memory: int
    program: Mapping[str, str]
    known: set[str] = field(default_factory=set)
    graphs: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Work:
    """A question, the parts of its numbers, and what came out of those that are done, by their first number."""

    sent: _Sent
    asked: int = -1
    parts: list[range] = field(default_factory=list)
    done: dict[int, Arrays] = field(default_factory=dict)

    def part(self, count: int, threads: int) -> None:
        """Part so many numbers: as many parts for each thread, and none more than one larger than another."""
        parts = max(1, min(count, _PARTS * threads))
        self.asked = count
        self.parts = [range(at * count // parts, (at + 1) * count // parts) for at in range(parts)]

    @property
    def complete(self) -> bool:
        """Whether all is done."""
        return self.asked >= 0 and len(self.done) == len(self.parts)

    def missing(self) -> list[range]:
        """Return the parts that are not done."""
        return [one for one in self.parts if one.start not in self.done]

    def mapped(self) -> Mapped:
        """Return the first parts, up to one that is not done."""
        first = list(takewhile(lambda one: one.start in self.done, self.parts))
        return Mapped([self.done[one.start] for one in first], sum(map(len, first)), max(self.asked, 0))


class ClusterPool:
    """Runs blocks on workers, with the same bytes whatever their number and order.

    Parameters
    ----------
    client : Client
    tell : callable
        Takes a line for people: which worker is not asked, and why.
    wait : float
        Seconds to wait for a worker where there is none any more.

    """

    def __init__(self, client: Client, *, tell: Callable[[str], None], wait: float) -> None:
        self._client, self._tell, self._wait = client, tell, wait
        self._workers: dict[str, _Worker] = {}
        self._refused: set[str] = set()
        self._packed: tuple[Graph, bytes] | None = None

    def map_blocks(self, question: Question, *, partly: bool, progress: Progress | None) -> Mapped:
        """Return what comes out of all numbers of a question: see `depgraph.analytics.blocks.map_blocks`.

        Raises
        ------
        ClusterError
            If there is no worker that may be asked, or no scheduler any more.

        """
        work = _Work(self._sent(question))
        fruitless = 0
        try:
            while not work.complete:
                before = len(work.done)
                try:
                    self._work(work, progress)
                except _LostError:
                    fruitless = 0 if len(work.done) > before else fruitless + 1
                    if fruitless == _ROUNDS:
                        raise ClusterError(
                            f"workers were lost {_ROUNDS} times before any part was done: they may have too little"
                            " memory; nothing was written"
                        ) from None
        except KeyboardInterrupt:
            if not partly:
                raise
        return work.mapped()

    def _work(self, work: _Work, progress: Progress | None) -> None:
        """Have all parts worked out that are not, by all workers that there are.

        Raises
        ------
        _LostError
            If these went away.

        """
        workers = self._ready(work.sent)
        with self._lent(work.sent.question, workers) as question:
            if work.asked < 0 and len(work.sent.graph) <= _SMALL:
                self._run_all(work, question, workers)
                if work.complete and progress is not None:
                    progress(work.asked, work.asked)
            if work.asked < 0:
                work.part(self._count(work.sent, question, workers), sum(worker.threads for worker in workers))
            for one, found in self._run(work.sent, question, workers, work.missing()):
                work.done[one.start] = found
                # Told from the first part on: an interrupt then leaves the first numbers, never nothing.
                if progress is not None and 0 in work.done:
                    progress(sum(len(each) for each in work.parts if each.start in work.done), work.asked)

    def greet(self) -> list[tuple[str, Mapping[str, Any], str]]:
        """Return each worker with what it is, and why it would not be asked, empty if it would."""
        known = workers_of(self._client)
        told = self._told(list(known))
        return [(address, known[address], _unlike(told.get(address))) for address in sorted(known)]

    def remove_graphs(self) -> int:
        """Have all workers remove the graphs that they keep, and return how many these were."""
        found = self._on_each(list(workers_of(self._client)), far.remove_graphs)
        return sum(each for each in found.values() if isinstance(each, int))

    def _sent(self, question: Question) -> _Sent:
        name = next(name for name, function in FUNCTIONS.items() if function is question.prepare)
        if self._packed is None or self._packed[0] is not question.graph:
            self._packed = question.graph, packed(skeleton.to_arrays(question.graph))
        graph = self._packed[1]
        return _Sent(name, graph, digest_of(graph), packed(question.arrays, question.numbers))

    def _ready(self, sent: _Sent) -> list[_Worker]:
        """Return the workers that may be asked and have the graph."""
        until = time.monotonic() + self._wait
        while True:
            here = workers_of(self._client)
            self._workers = {address: worker for address, worker in self._workers.items() if address in here}
            self._admit({address: told for address, told in here.items() if address not in self._workers})
            running = _running(here)
            ready = self._with_graph([one for one in self._suited(sent, running) if one.address in running], sent)
            if ready:
                return ready
            if here and self._refused.issuperset(here):
                raise ClusterError("no worker of this scheduler may be asked: nothing was written")
            if time.monotonic() > until:
                if not self._refused.issuperset(set(here) - running):
                    raise ClusterError(
                        "all workers have paused, as Dask has them do where memory is short: nothing was written;"
                        " give them more (--memory-limit), and ask again"
                    )
                raise ClusterError("there is no worker left: nothing was written; start some, and ask again")
            time.sleep(_LOOK_EVERY)

    def _admit(self, strangers: Mapping[str, Mapping[str, Any]]) -> None:
        """Look at workers that nobody has looked at: version, code and NumPy must be ours."""
        strangers = {address: told for address, told in strangers.items() if address not in self._refused}
        if not strangers:
            return
        for address, said in self._told(list(strangers)).items():
            unlike = _unlike(said)
            if unlike:
                self._refuse(address, unlike)
            else:
                told = strangers[address]
                memory = int(told.get("memory_limit") or 0)
                self._workers[address] = _Worker(address, int(told["nthreads"]), memory, said)

    def _told(self, addresses: Sequence[str]) -> dict[str, Any]:
        """Return what each worker says that it runs, or the error that it answers with."""
        with suppress(OSError, TimeoutError):
            found: dict[str, Any] = self._client.run(far.greet, workers=list(addresses), on_error="return")
            return found
        return {}

    def _suited(self, sent: _Sent, running: Container[str]) -> list[_Worker]:
        """Return the workers that have the memory for a graph, and give our bytes where the answer is known."""
        need = _TIMES * len(sent.graph) + 2 * len(sent.question)
        for worker in list(self._workers.values()):
            if worker.memory and need > worker.memory:
                has, takes = f"{worker.memory / 1e6:,.0f} MB", f"{need / 1e6:,.0f} MB"
                self._refuse(worker.address, f"it may use {has} of memory, and this question takes about {takes}")
        strangers = [
            address for address, worker in self._workers.items() if address in running and sent.name not in worker.known
        ]
        for address, found in self._on_each(strangers, far.answer_known, sent.name).items():
            worker = self._workers[address]
            if found == known_answer(sent.name):
                worker.known.add(sent.name)
            elif isinstance(found, Exception):
                self._refuse(address, _words(found))
            else:
                theirs, ours = described(worker.program), described(program())
                self._refuse(
                    address, f"it gives other bytes where the answer is known: it has {theirs}; here is {ours}"
                )
        return [worker for worker in self._workers.values() if sent.name in worker.known]

    def _refuse(self, address: str, why: str) -> None:
        if address not in self._refused:
            self._refused.add(address)
            self._workers.pop(address, None)
            self._tell(f"the worker {address} is not asked: {why}")

    def _with_graph(self, workers: Sequence[_Worker], sent: _Sent) -> list[_Worker]:
        """Send the graph to those who have no file of it, one for each folder, and return those who have it then."""
        strangers = [one.address for one in workers if sent.digest not in one.graphs]
        there = self._on_each(strangers, far.has_graph, sent.digest)
        folders: dict[str, str] = {}
        for address, has in there.items():
            if has is False:
                folders.setdefault(self._workers[address].program["folder"], address)
        if folders:
            self._send(sorted(folders.values()), sent)
            there = self._on_each(strangers, far.has_graph, sent.digest)
        for one in workers:
            if there.get(one.address) is True:
                one.graphs.add(sent.digest)
        return [one for one in workers if sent.digest in one.graphs]

    def _graph_gone(self, sent: _Sent) -> _LostError:
        """Have it looked anew who has the graph: somebody removed it."""
        for worker in self._workers.values():
            worker.graphs.discard(sent.digest)
        return _LostError()

    def _send(self, addresses: Sequence[str], sent: _Sent) -> None:
        """Send the graph, piece by piece: each goes to the cluster once, and from worker to worker there."""
        token = uuid.uuid4().hex[:8]
        ready = self._on_each(addresses, far.begin_graph, sent.digest, token, len(sent.graph))
        for address, why in ready.items():
            if why:
                self._refuse(address, f"it cannot keep the graph: {why if isinstance(why, str) else _words(why)}")
        there = [address for address, why in ready.items() if why == ""]
        for at in range(0, len(sent.graph), _PIECE):
            with self._scattered(sent.graph[at : at + _PIECE], there) as piece:
                self._on_each(there, far.add_piece, sent.digest, token, piece)
        self._on_each(there, far.end_graph, sent.digest, token)

    def _run_all(self, work: _Work, question: bytes | Future, workers: Sequence[_Worker]) -> None:
        """Have one worker give the whole answer, if it has few numbers."""
        sent = work.sent
        addresses = [worker.address for worker in workers]
        asked = self._submit(far.run_all, sent.name, sent.digest, question, _FEW, workers=addresses)
        try:
            for future in self._finished({asked: None}, addresses):
                count, found = _result(future)
                if count < 0:
                    raise self._graph_gone(sent)
                if found:
                    work.asked, work.parts, work.done = count, [range(count)], {0: unpacked(found).arrays}
        finally:
            self._cancel([asked])

    def _count(self, sent: _Sent, question: bytes | Future, workers: Sequence[_Worker]) -> int:
        """Have the question laid out everywhere, and return how many numbers it has."""
        found = self._on_each([one.address for one in workers], far.count, sent.name, sent.digest, question)
        for address, said in found.items():
            if isinstance(said, Exception):
                self._refuse(address, _words(said))
        numbers = {said for said in found.values() if isinstance(said, int)}
        if -1 in numbers:
            raise self._graph_gone(sent)
        if len(numbers) > 1:
            raise ClusterError(f"workers count the blocks of one question differently: {sorted(numbers)}")
        if not numbers:
            raise _LostError
        return numbers.pop()

    def _run(
        self, sent: _Sent, question: bytes | Future, workers: Sequence[_Worker], missing: Iterable[range]
    ) -> Iterator[tuple[range, Arrays]]:
        """Yield what comes out of each part, in the order in which they are done."""
        addresses = [worker.address for worker in workers if worker.address not in self._refused]
        waiting = {
            self._submit(far.run, sent.name, sent.digest, question, one.start, one.stop, workers=addresses): one
            for one in missing
        }
        try:
            for future in self._finished(waiting, addresses):
                found = _result(future)
                if not found:
                    raise self._graph_gone(sent)
                yield waiting[future], unpacked(found).arrays
        finally:
            self._cancel(waiting)

    def _submit(self, function: Callable[..., Any], *arguments: Any, workers: Sequence[str]) -> Future:
        return self._client.submit(function, *arguments, workers=list(workers), allow_other_workers=False, pure=False)

    def _on_each(self, addresses: Iterable[str], function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
        """Return what a function returns on each worker, or the error that it ends with; if it is there still."""
        asked = {self._submit(function, *arguments, workers=[address]): address for address in addresses}
        returned: dict[str, Any] = {}
        try:
            with suppress(_LostError):
                for future in self._finished(asked, list(asked.values()), pinned=True):
                    returned[asked[future]] = future.exception() if future.status == "error" else _result(future)
        finally:
            self._cancel(asked)
        return returned

    def _finished(
        self, futures: Mapping[Future, Any], addresses: Sequence[str], *, pinned: bool = False
    ) -> Iterator[Future]:
        """Yield tasks as they end; of those that are pinned to workers which go away, nothing.

        Raises
        ------
        _LostError
            If no worker is left to end the others, or what they rest on went with one.
        ClusterError
            If the scheduler is gone.

        """
        left, looked, pause = dict(futures), time.monotonic(), _LOOK_FIRST
        while left:
            if self._client.status != "running":
                raise gone()
            for future in [future for future in left if future.done()]:
                if future.status in {"finished", "error"}:
                    yield future
                elif not pinned:
                    raise _LostError
                del left[future]
                pause = _LOOK_FIRST
            if time.monotonic() - looked > _WORKERS_EVERY:
                looked = time.monotonic()
                here = _running(workers_of(self._client))
                if here.isdisjoint(addresses):
                    raise _LostError
                left = {future: of for future, of in left.items() if not pinned or of in here}
            if left:
                time.sleep(pause)
                pause = min(1.5 * pause, _LOOK_EVERY)

    @contextmanager
    def _lent(self, question: bytes, workers: Sequence[_Worker]) -> Iterator[bytes | Future]:
        """Give a question as it goes into a task: itself, or where it lies."""
        if len(question) <= _INLINE:
            yield question
        else:
            with self._scattered(question, [one.address for one in workers]) as lying:
                yield lying

    @contextmanager
    def _scattered(self, data: bytes, workers: Sequence[str]) -> Iterator[Future]:
        """Give bytes that lie on workers, from where others take them."""
        try:
            future = self._client.scatter(data, workers=list(workers), broadcast=True, hash=False)
        except (OSError, TimeoutError, RuntimeError, ValueError, KeyError):
            workers_of(self._client)  # the scheduler is there: the workers are not
            raise _LostError from None
        try:
            yield future
        finally:
            future.release()

    def _cancel(self, futures: Iterable[Future]) -> None:
        """Have what has not begun not begin; what is done goes with the last who holds it."""
        left = [future for future in futures if not future.done()]
        if left:
            with suppress(Exception):  # a scheduler that is gone has no tasks any more
                self._client.cancel(left, force=True)


def _result(future: Future) -> Any:
    """Return the result of a task that has ended.

    Raises
    ------
    _LostError
        If it is lost again.
    ClusterError
        If it ended with an error.

    """
    from distributed import KilledWorker  # noqa: PLC0415 - it is here where there is a client

    try:
        return _fetched(future)
    except KilledWorker:
        raise ClusterError(
            "workers ended again and again over one part of the question: they may have too little memory;"
            " nothing was written"
        ) from None
    except (CancelledError, OSError, TimeoutError):
        raise _LostError from None
    except Exception as error:  # noqa: BLE001 - whatever ended a task far away is told in one line
        raise ClusterError(f"a worker failed: {_words(error)}; nothing was written") from None


def _fetched(future: Future) -> Any:
    """Return the result of a task that has ended, unless it goes with the worker that has it: then it ends no more."""
    patience, deadline = _RESULT_FIRST, time.monotonic() + _RESULT_SECONDS
    while True:
        try:
            return future.result(timeout=patience)
        except TimeoutError:
            if future.status not in {"finished", "error"} or time.monotonic() > deadline:
                raise
        patience *= 2


def _running(workers: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return those that take tasks: one whose memory is short pauses."""
    return {address for address, told in workers.items() if told.get("status", "running") == "running"}


def _unlike(said: Any) -> str:
    """Return why a worker that says so of itself may not be asked, empty if it may."""
    if isinstance(said, dict):
        return differences(program(), said)
    if isinstance(said, Exception):
        return f"it has no depgraph of this version ({_words(said)})"
    return "it does not answer"


def _words(error: BaseException) -> str:
    """Return an error on one line."""
    if isinstance(error, MemoryError):
        return "it has too little memory for this question"
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
