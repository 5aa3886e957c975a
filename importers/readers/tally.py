"""What a source leaves out or reads with care, counted: one finding for each sort of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.model import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.model import Level


class Tally:
    """How often there was each sort of thing, and where first.

    Parameters
    ----------
    sorts : mapping
        The code of each sort -> how bad it is, and what is told of one.

    """

    def __init__(self, sorts: Mapping[str, tuple[Level, str]]) -> None:
        self._sorts = sorts
        self._times: dict[str, int] = {}
        self._first: dict[str, tuple[str, str]] = {}

    def add(self, sort: str, record: str, field: str = "") -> None:
        """Count one more."""
        self._times[sort] = self._times.get(sort, 0) + 1
        self._first.setdefault(sort, (record, field))

    def findings(self) -> tuple[Finding, ...]:
        """Return one finding for each sort that there was, in the order in which they were met."""
        findings = []
        for sort, (record, field) in self._first.items():
            level, message = self._sorts[sort]
            times = self._times[sort]
            counted = f" ({times:,} times, here first)" if times > 1 else ""
            findings.append(Finding(level, sort, record, field, message + counted))
        return tuple(findings)
