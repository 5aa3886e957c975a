"""One bad record is reported with its place and its cure, and does not stop the report of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from depgraph.errors import InputError
from depgraph.model import Facts, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Recorded(Protocol):
    """Anything that knows which record of the input it is: a `Row` or an `Entry`."""

    @property
    def record(self) -> str:
        """``file:line``, or the file and a JSON pointer."""
        ...


R = TypeVar("R", bound=Recorded)


def fault(record: str, field: str, message: str, code: str = "bad-value") -> InputError:
    """Return the error that says what is wrong with one field of one record."""
    finding = Finding(Level.ERROR, code, record, field, message)
    return InputError(str(finding), (finding,))


def findings_of(error: InputError, record: str) -> tuple[Finding, ...]:
    """Return the findings of an error; one that has none becomes a finding about `record`."""
    return error.findings or (Finding(Level.ERROR, "bad-record", record, "", str(error)),)


def facts_of_each(records: Iterable[R | Finding], read: Callable[[R], Facts]) -> Iterator[Facts]:
    """Yield the facts of each record; a bad one gives its findings instead.

    Parameters
    ----------
    records : iterable of Row or Entry
        Or of what is wrong with a record that could not be made into one.
    read : callable
        Turns one record into facts, or raises `InputError`.

    """
    for record in records:
        if isinstance(record, Finding):
            yield Facts(findings=(record,))
            continue
        try:
            yield read(record)
        except InputError as error:
            yield Facts(findings=findings_of(error, record.record))
