"""What a job does, in a process of its own or in this one."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from api.callers import AbandonedError
from api.jobs.ledger import REPORTS, Ledger, State
from api.own_files import told_of
from api.problems import in_query_keys, status_of
from api.views import Views
from depgraph.bootstrap import blocks_on, open_named
from depgraph.errors import DepgraphError, InputError
from depgraph.settings import Settings
from depgraph.usecases.view import open_view
from depgraph.usecases.viewers import viewer_of
from depgraph.usecases.visible import material_of
from depgraph.usecases.whole_files import whole_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from api.audit.notes import AnswerResponse, Facts
    from api.callers import Waiting
    from api.jobs.ledger import Job
    from api.views import Ask, Progress
    from depgraph.ports import Store
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.view import Lens, View
    from depgraph.usecases.viewers import Viewer

RESULT: Final = "result.json"
FACTS: Final = "facts.json"
"""Files of a job: what it made, and how much that tells, for the audit log."""

REVISION: Final = "revision.json"
"""A file that it comes with where it is done as seen by another: the latest revision that he could see then."""

IMPORTS: Final = "imports"
"""The kind of jobs that import."""

_TOLD_SECONDS: Final = 0.5
"""How often a job tells how far it is."""

_OOM_SCORE: Final = "1000"
"""Where memory runs out, the system ends a job before anything else."""


@dataclass(frozen=True, slots=True)
class Work:
    """One job at work."""

    job: Job
    store: Store
    viewer: Viewer | None
    folder: Path
    """For what it makes."""

    progress: Progress

    def revision_of(self, viewer: Viewer | None) -> int:
        """Return the latest revision that somebody could see when the job was asked for, as he counts them."""
        if viewer == self.viewer:
            return self.job.revision
        found: int = json.loads((self.folder / REVISION).read_bytes())
        return found

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the job, whole or not at all."""
        with whole_bytes(self.folder / name) as file:
            file.write(content)
        (self.folder / name).chmod(0o600)

    def note(self, facts: Facts) -> None:
        """Write how much the job tells."""
        self.write(FACTS, json.dumps(facts._asdict()).encode())


class _WorkedOut(Views):
    """Graphs of one job, which nobody else waits for, as they were when it was asked for."""

    def __init__(self, work: Work) -> None:
        super().__init__(work.store)
        self._work = work
        self._seen: dict[object, View] = {}

    def view(self, lens: Lens, caller: Waiting, imports: Collection[int] | None = None) -> View:  # noqa: ARG002
        """Return the graph in the store as seen through `lens`."""
        if lens.revision is None and imports is None:
            lens = replace(lens, revision=self._work.revision_of(lens.viewer))
        key = lens, None if imports is None else tuple(imports)
        if key not in self._seen:
            self._seen[key] = open_view(self._work.store, lens, imports=imports)
        return self._seen[key]

    def answer(self, question: str, lens: Lens, caller: Waiting, ask: Ask) -> Answer[Any, object]:  # noqa: ARG002
        """Return the answer to a question."""
        return ask(self.view(lens, caller), self._work.progress)

    def made(
        self,
        question: str,  # noqa: ARG002
        lens: Lens,  # noqa: ARG002
        caller: Waiting,  # noqa: ARG002
        make: Callable[[Progress], Answer[Any, object]],
    ) -> Answer[Any, object]:
        """Return the answer that `make` gives."""
        return make(self._work.progress)


def answer_question(work: Work) -> None:
    """Answer a question of the API."""
    from api.jobs.questions import QUESTIONS

    answered: AnswerResponse = QUESTIONS[work.job.kind].answer(_WorkedOut(work), work.job.asked, work.viewer, Event())
    work.write(RESULT, bytes(answered.body))
    work.note(answered.facts)


def run_job(folder: Path, address: str, job_id: str) -> None:
    """Do a job of the ledger in a folder, over the store at an address: what a process of the pool is told.

    Raises
    ------
    DepgraphError
        If there is no such store, or nobody answers at the scheduler that the settings name.

    """
    settings = Settings()
    with (
        closing(open_named(address, settings)) as store,
        blocks_on("", settings, tell=_tell),
    ):
        do(Ledger(folder), store, job_id)


def _tell(line: str) -> None:
    sys.stderr.write(f"depgraph: {line}\n")


def do(ledger: Ledger, store: Store, job_id: str, now: Callable[[], datetime] = lambda: datetime.now(tz=UTC)) -> None:
    """Do a job, unless it is done or another process does it."""
    folder = ledger.folder / job_id
    with _claimed(folder) as mine:
        job = ledger.find(job_id) if mine else None
        if job is None or not ledger.begin(job_id, moment(now())):
            return
        viewer = viewer_of(job.seen_as) if job.seen_as else None
        telling = _Telling(ledger, job_id)
        try:
            before = {*job.material, *material_of(store, viewer)}
            # Also what a job tells that fails is made of it.
            ledger.see(job_id, tuple(sorted(before)))
            _work(Work(job, store, viewer, folder, telling))
            ledger.see(job_id, tuple(sorted({*before, *material_of(store, viewer)})))
        except AbandonedError:
            return
        except DepgraphError as error:
            status = HTTPStatus.BAD_REQUEST if isinstance(error, InputError) else status_of(error)
            ledger.end(job_id, State.FAILED, moment(now()), status=status, detail=in_query_keys(told_of(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked must not wait for ever
            traceback.print_exc(file=sys.stderr)
            told = f"a fault of depgraph ({type(error).__name__}); its log says more"
            ledger.end(job_id, State.FAILED, moment(now()), status=HTTPStatus.INTERNAL_SERVER_ERROR, detail=told)
        else:
            ledger.end(job_id, State.DONE, moment(now()), done=telling.whole or telling.done, whole=telling.whole)


def _work(work: Work) -> None:
    if work.job.kind == IMPORTS:
        from api.imports.working import do_import

        do_import(work)
    elif work.job.kind == REPORTS:
        from api.jobs.reporting import write_files

        write_files(work)
    else:
        answer_question(work)


def moment(now: datetime) -> str:
    """Return a moment as it is told: to the second, with its zone."""
    return now.replace(microsecond=0).isoformat()


def watch_parent() -> None:
    """Have this process end with the server that began it, and before others where memory runs out."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    Thread(target=watch, daemon=True).start()
    score = Path("/proc/self/oom_score_adj")
    if score.exists():
        score.write_text(_OOM_SCORE, encoding="ascii")


class _Telling:
    """Whom to tell how far a job is, who ends it where it is not wanted any more."""

    def __init__(self, ledger: Ledger, job_id: str) -> None:
        self._ledger, self._id = ledger, job_id
        self._told = 0.0
        self.done, self.whole = 0, 0

    def __call__(self, done: int, whole: int) -> None:
        self.done, self.whole = done, whole
        if time.monotonic() - self._told < _TOLD_SECONDS:
            return
        self._told = time.monotonic()
        if not self._ledger.reach(self._id, done, whole):
            raise AbandonedError("the job was cancelled")


@contextmanager
def _claimed(folder: Path) -> Iterator[bool]:
    """Say whether the job in a folder is for this process; another one that has it lets go when it ends."""
    try:
        lock = os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "w", encoding="ascii")
    except OSError:
        yield False  # it was forgotten
        return
    with lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
