"""What can be wrong with asking for a job, or for what it made."""

from __future__ import annotations

from depgraph.errors import UnknownIdError, UsageError


class UnknownJobError(UnknownIdError):
    """There is no such job, or it is another's."""


class UnfinishedError(UsageError):
    """A job whose result is asked for is not done."""


class OtherRequestError(UsageError):
    """An Idempotency-Key was used for another request."""


class TooManyJobsError(UsageError):
    """So many jobs wait already that one more is not taken on."""


class NotMadeError(UsageError):
    """What a job made, it did not make in the form that is asked for."""


class FailedError(UsageError):
    """A job failed, and this is how.

    Attributes
    ----------
    status : int
        Of the problem that stands in place of its result.

    """

    def __init__(self, detail: str, status: int) -> None:
        super().__init__(detail)
        self.status = status
