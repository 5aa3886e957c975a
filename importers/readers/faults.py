"""One bad record is reported with its place and its cure, and does not stop the report of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from depgraph.errors import InputError
from depgraph.model import Facts, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Recorded(Protocol):
    """Anything that knows which record of the input it is: a `Record`, or what was made of one."""

    @property
    def record(self) -> str:
        """``file:line``, or the file and a JSON pointer."""
        ...


R = TypeVar("R", bound=Recorded)
T = TypeVar("T")


def fault(record: str, field: str, message: str, code: str = "bad-value") -> InputError:
    """Return the error that says what is wrong with one field of one record."""
    finding = Finding(Level.ERROR, code, record, field, message)
    return InputError(str(finding), (finding,))


def findings_of(error: InputError, record: str) -> tuple[Finding, ...]:
    """Return the findings of an error; one that has none becomes a finding about `record`."""
    return error.findings or (Finding(Level.ERROR, "bad-record", record, "", str(error)),)


def read_each(records: Iterable[R | Finding], read: Callable[[R], T], findings: list[Finding]) -> Iterator[T]:
    """Yield what each record reads as; what is wrong with a bad one goes to the findings.

    A finding among the records stands for one that could not even be taken apart: a row of another width.
    """
    for record in records:
        if isinstance(record, Finding):
            findings.append(record)
            continue
        try:
            yield read(record)
        except InputError as error:
            findings += findings_of(error, record.record)


def facts_of_findings(findings: Iterable[Finding]) -> Iterator[Facts]:
    """Yield findings as facts: each bad record by itself, so that those left out can be counted, then the remarks."""
    remarks = []
    for finding in findings:
        if finding.level is Level.ERROR:
            yield Facts(findings=(finding,))
        else:
            remarks.append(finding)
    if remarks:
        yield Facts(findings=tuple(remarks))
