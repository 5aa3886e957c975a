"""What can be wrong with asking for a job, or for what it made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError

from depgraph.errors import UnknownIdError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


class UnknownJobError(UnknownIdError):
    """There is no such job, or it is another's."""


class UnfinishedError(UsageError):
    """A job whose result is asked for is not done."""


class OtherRequestError(UsageError):
    """An Idempotency-Key was used for another request."""


class TooManyJobsError(UsageError):
    """So many jobs wait already that one more is not taken on."""


class TooManyKeptError(UsageError):
    """So many jobs of one caller are kept that one more is not taken on before he deletes some."""


class OutdatedError(UsageError):
    """A job was asked for in a form that is not taken any more."""


@contextmanager
def read_as_kept() -> Iterator[None]:
    """Tell of what a job was asked that no longer says anything: the server was replaced by another version since.

    Raises
    ------
    OutdatedError
        If it is so.

    """
    try:
        yield
    except ValidationError:
        told = "this was asked for in a form that another version of depgraph took: ask for it anew"
        raise OutdatedError(told) from None


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
