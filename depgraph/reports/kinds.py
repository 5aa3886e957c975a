"""The reports that there are: what makes one of a graph, and the template that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from depgraph.usecases.auditor.report import report_to_auditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.usecases.answer import Meta, Nothing


class Report(Protocol):
    """A dataclass that holds all that a report says, and what it rests on."""

    @property
    def meta(self) -> Meta[Nothing]:
        """What makes it reproducible."""


class Kind(NamedTuple):
    """One sort of report."""

    build: Callable[..., Report]
    """Called with a view, `sector`, `hub` and `readings`."""

    template: str


KINDS: Final = {"auditor": Kind(report_to_auditor, "auditor.html")}
"""By the word of the command; another report is one more entry."""
