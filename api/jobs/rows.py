"""Jobs as they are told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from api.document import BASE
from api.jobs.ledger import REPORTS, State

if TYPE_CHECKING:
    from api.jobs.ledger import Job


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job, and how far it is."""

    id: Annotated[str, "opaque"]
    kind: Annotated[str, "which path was asked"]
    parameters: Annotated[Mapping[str, Any], "with what, without what was left as it is"]
    state: Annotated[State, "waiting, running, done, failed or cancelled"]
    done: Annotated[int, "how much is done"]
    whole: Annotated[int, "of how much; 0 where nobody knows"]
    created: Annotated[str, "when it was asked for, with zone"]
    started: Annotated[str, "when it was begun last; empty if it was not"]
    ended: Annotated[str, "when it ended; empty if it did not"]
    result: Annotated[str, "address of what it made; empty if it is not done"]
    status: Annotated[int, "status of the problem that it failed with; 0 if it did not"]
    detail: Annotated[str, "what was wrong, and what to do"]


def row_of(job: Job) -> JobRow:
    """Return a job as it is told of."""
    return JobRow(
        job.id,
        job.kind,
        job.asked,
        job.state,
        job.done,
        job.whole,
        job.created,
        job.started,
        job.ended,
        _result(job) if job.state is State.DONE else "",
        job.status,
        job.detail,
    )


def _result(job: Job) -> str:
    return f"{BASE}/reports/{job.id}" if job.kind == REPORTS else f"{BASE}/jobs/{job.id}/result"
