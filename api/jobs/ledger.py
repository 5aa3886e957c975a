"""`Ledger`: which jobs there are, in a small database that outlives the server."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from api.own_files import OwnFileError
from depgraph.usecases.keeping.import_records import Importer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SECONDS: Final = 10.0
"""How long to wait for another process that writes."""

_TABLES: Final = """
create table if not exists secrets (id integer primary key check (id = 1), secret blob not null) strict;
create table if not exists jobs (
    id text primary key,
    owner text not null,
    seen_as text not null,
    kind text not null,
    asked text not null,
    request text not null,
    material text not null,
    state text not null,
    done integer not null default 0,
    whole integer not null default 0,
    created text not null,
    revision integer not null,
    started text not null default '',
    ended text not null default '',
    status integer not null default 0,
    detail text not null default ''
) strict;
create index if not exists jobs_by_owner on jobs (owner);
create index if not exists jobs_by_state on jobs (state);
create index if not exists jobs_by_end on jobs (ended);
create table if not exists imports (
    sha256 text primary key,
    owner text not null,
    created text not null
) strict;
"""


REPORTS: Final = "reports"
"""The kind of a job that makes a report; others answer the question at that path."""


class State(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN: Final = (State.WAITING, State.RUNNING)
"""States in which something is still to be done."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is kept of one job.

    Attributes
    ----------
    id : str
        Opaque; also the name of the folder with what it made.
    owner : str
        Who asked for it: nobody else is told of it.
    seen_as : tuple of str
        As whom, in the words of `--as`; empty for the keeper of the store.
    kind : str
        What is to be done.
    asked : mapping
        With what.
    request : str
        Fingerprint of what was asked.
    material : tuple of str
        The imports that he could see while it was made.
    state : State
    done, whole : int
        How far it is; `whole` is 0 where nobody knows.
    created, started, ended : str
        ISO 8601 moments with their zone; empty if not yet.
    revision : int
        The latest that he could see when he asked.
    status : int
        Status of the problem that it failed with; 0 if it did not.
    detail : str
        What is wrong, and what to do.

    """

    id: str
    owner: str
    seen_as: tuple[str, ...]
    kind: str
    asked: Mapping[str, Any]
    request: str
    material: tuple[str, ...]
    state: State
    created: str
    revision: int
    done: int = 0
    whole: int = 0
    started: str = ""
    ended: str = ""
    status: int = 0
    detail: str = ""

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN


class Ledger:
    """The jobs of one store; many processes may read and write it at the same time.

    Parameters
    ----------
    folder : Path
        Made if it is not there, for its owner alone.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "jobs.sqlite"
        self._made = False

    def secret(self) -> bytes:
        """Return the secret of this folder, made when it is wanted first."""
        with self._changing() as base:
            base.execute("insert or ignore into secrets values (1, randomblob(32))")
            found: bytes = base.execute("select secret from secrets").fetchone()[0]
            return found

    def add(self, job: Job) -> None:
        """Keep a job; one with the same id is begun anew."""
        with self._changing() as base:
            base.execute(
                "insert or replace into jobs (id, owner, seen_as, kind, asked, request, material, state, created,"
                " revision) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    job.id,
                    job.owner,
                    json.dumps(job.seen_as),
                    job.kind,
                    json.dumps(job.asked),
                    job.request,
                    json.dumps(job.material),
                    job.state,
                    job.created,
                    job.revision,
                ),
            )

    def find(self, job_id: str) -> Job | None:
        """Return a job, if there is one."""
        with self._changing() as base:
            row = base.execute("select * from jobs where id = ?", (job_id,)).fetchone()
        return _job(row) if row else None

    def of(self, owner: str) -> tuple[Job, ...]:
        """Return the jobs of one owner, the oldest first."""
        with self._changing() as base:
            rows = base.execute("select * from jobs where owner = ? order by created, id", (owner,)).fetchall()
        return tuple(map(_job, rows))

    def open(self) -> tuple[Job, ...]:
        """Return all jobs of which something is still to be done, the oldest first."""
        with self._changing() as base:
            rows = base.execute(
                "select * from jobs where state in ('waiting', 'running') order by created, id"
            ).fetchall()
        return tuple(map(_job, rows))

    def kept_beside(self, job_id: str, owner: str) -> int:
        """Return how many jobs of one owner there are beside one."""
        with self._changing() as base:
            found: int = base.execute(
                "select count(*) from jobs where owner = ? and id != ?", (owner, job_id)
            ).fetchone()[0]
            return found

    def ended_before(self, moment: str) -> tuple[str, ...]:
        """Return the ids of jobs that ended before a moment."""
        with self._changing() as base:
            rows = base.execute("select id from jobs where ended > '' and ended < ?", (moment,)).fetchall()
        return tuple(row["id"] for row in rows)

    def begin(self, job_id: str, now: str) -> bool:
        """Note that a job is at work; return whether there still is something to be done."""
        with self._changing() as base:
            found = base.execute(
                "update jobs set state = 'running', started = ?, done = 0, whole = 0"
                " where id = ? and state in ('waiting', 'running')",
                (now, job_id),
            )
            return found.rowcount == 1

    def reach(self, job_id: str, done: int, whole: int) -> bool:
        """Note how far a job is; return whether it is still wanted."""
        with self._changing() as base:
            found = base.execute(
                "update jobs set done = ?, whole = ? where id = ? and state = 'running'", (done, whole, job_id)
            )
            return found.rowcount == 1

    def see(self, job_id: str, material: tuple[str, ...]) -> None:
        """Note of what a job is made."""
        with self._changing() as base:
            base.execute("update jobs set material = ? where id = ?", (json.dumps(material), job_id))

    def end(
        self, job_id: str, state: State, now: str, *, status: int = 0, detail: str = "", done: int = 0, whole: int = 0
    ) -> bool:
        """Note how a job ended; return whether it was still wanted.

        What was told last of how far it is depends on the clock: of one that is done it is told how far it came in the
        end, and of another one it is forgotten.
        """
        with self._changing() as base:
            found = base.execute(
                "update jobs set state = ?, ended = ?, status = ?, detail = ?, done = ?, whole = ?"
                " where id = ? and state in ('waiting', 'running')",
                (state, now, status, detail, done, whole, job_id),
            )
            return found.rowcount == 1

    def imported(self, sha256: str, job: Job) -> None:
        """Note which import of the store a job made: kept for good, since nobody can work it out again."""
        with self._changing() as base:
            base.execute("insert or ignore into imports values (?, ?, ?)", (sha256, job.owner, job.created))

    def importers(self) -> dict[str, Importer]:
        """Return who asked for the imports that jobs made, by what they are called in the store."""
        with self._changing() as base:
            rows = base.execute("select * from imports").fetchall()
        return {row["sha256"]: Importer(row["owner"], row["created"]) for row in rows}

    def forget(self, job_id: str) -> None:
        """Forget a job."""
        with self._changing() as base:
            base.execute("delete from jobs where id = ?", (job_id,))

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Give the database for one transaction, which takes its turn with those of other processes."""
        try:
            if not self._made:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(sqlite3.connect(self._path, timeout=_SECONDS, isolation_level=None)) as base:
                base.row_factory = sqlite3.Row
                if not self._made:
                    base.executescript(_TABLES)
                base.execute("begin immediate")
                yield base
                base.execute("commit")
                self._made = True
        except (OSError, sqlite3.Error) as error:
            told = "the list of jobs cannot be written"
            raise OwnFileError(f"{self.folder}: {told} ({error})", told) from None


def _job(row: sqlite3.Row) -> Job:
    told: dict[str, Any] = dict(row)
    for name in ("seen_as", "asked", "material"):
        told[name] = json.loads(told[name])
    for name in ("seen_as", "material"):
        told[name] = tuple(told[name])
    return Job(**{**told, "state": State(told["state"])})
